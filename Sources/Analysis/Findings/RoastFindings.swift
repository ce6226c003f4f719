import Roaster

/// What there is to say about a roast: findings, what it took, and what was done.
///
/// Pure and the same every time; what thresholds rest on is in Specs/analysis.md.
public struct RoastFindings: Equatable, Sendable {
  /// Changes whenever the same roast may give other findings: what an earlier one kept is then
  /// worked out again.
  public static let version = 1

  /// In the order of their times.
  public let items: [RoastFinding]
  /// Nil where the heater's level is not known.
  public let energy: RoastEnergy?
  public let levelChanges: LevelChanges
  /// How many commands had which outcome; what did not occur is left out.
  public let commands: [RoastCommand.Outcome: Int]

  /// How often each control was moved during the roast.
  public struct LevelChanges: Equatable, Sendable {
    public let heater: Int
    public let fan: Int
    public let drum: Int
  }

  init(
    items: [RoastFinding], energy: RoastEnergy?, levelChanges: LevelChanges,
    commands: [RoastCommand.Outcome: Int]
  ) {
    self.items = items
    self.energy = energy
    self.levelChanges = levelChanges
    self.commands = commands
  }

  /// What a curve says. Of a roast that goes on, only what the rest of it cannot change.
  public init(_ curve: RoastCurve) {
    items = FindingSearch(curve).findings
    energy = RoastEnergy(curve)
    levelChanges = LevelChanges(
      heater: curve.moves(of: \.heater), fan: curve.moves(of: \.fan),
      drum: curve.moves(of: \.drum))
    commands = [:]
  }

  /// The same with what became of the roast's commands.
  public func with(_ commands: [RoastCommand]) -> RoastFindings {
    let counts = commands.reduce(into: [:]) { $0[$1.outcome, default: 0] += 1 }
    let told: [(RoastCommand.Outcome, RoastFinding.Code, RoastFinding.Severity)] = [
      (.failed, .commandFailed, .warning), (.refused, .commandRefused, .note),
    ]
    let findings = told.compactMap { outcome, code, severity -> RoastFinding? in
      let times = commands.filter { $0.outcome == outcome }.map(\.seconds)
      guard let first = times.min(), let last = times.max() else { return nil }
      return RoastFinding(
        code, severity, seconds: first, endSeconds: last,
        figures: [(.count, Double(times.count))])
    }
    let others = items.filter { item in !told.contains { $0.1 == item.code } }
    return RoastFindings(
      items: Self.ordered(others + findings), energy: energy, levelChanges: levelChanges,
      commands: counts)
  }

  /// By time, then by name: the same order on every run.
  static func ordered(_ findings: [RoastFinding]) -> [RoastFinding] {
    findings.sorted { ($0.seconds, $0.code.rawValue) < ($1.seconds, $1.code.rawValue) }
  }
}

extension RoastCurve {
  /// How often a control was moved, the firmware's own moves within 3 s of the beginning and the
  /// end left out (Specs/machine.md M18). Steps within 3 s of each other are one move.
  fileprivate func moves(of level: (Sample) -> Int?) -> Int {
    let end = (roastedSeconds ?? 0) - 3
    var (moves, last): (Int, Int?) = (0, nil)
    var moved = -Double.infinity
    for sample in samples where sample.seconds >= 0 && sample.seconds <= end {
      guard let now = level(sample) else { continue }
      defer { last = now }
      guard let before = last, before != now, sample.seconds > 3 else { continue }
      if sample.seconds - moved > 3 { moves += 1 }
      moved = sample.seconds
    }
    return moves
  }
}

// MARK: - JSON

extension RoastFindings {
  /// The findings as programs read them.
  public var json: JSON { json(in: .celsius) }

  /// The same with its texts in a person's unit; the figures are Celsius always.
  public func json(in unit: TemperatureUnit) -> JSON {
    .object([
      ("version", JSON(Self.version)), ("items", .array(items.map { $0.json(in: unit) })),
      ("energy", energy?.json ?? .null),
      (
        "level_changes",
        .object([
          ("heater", JSON(levelChanges.heater)), ("fan", JSON(levelChanges.fan)),
          ("drum", JSON(levelChanges.drum)),
        ])
      ),
      (
        "commands",
        .object(RoastCommand.Outcome.allCases.map { ($0.rawValue, JSON(commands[$0] ?? 0)) })
      ),
    ])
  }

  /// Findings that were written down; nil for those of another version.
  public init?(json: JSON) {
    guard json["version"]?.integerValue == Int64(Self.version),
      let items = json["items"]?.arrayValue
    else { return nil }
    func count(_ group: String, _ key: String) -> Int {
      json[group]?[key]?.integerValue.flatMap(Int.init(exactly:)) ?? 0
    }
    let counts = RoastCommand.Outcome.allCases.map { ($0, count("commands", $0.rawValue)) }
    self.init(
      items: items.compactMap(RoastFinding.init(json:)),
      energy: json["energy"].flatMap(RoastEnergy.init(json:)),
      levelChanges: LevelChanges(
        heater: count("level_changes", "heater"), fan: count("level_changes", "fan"),
        drum: count("level_changes", "drum")),
      commands: Dictionary(uniqueKeysWithValues: counts.filter { $0.1 != 0 }))
  }
}
