import Roaster

/// Makes room by a retention, in small steps between which telemetry goes on being written.
///
/// Roasts with their telemetry and events, and the audit, are never touched.
struct Sweep {
  private enum Stage {
    case begin
    case frames(before: Int64)
    case idle(before: Int64, after: Int64)
    case room
  }

  private let retention: Retention
  private var stage = Stage.begin

  /// How much one step looks at: some milliseconds' work.
  private static let stepCount: Int64 = 1000
  private static let stepPages = 256

  init(_ retention: Retention) { self.retention = retention }

  /// Does one step; false when nothing is left to do.
  mutating func step(_ connection: Connection) throws(StoreFault) -> Bool {
    switch stage {
    case .begin:
      stage = .frames(
        before: try Self.first(since: retention.keepFramesDays, of: retention, connection))
    case .frames(let end):
      if try !Self.dropFrames(before: end, connection) {
        let end = try Self.first(since: retention.keepIdleDays, of: retention, connection)
        stage = .idle(before: end, after: 0)
      }
    case .idle(let end, let done):
      if let last = try thin(from: done, before: end, connection) {
        stage = .idle(before: end, after: last)
      } else {
        stage = .room
      }
    case .room:
      try connection.execute("PRAGMA incremental_vacuum(\(Self.stepPages))")
      return try connection.integer("PRAGMA freelist_count") ?? 0 > 0
    }
    return true
  }

  /// The first telemetry that is younger than that; everything before it is older.
  private static func first(
    since days: Int, of retention: Retention, _ connection: Connection
  ) throws(StoreFault) -> Int64 {
    let query = try connection.statement(
      "SELECT id FROM telemetry WHERE at_ms >= ?1 ORDER BY at_ms LIMIT 1")
    query.bind(1, retention.cutoff(days: days).milliseconds)
    defer { query.reset() }
    return try query.step() ? query.integer(0) : .max
  }

  private static func dropFrames(
    before end: Int64, _ connection: Connection
  ) throws(StoreFault) -> Bool {
    let delete = try connection.statement(
      """
      DELETE FROM frames WHERE telemetry_id IN (
        SELECT telemetry_id FROM frames WHERE telemetry_id < ?1 ORDER BY telemetry_id LIMIT ?2)
      """)
    delete.bind(1, end)
    delete.bind(2, stepCount)
    try delete.run()
    return connection.changes > 0
  }

  /// Of the next points, which are outside any roast and old enough, keeps the first of each
  /// minute. Nil when there are no more.
  private func thin(
    from done: Int64, before end: Int64, _ connection: Connection
  ) throws(StoreFault) -> Int64? {
    let next = try connection.statement(
      """
      SELECT max(id) FROM (
        SELECT id FROM telemetry WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3)
      """)
    next.bind(1, done)
    next.bind(2, end)
    next.bind(3, Self.stepCount)
    let last = try next.step() ? next.int64(0) : nil
    next.reset()
    guard let last else { return nil }
    try connection.transaction { () throws(StoreFault) in
      for sql in Self.thinning {
        let delete = try connection.statement(sql)
        delete.bind(1, done)
        delete.bind(2, last)
        delete.bind(3, retention.cutoff(days: retention.keepIdleDays).milliseconds)
        try delete.run()
      }
    }
    return last
  }

  private static let surplus = """
    SELECT id FROM telemetry AS t
    WHERE id > ?1 AND id <= ?2 AND at_ms < ?3
      AND id > coalesce((
        SELECT last_telemetry_id FROM roasts WHERE first_telemetry_id <= t.id
        ORDER BY first_telemetry_id DESC LIMIT 1), 0)
      AND EXISTS (
        SELECT 1 FROM telemetry AS earlier
        WHERE earlier.at_ms >= t.at_ms - t.at_ms % 60000 AND earlier.at_ms < t.at_ms)
    """

  /// The frames go while their telemetry still tells which they are.
  private static let thinning = [
    "DELETE FROM frames WHERE telemetry_id IN (\(surplus))",
    "DELETE FROM telemetry WHERE id IN (\(surplus))",
  ]
}
