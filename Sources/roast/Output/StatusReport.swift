import Roaster

/// The status of the daemon, for a person.
struct StatusReport {
  private let status: JSON
  private let unit: TemperatureUnit
  private let socket: String

  init(_ status: JSON, unit: TemperatureUnit, socket: String) {
    self.status = status
    self.unit = unit
    self.socket = socket
  }

  /// What there is to say, each thing under its name.
  var text: String {
    let rows = [
      ("Roaster", roaster), ("Now", now), ("Roast", roast), ("Next batch", batch),
      ("Steering", steering),
      ("Store", store), ("Daemon", daemon), ("You", caller),
    ]
    return rows.flatMap { name, lines in
      lines.enumerated().map { index, line in
        let label = index == 0 ? name : ""
        return label + String(repeating: " ", count: 12 - label.count) + line + "\n"
      }
    }.joined()
  }

  private subscript(key: String) -> JSON { status[key] ?? .null }

  private var roaster: [String] {
    let link = ShownLink(self["link"])
    var facts = [link.word]
    if let age = link.age { facts.append("last reading \(fixed(age, 1)) s ago") }
    if let serial = link.serial { facts.append("serial \(serial)") }
    if let firmware = link.firmware { facts.append("firmware \(firmware)") }
    if link.failedPolls > 0 { facts.append("\(link.failedPolls) failed polls") }
    var lines = [facts.joined(separator: ", ")]
    if self["simulated"].boolValue == true {
      let speed = status.fact("speed").map { $0 == 1 ? "" : ", \(trimmed($0)) times as fast" } ?? ""
      lines.append("TWIN, made of software: \(status.words("device") ?? "?")\(speed)")
    }
    if let advice = link.advice { lines += [advice.happened, advice.next] }
    if let until = self["link"].time("released_until") { lines.append("Until \(until.localText).") }
    return lines
  }

  private var now: [String] {
    let reading = self["reading"]
    return reading.isNull ? ["no reading"] : [ShownReading(reading).text(in: unit)]
  }

  private var roast: [String] {
    let roast = self["roast"]
    guard let id = roast["id"]?.integerValue else { return ["none on record"] }
    let isRoasting = roast["is_roasting"]?.boolValue == true
    let clock = roast.fact("seconds").map { " \(ClockText.minutes(Int($0)))" } ?? ""
    var lines = ["\(id): " + (isRoasting ? "roasting for" : "roasted for") + clock]
    let landmarks = (roast["landmarks"]?.members ?? []).compactMap { name, json in
      json.fact("seconds").map { seconds in
        "\(name.printable.split(separator: "_").joined(separator: " ")) "
          + ClockText.minutes(Int(seconds))
          + (json.fact(Field.bean.key).map { " (\(temperature(Celsius($0), unit)))" } ?? "")
      }
    }
    if !landmarks.isEmpty { lines.append(landmarks.joined(separator: ", ")) }
    let phases = PhaseTimes(roast["phases"] ?? .null)
    var parts = phases.known.map { "\($0.name) \(ClockText.minutes(Int($0.seconds)))" }
    if let ratio = phases.developmentRatio { parts.append("\(fixed(100 * ratio, 1)) %") }
    if !parts.isEmpty { lines.append(parts.joined(separator: ", ")) }
    return lines
  }

  private var batch: [String] { [BatchText(self["batch"]).line ?? "nothing entered"] }

  private var steering: [String] {
    let autonomy = self["autonomy"]
    var lines = [autonomy.words("level").map { "\($0), 'roast autonomy' says more" } ?? "unknown"]
    lines += AutonomyCommand.matters(autonomy)
    let waiting = ["recommended", "pending_approval", "awaiting_veto"]
      .compactMap { autonomy["open"]?.count($0) }.reduce(0, +)
    if waiting > 0 { lines.append("\(waiting) waiting for you: 'roast proposals --status open'") }
    return lines
  }

  private var store: [String] {
    let store = self["store"]
    let size = store.fact("size_bytes").map { ", \(fixed($0 / 1e6, 1)) MB" } ?? ""
    var lines = ["\(store.words("state") ?? "?"), \(store.words("path") ?? "?")\(size)"]
    if let problem = store.words("problem") { lines.append(problem) }
    let (points, others) = (store.count("lost_points") ?? 0, store.count("lost_events") ?? 0)
    if points + others > 0 {
      lines.append("lost: \(points) points of telemetry, \(others) other entries")
    }
    if let path = store.words("set_aside") {
      lines.append("a damaged database was set aside: \(path)")
    }
    return lines
  }

  private var daemon: [String] {
    let uptime = status.fact("uptime_seconds").map { ", up \(Self.duration(Int($0)))" } ?? ""
    let streams = status.count("streams").map { ", \($0) watching" } ?? ""
    return ["roast \(status.words("version") ?? "?")\(uptime)\(streams)", "at \(socket)"]
  }

  private var caller: [String] {
    let caller = self["caller"]
    return ["\(caller.words("role") ?? "?"), \(caller.words("name") ?? "?")"]
  }

  private static func duration(_ seconds: Int) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min \(seconds % 60) s"
  }
}

/// A number without needless digits after its point: `10`, `2.5`.
func trimmed(_ value: Double) -> String {
  let text = fixed(value, 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
