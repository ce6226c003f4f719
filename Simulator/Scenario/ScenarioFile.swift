import FoundationEssentials
import Roaster

/// Why a scenario cannot be played: where in the file, and what was expected there.
public struct ScenarioError: Error, Equatable, Sendable {
  /// The path of keys, as `script[3].when.state`.
  public let place: String
  /// What is wrong, for people.
  public let problem: String
}

extension Scenario {
  /// The scenario in a JSON file.
  public init(json bytes: [UInt8]) throws(ScenarioError) {
    let document: [String: Node]
    do {
      document = try JSONDecoder().decode([String: Node].self, from: Data(bytes))
    } catch {
      throw ScenarioError(place: "the file", problem: "is not a JSON object")
    }
    let file = Keys(place: "", members: document)
    try file.allow([
      "schema", "name", "title", "machine", "start", "ibts_celsius", "bean_celsius",
      "room_celsius", "preheat_target_celsius", "grams", "bean_factor", "moisture", "volts",
      "script", "faults", "limit_seconds",
    ])
    _ = try file.number("schema", 1...1)
    let name = try file.text("name") ?? ""
    guard !name.isEmpty else { throw file.wrong("name", "must be a text") }
    let machineName = try file.text("machine") ?? "m1"
    guard let machine = MachineParameters.named(machineName) else {
      let known = MachineParameters.all.map(\.name).joined(separator: ", ")
      throw file.wrong("machine", "is '\(machineName)'; known: \(known)")
    }
    self.init(
      name: name, title: try file.text("title") ?? name, machine: machine,
      start: try Self.start(file))
    roomCelsius = try file.number("room_celsius", -10...50) ?? roomCelsius
    preheatTarget = Int(try file.number("preheat_target_celsius", 100...300) ?? 230)
    grams = try file.number("grams", Batch.grams) ?? grams
    beanFactor = try file.number("bean_factor", 0.5...2) ?? beanFactor
    moisture = try file.number("moisture", 0.02...0.3) ?? moisture
    volts = try file.number("volts", 80...260) ?? volts
    limitSeconds = try file.number("limit_seconds", 1...100_000) ?? limitSeconds
    let grams = grams
    script = try file.list("script").map { item throws(ScenarioError) in
      try Self.cue(item, grams: grams)
    }
    faults = FaultPlan(
      try file.list("faults").map { item throws(ScenarioError) in try Self.fault(item) })
  }

  private static func start(_ file: Keys) throws(ScenarioError) -> Bullet.Setup.Start {
    switch try file.text("start") ?? "ready" {
    case "cold": return .cold
    case "ready":
      return .ready(
        infrared: try file.number("ibts_celsius", 20...350) ?? 230,
        bean: try file.number("bean_celsius", 20...300) ?? 156)
    case let other: throw file.wrong("start", "is '\(other)'; expected ready or cold")
    }
  }

  // MARK: Script

  private static func cue(_ keys: Keys, grams: Double) throws(ScenarioError) -> Attendant.Cue {
    try keys.allow(["when", "do"])
    var condition = Attendant.Condition()
    if let when = try keys.object("when") {
      try when.allow([
        "state", "seconds", "roast_seconds", "bean_celsius", "ibts_celsius",
      ])
      if let name = try when.text("state") {
        guard let state = RoasterState.known.first(where: { $0.name == name }) else {
          let known = RoasterState.known.map(\.name).joined(separator: ", ")
          throw when.wrong("state", "is '\(name)'; known: \(known)")
        }
        condition.state = state
      }
      condition.seconds = try when.number("seconds", 0...100_000)
      condition.roastSeconds = try when.number("roast_seconds", 0...100_000)
      condition.beanCelsius = try when.number("bean_celsius", 0...350)
      condition.infraredCelsius = try when.number("ibts_celsius", 0...400)
    }
    let acts = try keys.texts("do").map { text throws(ScenarioError) -> Attendant.Act in
      guard let act = Attendant.Act(text, grams: grams) else {
        throw keys.wrong("do", "has '\(text)'; expected \(Attendant.Act.words)")
      }
      return act
    }
    return Attendant.Cue(when: condition, acts: acts)
  }

  // MARK: Faults

  private static func fault(_ keys: Keys) throws(ScenarioError) -> TimedFault {
    try keys.allow([
      "kind", "from_seconds", "lasting_seconds", "milliseconds", "bytes", "probability", "control",
      "by", "degrees", "degrees_per_minute", "share", "level", "seconds",
    ])
    let kind = try keys.text("kind") ?? ""
    guard let fault = try Fault(kind: kind, keys) else {
      throw keys.wrong(
        "kind", "is '\(kind)'; known: \(Fault.kinds.joined(separator: ", "))")
    }
    return TimedFault(
      fault, from: try keys.number("from_seconds", 0...100_000) ?? 0,
      lasting: try keys.number("lasting_seconds", 0...100_000) ?? .infinity)
  }
}

extension Attendant.Act {
  /// What a script can say.
  static let words =
    "'prs', 'load' or 'load GRAMS', 'open door', 'close door', 'preheat again', "
    + "'target CELSIUS', or 'heater', 'fan' or 'drum' with a level or a step like +1"

