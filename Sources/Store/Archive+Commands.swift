import Governor
import Roaster

extension Archive {
  /// What was commanded from one time to another, the second not included, and how it went.
  public func commandStatistics(
    from: WallTime, to: WallTime
  ) throws(StoreFault) -> CommandStatistics {
    try read { (connection) throws(StoreFault) in
      let window = Window(connection: connection, from: from, to: to)
      var statistics = CommandStatistics(from: from, to: to)
      for (state, count) in try window.counts("state") {
        statistics.total += count
        if let state = ProposalState(rawValue: state) { statistics.byState[state] = count }
      }
      statistics.byKind = try window.counts("kind")
      statistics.byRule = try window.rules()
      statistics.byActor = try window.actors()
      statistics.approvalSeconds = .init(
        try window.durations("approved_ns - made_ns", where: "approved_ns IS NOT NULL"))
      statistics.executionSeconds = .init(
        try window.durations(
          "since_ns - approved_ns", where: "state = 'completed' AND step_count = 1"))
      statistics.hours = try window.hours()
      return statistics
    }
  }

  /// How the commands of that level, or of one above it, went in the last 30 days, and how the pilot did
  /// in golden cases on such a machine (Specs/governor.md R1, R2).
  public func readiness(
    at level: Autonomy, on machine: String, now: WallTime
  ) throws(StoreFault) -> ReadinessRecord {
    try read { (connection) throws(StoreFault) in
      let from = WallTime(milliseconds: now.milliseconds - 30 * 86_400_000)
      let query = try connection.statement(
        """
        SELECT count(*) FILTER (WHERE state = 'completed'
            AND coalesce(json_extract(readback, '$.steps_sent'), 1) > 0),
          count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'vetoed')
        FROM proposals WHERE made_ms >= ?1 AND level >= ?2
        """)
      query.bind(1, from.milliseconds)
      query.bind(2, level.name)
      defer { query.reset() }
      var record = ReadinessRecord(level: level)
      if try query.step() {
        record.confirmed = Int(query.integer(0))
        record.failed = Int(query.integer(1))
        record.vetoed = Int(query.integer(2))
      }
      record.golden = try EvaluationRow.latest(of: "steer", limit: 1, connection).first?
        .standing(at: now, on: machine)
      record.commandsSinceAbort = try Self.commands(since: .abort, level, from, connection)
      record.commandsSinceTrip = try Self.commands(since: .trip, level, from, connection)
      return record
    }
  }

  /// How many commands ended since the audit last told of that; nil when it did not since `from`.
  private static func commands(
    since action: AuditAction, _ level: Autonomy, _ from: WallTime, _ connection: Connection
  ) throws(StoreFault) -> Int? {
    let query = try connection.statement(
      """
      SELECT (
        SELECT count(*) FROM proposals
        WHERE state IN ('completed', 'failed') AND level >= ?2 AND since_ms > last.at_ms)
      FROM (SELECT max(at_ms) AS at_ms FROM audit WHERE action = ?1) AS last
      WHERE last.at_ms >= ?3
      """)
    query.bind(1, action.rawValue)
    query.bind(2, level.name)
    query.bind(3, from.milliseconds)
    defer { query.reset() }
    return try query.step() ? query.int(0) : nil
  }
}

/// The proposals that were made between two times.
private struct Window {
  let connection: Connection
  let from: WallTime
  let to: WallTime

  private func query(_ sql: String) throws(StoreFault) -> Statement {
    let query = try connection.statement(sql)
    query.bind(1, from.milliseconds)
    query.bind(2, to.milliseconds)
    return query
  }

  private static let condition = "made_ms >= ?1 AND made_ms < ?2"

  /// How many there are of each value of a column.
  func counts(_ column: String) throws(StoreFault) -> [String: Int] {
    try counts(
      try query(
        "SELECT \(column), count(*) FROM proposals WHERE \(Self.condition) GROUP BY \(column)"))
  }

  func rules() throws(StoreFault) -> [String: Int] {
    try counts(
      try query(
        """
        SELECT rule, count(*) FROM findings JOIN proposals ON id = proposal_id
        WHERE \(Self.condition) GROUP BY rule
        """))
  }

  private func counts(_ query: Statement) throws(StoreFault) -> [String: Int] {
    var counts: [String: Int] = [:]
    while try query.step() { counts[query.text(0) ?? "", default: 0] += Int(query.integer(1)) }
    return counts
  }

  func actors() throws(StoreFault) -> [CommandStatistics.ActorCount] {
    let query = try query(
      """
      SELECT actor_kind, actor, count(*) FROM proposals WHERE \(Self.condition)
      GROUP BY actor_kind, actor ORDER BY count(*) DESC, actor_kind, actor
      """)
    var actors: [CommandStatistics.ActorCount] = []
    while try query.step() {
      actors.append(
        .init(
          kind: query.text(0) ?? "", name: query.text(1) ?? "", count: Int(query.integer(2))))
    }
    return actors
  }

  /// Differences of nanoseconds as seconds; what would be over before it began was measured by two
  /// clocks.
  func durations(
    _ difference: String, where condition: String
  ) throws(StoreFault) -> [Double] {
    let query = try query(
      "SELECT \(difference) FROM proposals WHERE \(Self.condition) AND \(condition)")
    var seconds: [Double] = []
    while try query.step() {
      if let nanoseconds = query.double(0), nanoseconds >= 0 { seconds.append(nanoseconds / 1e9) }
    }
    return seconds
  }

  func hours() throws(StoreFault) -> [CommandStatistics.Hour] {
    let query = try query(
      """
      SELECT made_ms - (made_ms % 3600000 + 3600000) % 3600000 AS hour, count(*),
        count(*) FILTER (WHERE state = 'completed'), count(*) FILTER (WHERE state = 'failed'),
        count(*) FILTER (WHERE state = 'rejected')
      FROM proposals WHERE \(Self.condition) GROUP BY hour ORDER BY hour
      """)
    var hours: [CommandStatistics.Hour] = []
    while try query.step() {
      guard let from = query.wall(0) else { continue }
      var hour = CommandStatistics.Hour(from: from)
      (hour.made, hour.completed) = (Int(query.integer(1)), Int(query.integer(2)))
      (hour.failed, hour.rejected) = (Int(query.integer(3)), Int(query.integer(4)))
      hours.append(hour)
    }
    return hours
  }
}
