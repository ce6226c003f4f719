import Roaster
import Simulator

/// How `roast serve` runs: each setting from the flags, else the environment, else the
/// configuration file, else its default.
struct Configuration: Sendable {
  /// Where a setting comes from.
  enum Origin: Equatable, Sendable {
    case flag(Setting)
    case environment(Setting)
    case file(path: String, line: Int)
    case standard
  }

  private var values: [Setting: [String]] = [:]
  private var origins: [Setting: Origin] = [:]
  /// Everything that is wrong, wherever it stands; what is wrong counts as not set.
  private(set) var problems: [ConfigurationProblem] = []
  /// The file that was read.
  private(set) var path: String?
  private let place: DaemonPlace

  /// The configuration that these arguments lead to. Everything that is wrong with it is one
  /// complaint.
  init(
    _ arguments: Arguments, environment: @escaping DaemonPlace.Variables = { Environment.value($0) }
  ) throws(Complaint) {
    try self.init(checking: arguments, environment: environment)
    guard problems.isEmpty else { throw complaint }
  }

  /// The same, of arguments and the bytes of a file: what is wrong is in `problems`.
  init(
    _ arguments: Arguments, environment: @escaping DaemonPlace.Variables,
    file: (path: String, bytes: [UInt8])?
  ) {
    place = DaemonPlace(variables: environment)
    if let file {
      path = file.path
      let read = ConfigurationFile(file.bytes)
      problems = read.problems.map { ConfigurationProblem($0, path: file.path) }
      for setting in Setting.allCases {
        let entries = read.values(of: setting)
        guard let first = entries.first else { continue }
        values[setting] = entries.map(\.value)
        origins[setting] = .file(path: file.path, line: first.line)
      }
    }
    for setting in Setting.allCases {
      if let text = environment(setting.variable) {
        take(setting.isList ? text.listed : [text], of: setting, from: .environment(setting))
      }
      let given = arguments.values(setting.flag)
      if !given.isEmpty {
        take(
          setting == .people ? given.flatMap(\.listed) : given, of: setting, from: .flag(setting))
      }
    }
  }

  /// The same for `--check-config`: what is wrong is in `problems`; only a file that cannot be read
  /// is a complaint.
  init(
    checking arguments: Arguments,
    environment: @escaping DaemonPlace.Variables = { Environment.value($0) }
  ) throws(Complaint) {
    let named =
      arguments.value("config").map { [$0] }
      ?? environment("ROAST_CONFIG")?.split(separator: ":").map(String.init)
    let usual = [DaemonPlace(variables: environment).configuration]
    self.init(
      arguments, environment: environment,
      file: try Self.first(of: named ?? usual, mayBeMissing: named?.count != 1))
  }

  /// The first of these files that is there.
  private static func first(
    of paths: [String], mayBeMissing: Bool
  ) throws(Complaint) -> (path: String, bytes: [UInt8])? {
    for path in paths {
      let most = ConfigurationFile.mostBytes + 1
      if let bytes = try FileBytes.read(path, most: most, orNil: mayBeMissing) {
        return (path, bytes)
      }
    }
    return nil
  }

  private mutating func take(_ given: [String], of setting: Setting, from origin: Origin) {
    let bad = given.isEmpty ? [""] : given.filter { !setting.accepts($0) }
    problems += bad.map { ConfigurationProblem(value: $0, of: setting, at: "\(origin)") }
    guard bad.isEmpty else { return }
    values[setting] = given
    origins[setting] = origin
  }

  /// Adds what is wrong with the value of a setting.
  mutating func add(_ complaint: Complaint, of setting: Setting) {
    let origin = origins[setting] ?? .standard
    problems.append(
      ConfigurationProblem(
        place: origin == .standard ? "\(setting.key), by default" : "\(origin)",
        happened: complaint.happened, next: complaint.next))
  }

  /// Everything that is wrong, as one complaint.
  var complaint: Complaint {
    let count = problems.count == 1 ? "a problem" : "\(problems.count) problems"
    return Complaint(
      code: "bad_configuration",
      happened: "the configuration has \(count)",
      meaning: problems.map { "  " + $0.text }.joined(separator: "\n"),
      next: "'roast serve --check-config' shows what is understood.", exit: .usage)
  }
}

// MARK: - The settings

extension Configuration {
  private func value(_ setting: Setting) -> String? { values[setting]?.first }

