import Daemon
import Simulator

/// Everything about `roast serve` that can be set: by a flag, by the environment, or in the
/// configuration file.
enum Setting: String, CaseIterable, Sendable {
  case device, db, listen
  case readyFile = "ready_file"
  case speed, people
  case allowHost = "allow_host"
  case unit, cases, machine, room
  case onEvent = "on_event"
  case keepFramesDays = "keep_frames_days"
  case keepIdleDays = "keep_idle_days"
  case logLevel = "log_level"
  case requestsPerSecond = "requests_per_second"
  case connections

  /// In the file.
  var key: String { rawValue }
  /// On the command line, without its dashes.
  var flag: String { rawValue.split(separator: "_").joined(separator: "-") }
  /// In the environment.
  var variable: String { "ROAST_" + rawValue.uppercased() }
  /// Whether it has several values, separated by commas or given one by one.
  var isList: Bool { [.listen, .people, .allowHost].contains(self) }

  /// What a value of it looks like; it completes "expected ...".
  var expected: String {
    switch self {
    case .device: "usb, usb:SERIAL, twin, twin:SCENARIO, twin@PATH or replay:FILE"
    case .db, .readyFile: "the path of a file"
    case .listen: "unix:PATH or ADDRESS:PORT, as 127.0.0.1:8760 or [::1]:8760"
    case .speed: "a number from 0.01 to 1000000, or max"
    case .people: "user names or user ids"
    case .allowHost: "a host's name, as roaster.local"
    case .unit: "C or F"
    case .cases: "the path of a folder"
    case .machine: MachineParameters.all.map(\.name).joined(separator: ", ")
    case .room: "a number from -10 to 50"
    case .onEvent: "a command"
    case .keepFramesDays, .keepIdleDays: "a whole number of days from 0 to 36500"
    case .logLevel: Self.logLevels.joined(separator: ", ")
    case .requestsPerSecond: "a number from 1 to 1000000"
    case .connections: "a whole number from 1 to 100000"
    }
  }

  static let logLevels = ["error", "warning", "notice", "info", "debug"]

  /// Whether one value is one that it can have. What a path or a name leads to is not looked at.
  func accepts(_ value: String) -> Bool {
    switch self {
    case .device: Self.isDevice(value)
    case .db, .readyFile, .cases, .onEvent: !value.isEmpty
    case .listen: Listener(text: value) != nil
    case .speed: value == "max" || Self.number(value, 0.01...1e6) != nil
    case .people: Self.isUser(value)
    case .allowHost: Self.isHost(value)
    case .unit: ["C", "F"].contains(value.uppercased())
    case .machine: MachineParameters.named(value) != nil
    case .room: Self.number(value, -10...50) != nil
    case .keepFramesDays, .keepIdleDays: Int(value).map((0...36500).contains) == true
    case .logLevel: Self.logLevels.contains(value)
    case .requestsPerSecond: Self.number(value, 1...1e6) != nil
    case .connections: Int(value).map((1...100_000).contains) == true
    }
  }

  private static func number(_ text: String, _ range: ClosedRange<Double>) -> Double? {
    Double(text).flatMap { range.contains($0) ? $0 : nil }
  }

  private static func isDevice(_ text: String) -> Bool {
    ["usb", "twin"].contains(text)
      || ["usb:", "twin:", "twin@", "replay:"].contains { text.hasPrefix($0) && text != $0 }
  }

  private static func isUser(_ text: String) -> Bool {
    if text.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
      return UInt32(text).map { $0 < .max } == true
    }
    return (1...32).contains(text.utf8.count) && !text.hasPrefix("-")
      && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "$") }
  }

  private static func isHost(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { (1...63).contains($0.utf8.count) && $0.utf8.allSatisfy(isWord) }
  }

  /// A letter, a digit, a dash or a low line.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
