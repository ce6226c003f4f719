import Analysis
import Governor
import Roaster

/// How a pilot did in golden cases, as it is kept.
public struct EvaluationRow: Equatable, Sendable {
  public let at: WallTime
  public let author: String
  public let pilot: String
  public let fingerprint: String
  public let isPassed: Bool
  public let cases: [GoldenOutcome]

  /// An evaluation of these parts.
  public init(
    at: WallTime, author: String, pilot: String, fingerprint: String, isPassed: Bool,
    cases: [GoldenOutcome]
  ) {
    self.at = at
    self.author = author
    self.pilot = pilot
    self.fingerprint = fingerprint
    self.isPassed = isPassed
    self.cases = cases
  }

  /// The evaluation as people and programs read it.
  public var json: JSON {
    .object([
      ("at", .string(at.text)), ("author", .string(author)), ("pilot", .string(pilot)),
      ("fingerprint", .string(fingerprint)), ("passed", .bool(isPassed)),
      ("cases", .array(cases.map(\.json))),
    ])
  }

  /// What the governor's gate asks of it, for a machine with those parameters (Specs/governor.md R2).
  public func standing(at now: WallTime, on machine: String) -> GoldenStanding {
    let refusals = cases.filter { $0.expectation == GoldenOutcome.refusal }
    return GoldenStanding(
      days: Double(now.milliseconds - at.milliseconds) / 86_400_000, isPassed: isPassed,
      cases: cases.count, refusals: refusals.count,
      missedRefusals: refusals.count { !$0.isPassed }, machine: machine,
      onMachine: cases.count {
        $0.expectation == GoldenOutcome.success && $0.machine == machine && $0.isPassed
      })
  }
}

extension Archive {
  /// The last evaluations of a pilot, or of any, the newest first.
  public func evaluations(
    of pilot: String? = nil, limit: Int = 50
  ) throws(StoreFault) -> [EvaluationRow] {
    try read { (connection) throws(StoreFault) in
      try EvaluationRow.latest(of: pilot, limit: limit, connection)
    }
  }
}

extension EvaluationRow {
  static func latest(
    of pilot: String?, limit: Int, _ connection: Connection
  ) throws(StoreFault) -> [EvaluationRow] {
    let query = try connection.statement(
      """
      SELECT at_ms, author, pilot, fingerprint, passed, cases FROM evaluations
      WHERE ?1 IS NULL OR pilot = ?1 ORDER BY id DESC LIMIT ?2
      """)
    query.bind(1, pilot)
    query.bind(2, limit)
    defer { query.reset() }
    var rows: [EvaluationRow] = []
    while try query.step() {
      rows.append(
        EvaluationRow(
          at: WallTime(milliseconds: query.integer(0)), author: query.text(1) ?? "",
          pilot: query.text(2) ?? "", fingerprint: query.text(3) ?? "",
          isPassed: query.integer(4) != 0,
          cases: (query.json(5).arrayValue ?? []).compactMap(GoldenOutcome.init)))
    }
    return rows
  }
}

extension Scribe {
  func write(_ row: EvaluationRow) throws(StoreFault) {
    let add = try connection.statement(
      """
      INSERT INTO evaluations (at_ms, author, pilot, fingerprint, passed, cases)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """)
    add.bind(1, row.at.milliseconds)
    add.bind(2, row.author)
    add.bind(3, row.pilot)
    add.bind(4, row.fingerprint)
    add.bind(5, row.isPassed)
    add.bind(6, JSON.array(row.cases.map(\.json)).text)
    try add.run()
  }
}