  var device: String { value(.device) ?? "usb" }
  var database: String { value(.db) ?? place.database }
  var readyFile: String? { value(.readyFile) }
  /// `max` or a number.
  var speed: String? { value(.speed) }
  /// Names or ids of the users who may mark, edit and hand out tokens; none stands for the user
  /// who starts the daemon.
  var people: [String] { values[.people] ?? [] }
  var allowedHosts: [String] { values[.allowHost] ?? [] }
  var unit: TemperatureUnit? {
    value(.unit).flatMap { TemperatureUnit(rawValue: $0.uppercased()) }
  }
  /// The folder of the golden cases; the usual one where none is named, nil where there is none.
  var cases: String? { value(.cases) ?? GoldenPlace.usualFolder }
  /// Whose parameters the model has that forecasts, rehearses and pilots, and in which room.
  var machine: MachineParameters { value(.machine).flatMap(MachineParameters.named) ?? .m1 }
  var room: Double { value(.room).flatMap(Double.init) ?? 22 }
  var onEvent: String? { value(.onEvent) }
  var keepFramesDays: Int { value(.keepFramesDays).flatMap { Int($0) } ?? 30 }
  var keepIdleDays: Int { value(.keepIdleDays).flatMap { Int($0) } ?? 7 }
  var logLevel: String { value(.logLevel) ?? "info" }
  var requestsPerSecond: Double? { value(.requestsPerSecond).flatMap(Double.init) }
  var connections: Int? { value(.connections).flatMap(Int.init) }

  /// Where it listens. There is always a Unix socket among them, by which the commands of this
  /// machine find it: the default one, where none is named.
  var listen: [String] {
    let given = values[.listen] ?? []
    return given.contains { $0.hasPrefix("unix:") } ? given : ["unix:" + place.socket] + given
  }

  /// Fails when it would listen in the default socket's folder, and that is not this user's alone.
  func checkSocketFolder() throws(Complaint) {
    if listen.contains("unix:" + place.socket) { try place.checkSocketFolder() }
  }
}

// MARK: - Showing it

extension Configuration {
  /// A setting as it is in force, for `--check-config`.
  struct Row: Equatable, Sendable {
    var setting: Setting
    /// Empty when it is not set and has no default.
    var values: [String]
    var origin: Origin
  }

  /// Every setting, in the order of their declaration.
  var rows: [Row] {
    Setting.allCases.map { setting in
      Row(setting: setting, values: effective(setting), origin: origins[setting] ?? .standard)
    }
  }

  private func effective(_ setting: Setting) -> [String] {
    switch setting {
    case .device: [device]
    case .db: [database]
    case .listen: listen
    case .keepFramesDays: ["\(keepFramesDays)"]
    case .keepIdleDays: ["\(keepIdleDays)"]
    case .logLevel: [logLevel]
    case .machine: [machine.name]
    case .room: [value(.room) ?? "22"]
    case .cases: cases.map { [$0] } ?? []
    case .readyFile, .speed, .people, .allowHost, .unit, .onEvent, .requestsPerSecond,
      .connections:
      values[setting] ?? []
    }
  }

  /// For people: the file, every setting with its origin, and every problem.
  var text: String {
    var lines = [path.map { "Configuration file: \($0)" } ?? "No configuration file."]
    for row in rows {
      let value = row.values.isEmpty ? "(not set)" : row.values.joined(separator: ", ").printable
      lines.append("  \(row.setting.key) = \(value)  [\(row.origin)]")
    }
    lines += problems.isEmpty ? ["No problems."] : ["Problems:"] + problems.map { "  " + $0.text }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs.
  var json: JSON {
    .object([
      ("file", JSON(path)),
      (
        "settings",
        .array(
          rows.map { row in
            let values = row.values.map { JSON.string($0) }
            return .object([
              ("key", .string(row.setting.key)),
              ("value", row.setting.isList ? .array(values) : values.first ?? .null),
              ("origin", .string("\(row.origin)")),
            ])
          })
      ),
      (
        "problems",
        .array(
          problems.map {
            .object([
              ("place", .string($0.place)), ("message", .string($0.happened)),
              ("hint", .string($0.next)),
            ])
          })
      ),
    ])
  }
}

extension Configuration.Origin: CustomStringConvertible {
  var description: String {
    switch self {
    case .flag(let setting): "--\(setting.flag)"
    case .environment(let setting): setting.variable
    case .file(let path, let line): "\(path), line \(line)"
    case .standard: "default"
    }
  }
}
