import Analysis
import Roaster

/// One roast with all that is known of it, for a person.
struct RoastText {
  private let roast: JSON
  private let unit: TemperatureUnit
  private let columns: Int

  private static let curveRows = 12

  init(_ roast: JSON, unit: TemperatureUnit, columns: Int) {
    self.roast = roast
    self.unit = unit
    self.columns = min(max(40, columns), 160)
  }

  var text: String {
    let curve = RoastCurve(json: roast["curve"] ?? .null)
    let summary = RoastSummary(
      curve, gramsIn: roast.fact("grams_in"), gramsOut: roast.fact("grams_out"))
    let events = roast["events"]?.arrayValue?.compactMap(RoastEvent.init(json:)) ?? []
    let parts = [
      heading, summary.lines(in: unit), losses, events.map { $0.text(in: unit) }, drawn(curve),
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private var heading: [String] {
    let batch = BatchText(roast)
    let number = roast.count("id").map { "\($0)" } ?? "?"
    let device = [
      roast.words("device"), roast.words("serial").map { "serial \($0)" },
      roast["simulated"]?.boolValue == true ? "a twin, made of software" : nil,
    ]
    return [
      "Roast \(number)" + (batch.names.map { ": \($0)" } ?? ""),
      "\(roast.words("status") ?? "?"), began \(roast.time("began")?.localText ?? "?")",
      device.compactMap(\.self).joined(separator: ", "),
      batch.notes.map { "Notes: \($0)" },
    ].compactMap { $0 }.filter { !$0.isEmpty }
  }

  /// What the record lacks, a line each, in the roast's own time.
  private var losses: [String] {
    (roast["losses"]?.arrayValue ?? []).map { loss in
      let span = "from \(roastTime(loss.time("from"))) to \(roastTime(loss.time("to")))"
      if loss.words("kind") == "away" { return "Not heard \(span)" }
      let counts = [("readings", "points"), ("other entries", "others")].compactMap { name, key in
        loss.count(key).flatMap { $0 > 0 ? "\(name): \($0)" : nil }
      }
      return (["Not kept \(span)"] + counts + [loss.words("reason")].compactMap(\.self))
        .joined(separator: ", ")
    }
  }

  private func roastTime(_ time: WallTime?) -> String {
    guard let time, let began = roast.time("began") else { return "?" }
    let seconds = Int((time.milliseconds - began.milliseconds) / 1000)
    return (seconds < 0 ? "-" : "") + ClockText.minutes(abs(seconds))
  }

  /// Both temperatures from the beginning of the roast to its end, in Braille.
  private func drawn(_ curve: RoastCurve) -> [String] {
    let end = curve.endSeconds ?? curve.samples.last?.seconds ?? 0
    let samples = curve.samples.filter { (0...max(end, 0)).contains($0.seconds) }
    let known = samples.flatMap { [$0.bean, $0.infrared].compactMap { $0?.degrees } }
    guard let low = known.min(), let high = known.max(), end > 0 else { return [] }
    let span = max(high - low, 20)
    var picture = Curve(columns: columns - 9, rows: Self.curveRows)
    for path in [\RoastCurve.Sample.bean, \.infrared] {
      picture.draw(
        samples.map { sample in
          sample[keyPath: path].map { (sample.seconds / end, ($0.degrees - low) / span) }
        })
    }
    let rows = picture.lines.enumerated().map { row, line in
      let isMark = row == 0 || row == Self.curveRows - 1
      let degrees = row == 0 ? low + span : low
      let label = isMark ? fixed(unit.degrees(Celsius(degrees)), 0) : ""
      return String(repeating: " ", count: max(0, 7 - label.count)) + label + " │" + line
    }
    return rows + ["         BT and IBTS over \(ClockText.minutes(Int(end)))"]
  }
}