  /// An act in the words of a script or of `roast panel`.
  public init?(_ text: String, grams: Double) {
    let words = text.split(separator: " ").map(String.init)
    switch (words.first ?? "", words.dropFirst().first, words.count) {
    case ("prs", nil, 1): self = .perform(.prs)
    case ("load", nil, 1): self = .perform(.load(grams: grams))
    case ("load", let amount?, 2):
      guard let grams = Double(amount), Batch.grams.contains(grams) else { return nil }
      self = .perform(.load(grams: grams))
    case ("open", "door"?, 2), ("open-door", nil, 1): self = .perform(.openDoor)
    case ("close", "door"?, 2), ("close-door", nil, 1): self = .perform(.closeDoor)
    case ("preheat", "again"?, 2), ("preheat-again", nil, 1): self = .perform(.preheatAgain)
    case ("target", let degrees?, 2):
      guard let degrees = Int(degrees), (100...300).contains(degrees) else { return nil }
      self = .perform(.preheatTarget(degrees))
    case ("knob", _?, 3):
      guard let act = Self(words.dropFirst().joined(separator: " "), grams: grams) else {
        return nil
      }
      self = act
    case (let name, let amount?, 2):
      guard let control = Control.allCases.first(where: { $0.name == name }),
        let number = Int(amount), (-12...12).contains(number)
      else { return nil }
      let isStep = amount.hasPrefix("+") || amount.hasPrefix("-")
      self = isStep ? .perform(.turn(control, by: number)) : .set(control, to: number)
    default: return nil
    }
  }
}

extension Fault {
  /// The kinds that a scenario can name.
  static let kinds = [
    "late", "lost", "short", "long", "corrupted", "stall", "unplugged", "step_lost",
    "step_doubled", "knob", "beans_never_loaded", "door_never_opened", "probe_open", "probe_stuck",
    "probe_drift", "probe_noisy", "window_dirty", "fan_weak", "heater_stuck", "mains_sag",
    "clock_jump",
  ]

  /// Nil for a kind that nobody knows.
  fileprivate init?(kind: String, _ keys: Keys) throws(ScenarioError) {
    switch kind {
    case "late": self = .late(milliseconds: Int(try keys.needed("milliseconds", 0...60_000)))
    case "lost": self = .lost
    case "short": self = .short(bytes: Int(try keys.needed("bytes", 0...63)))
    case "long": self = .long(bytes: Int(try keys.needed("bytes", 1...1024)))
    case "corrupted": self = .corrupted
    case "stall": self = .stall
    case "unplugged": self = .unplugged
    case "step_lost": self = .stepLost(probability: try keys.needed("probability", 0...1))
    case "step_doubled": self = .stepDoubled(probability: try keys.needed("probability", 0...1))
    case "knob":
      let name = try keys.text("control") ?? ""
      guard let control = Control.allCases.first(where: { $0.name == name }) else {
        throw keys.wrong("control", "is '\(name)'; expected heater, fan or drum")
      }
      self = .knob(control, by: Int(try keys.needed("by", -12...12)))
    case "beans_never_loaded": self = .beansNeverLoaded
    case "door_never_opened": self = .doorNeverOpened
    case "probe_open": self = .probeOpen
    case "probe_stuck": self = .probeStuck
    case "probe_drift":
      self = .probeDrift(degreesPerMinute: try keys.needed("degrees_per_minute", -100...100))
    case "probe_noisy": self = .probeNoisy(degrees: try keys.needed("degrees", 0...50))
    case "window_dirty": self = .windowDirty(share: try keys.needed("share", 0...1))
    case "fan_weak": self = .fanWeak(share: try keys.needed("share", 0...1))
    case "heater_stuck": self = .heaterStuck(level: Int(try keys.needed("level", 0...9)))
    case "mains_sag": self = .mainsSag(share: try keys.needed("share", 0...1))
    case "clock_jump": self = .clockJump(seconds: try keys.needed("seconds", -3600...3600))
    default: return nil
    }
  }
}

/// The members of a JSON object, with the place they stand in.
private struct Keys {
  let place: String
  let members: [String: Node]

  func wrong(_ key: String, _ problem: String) -> ScenarioError {
    ScenarioError(place: path(key), problem: problem)
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : place + "." + key }

  func allow(_ known: Set<String>) throws(ScenarioError) {
    if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw wrong(other, "is not known; known: \(known.sorted().joined(separator: ", "))")
    }
  }

  func number(_ key: String, _ range: ClosedRange<Double>) throws(ScenarioError) -> Double? {
    guard let node = members[key] else { return nil }
    guard case .number(let value) = node, range.contains(value) else {
      throw wrong(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func needed(_ key: String, _ range: ClosedRange<Double>) throws(ScenarioError) -> Double {
    guard let value = try number(key, range) else {
      throw wrong(key, "is missing: a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func text(_ key: String) throws(ScenarioError) -> String? {
    guard let node = members[key] else { return nil }
    guard case .text(let value) = node else { throw wrong(key, "must be a text") }
    return value
  }

  func texts(_ key: String) throws(ScenarioError) -> [String] {
    guard let node = members[key] else { return [] }
    guard case .list(let items) = node else { throw wrong(key, "must be a list of texts") }
    return try items.map { item throws(ScenarioError) in
      guard case .text(let value) = item else { throw wrong(key, "must be a list of texts") }
      return value
    }
  }

  func object(_ key: String) throws(ScenarioError) -> Keys? {
    guard let node = members[key] else { return nil }
    guard case .object(let members) = node else { throw wrong(key, "must be an object") }
    return Keys(place: path(key), members: members)
  }

  func list(_ key: String) throws(ScenarioError) -> [Keys] {
    guard let node = members[key] else { return [] }
    guard case .list(let items) = node else { throw wrong(key, "must be a list of objects") }
    var objects: [Keys] = []
    for (index, item) in items.enumerated() {
      guard case .object(let members) = item else {
        throw wrong("\(key)[\(index)]", "must be an object")
      }
      objects.append(Keys(place: "\(path(key))[\(index)]", members: members))
    }
    return objects
  }
}

/// Any JSON value.
private enum Node: Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([Node])
  case object([String: Node])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([Node].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: Node].self))
    }
  }
}
