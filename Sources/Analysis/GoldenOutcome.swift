import Roaster

/// How one golden case went in one evaluation, as it is kept: enough for what comes of many.
public struct GoldenOutcome: Equatable, Sendable {
  /// What the case expects; the same words as in its file.
  public static let refusal = "refuse"
  public static let success = "succeed"

  public let name: String
  public let expectation: String
  /// With whose parameters it was roasted; nil where that was not kept yet.
  public let machine: String?
  public let isPassed: Bool
  public let trials: Int
  public let passedTrials: Int

  /// An outcome of these parts.
  public init(
    name: String, expectation: String, machine: String?, isPassed: Bool, trials: Int,
    passedTrials: Int
  ) {
    self.name = name
    self.expectation = expectation
    self.machine = machine
    self.isPassed = isPassed
    self.trials = trials
    self.passedTrials = passedTrials
  }

  /// The outcome as it is kept and sent; nil for anything else.
  public init?(_ json: JSON) {
    guard let name = json["name"]?.stringValue, !name.isEmpty, name.utf8.count <= 200,
      let expectation = json["expectation"]?.stringValue, expectation.utf8.count <= 40,
      let isPassed = json["passed"]?.boolValue,
      let trials = json["trials"]?.integerValue, (1...100_000).contains(trials),
      let passed = json["trials_passed"]?.integerValue, (0...trials).contains(passed)
    else { return nil }
    let machine = json["machine"]?.stringValue
    guard (machine?.utf8.count ?? 0) <= 40 else { return nil }
    self.init(
      name: name, expectation: expectation, machine: machine, isPassed: isPassed,
      trials: Int(trials), passedTrials: Int(passed))
  }

  public var json: JSON {
    .object([
      ("name", .string(name)), ("expectation", .string(expectation)), ("machine", JSON(machine)),
      ("passed", .bool(isPassed)), ("trials", JSON(trials)), ("trials_passed", JSON(passedTrials)),
    ])
  }
}

/// How the golden cases went over the last evaluations (Specs/golden/README.md).
public struct GoldenHistory: Sendable {
  /// So many evaluations are recent.
  public static let recent = 10
  /// A case that passed in more than this share of at least `fewest` recent runs is too easy.
  static let saturatedShare = 0.8
  static let fewest = 5

  /// One case over the evaluations that had it.
  public struct Line: Equatable, Sendable {
    public let name: String
    public let runs: Int
    public let passedRuns: Int
    public let trials: Int
    public let passedTrials: Int
    /// Whether it asks for too little: to be made harder, or retired.
    public let isSaturated: Bool
    /// Why somebody should look at it; nil where nobody need.
    public let attention: String?

    public var json: JSON {
      .object([
        ("name", .string(name)), ("runs", JSON(runs)), ("runs_passed", JSON(passedRuns)),
        ("trials", JSON(trials)), ("trials_passed", JSON(passedTrials)),
        ("saturated", .bool(isSaturated)), ("attention", JSON(attention)),
      ])
    }
  }

  /// In the order of their names.
  public let lines: [Line]

  /// A history of these evaluations, the newest first.
  public init(_ evaluations: [[GoldenOutcome]]) {
    let recent = evaluations.prefix(GoldenHistory.recent)
    let names = Set(recent.joined().map(\.name)).sorted()
    lines = names.map { name in
      GoldenHistory.line(name, recent.compactMap { run in run.first { $0.name == name } })
    }
  }

  private static func line(_ name: String, _ runs: [GoldenOutcome]) -> Line {
    let passed = runs.count(where: \.isPassed)
    // What must be refused is never too easy.
    let mayBeEasy = runs.first.map { $0.expectation != GoldenOutcome.refusal } ?? false
    return Line(
      name: name, runs: runs.count, passedRuns: passed,
      trials: runs.reduce(0) { $0 + $1.trials },
      passedTrials: runs.reduce(0) { $0 + $1.passedTrials },
      isSaturated: mayBeEasy && runs.count >= fewest
        && Double(passed) > saturatedShare * Double(runs.count),
      attention: attention(runs))
  }

  private static func attention(_ runs: [GoldenOutcome]) -> String? {
    guard let newest = runs.first else { return nil }
    if !newest.isPassed, newest.expectation == GoldenOutcome.refusal {
      return "what must be refused was done"
    }
    if !newest.isPassed, runs.dropFirst().first?.isPassed == true { return "it passed before" }
    if runs.count >= fewest, runs.allSatisfy({ !$0.isPassed }) { return "it never passes" }
    let changes = zip(runs, runs.dropFirst()).count { $0.isPassed != $1.isPassed }
    return changes >= 3 ? "it comes and goes" : nil
  }

  public var json: JSON { .array(lines.map(\.json)) }
}
