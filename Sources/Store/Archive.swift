import Analysis
import CSQLite
import Roaster
import Synchronization

/// Reads a database, from any thread, while a journal writes it. Readers never keep it from
/// writing.
public final class Archive: Sendable {
  private let path: String
  private let longestSeconds: Double?
  private let idle = Mutex<[Reader]>([])

  /// A connection that is handed from thread to thread, never used by two at once.
  private struct Reader: @unchecked Sendable {
    let connection: Connection
    let file: Database.Identity?
    /// Ends what takes too long.
    let callOff = CallOff()
  }

  /// So many connections are kept open.
  private static let mostIdle = 4

  /// An archive of the database at that path, which is opened when something is asked for. What
  /// takes longer than so many seconds to answer is given up, as SQLite's `interrupted`.
  public init(path: String, longestSeconds: Double? = nil) {
    self.path = path
    self.longestSeconds = longestSeconds
  }

  /// Lets go of the file; what is asked later opens it again.
  public func close() { idle.withLock { $0.removeAll() } }

  /// Runs queries that all see the same state of the file.
  func read<Answer>(
    _ body: (Connection) throws(StoreFault) -> Answer
  ) throws(StoreFault) -> Answer {
    let reader = try reader()
    if let longestSeconds { reader.callOff.callOff(after: longestSeconds) }
    // One that failed is not used again.
    let answer = try reader.connection.transaction("BEGIN") { () throws(StoreFault) in
      try body(reader.connection)
    }
    idle.withLock { if $0.count < Self.mostIdle { $0.append(reader) } }
    return answer
  }

  /// A connection to the file that is there now: the journal may have replaced it.
  private func reader() throws(StoreFault) -> Reader {
    let file = Database.identity(path)
    let known = idle.withLock { idle in
      idle.removeAll { $0.file != file }
      return idle.popLast()
    }
    if let known { return known }
    let reader = Reader(
      connection: try Connection(path: path, .reading, waitMilliseconds: 2000), file: file)
    // What others write empties it; what it would hold for longer the system's own cache holds.
    try reader.connection.execute("PRAGMA cache_size = -256")
    if longestSeconds != nil { reader.connection.heed(reader.callOff) }
    return reader
  }
}

extension StoreFault {
  /// Whether the question was given up because its answer took too long.
  public var tookTooLong: Bool { failure.map { $0.code & 0xFF == SQLITE_INTERRUPT } ?? false }
}

// MARK: - Roasts

extension Archive {
  /// Those roasts, the newest first.
  public func roasts(_ filter: RoastFilter = RoastFilter()) throws(StoreFault) -> [StoredRoast] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(Self.roastsQuery)
      query.bind(1, min(filter.before ?? .max, Ids.end))
      query.bind(2, filter.from?.milliseconds ?? .min)
      query.bind(3, filter.to?.milliseconds ?? .max)
      query.bind(4, filter.beans.map(Self.pattern))
      query.bind(5, filter.text.map(Self.pattern))
      query.bind(6, max(0, filter.limit))
      var roasts: [StoredRoast] = []
      while try query.step() { roasts.append(StoredRoast(query)) }
      return roasts
    }
  }

  private static let roastsQuery = """
    SELECT \(StoredRoast.columns) FROM \(StoredRoast.source)
    WHERE r.id < ?1 AND r.began_ms >= ?2 AND r.began_ms < ?3
      AND (?4 IS NULL OR r.beans LIKE ?4 ESCAPE '\\')
      AND (?5 IS NULL OR r.title LIKE ?5 ESCAPE '\\' OR r.beans LIKE ?5 ESCAPE '\\'
        OR r.notes LIKE ?5 ESCAPE '\\')
    ORDER BY r.id DESC LIMIT ?6
    """

  /// A text as a part of another.
  private static func pattern(_ text: String) -> String {
    "%" + text.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "%"
  }

  /// One roast.
  public func roast(_ id: Int64) throws(StoreFault) -> StoredRoast? {
    try read { (connection) throws(StoreFault) in try StoredRoast.of(id, connection) }
  }

  /// All that was told of a roast, in the order in which it was told: what was revised or withdrawn
  /// later, changes of levels and anomalies too.
  public func events(of roast: Int64) throws(StoreFault) -> [StoredEvent] {
    try read { (connection) throws(StoreFault) in try Self.events(of: roast, connection) }
  }

  /// What came of a wish that its author gave that key, in the order in which it was told.
  public func events(
    ofRoast roast: Int64, key: String, author: String?
  ) throws(StoreFault) -> [StoredEvent] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        Self.eventsQuery + " AND key = ?2 AND author IS ?3 ORDER BY id")
      query.bind(1, roast)
      query.bind(2, key)
      query.bind(3, author)
      return try Self.events(query)
    }
  }

  private static let eventsQuery = "SELECT \(EventRow.columns) FROM events WHERE roast_id = ?1"

  static func events(
    of roast: Int64, _ connection: Connection
  ) throws(StoreFault) -> [StoredEvent] {
    let query = try connection.statement(eventsQuery + " ORDER BY id")
    query.bind(1, roast)
    return try events(query)
  }

  private static func events(_ query: Statement) throws(StoreFault) -> [StoredEvent] {
    var events: [StoredEvent] = []
    while try query.step() {
      if let event = EventRow.event(query) { events.append(event) }
    }
    return events
  }

  /// What could not be kept of a roast, and when the daemon was away; of everything without one.
  public func losses(of roast: Int64? = nil) throws(StoreFault) -> [Loss] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        """
        SELECT kind, roast_id, from_ms, to_ms, points, others, reason FROM losses
        WHERE ?1 IS NULL OR roast_id = ?1 ORDER BY id
        """)
      query.bind(1, roast)
      var losses: [Loss] = []
      while try query.step() {
        guard let kind = query.text(0).flatMap(Loss.Kind.init) else { continue }
        losses.append(
          Loss(
            kind: kind, roast: query.int64(1), from: query.wall(2), to: query.wall(3),
            points: query.int(4) ?? 0, others: query.int(5) ?? 0, reason: query.text(6)))
      }
      return losses
    }
  }
}

// MARK: - Everything else

extension Archive {
  /// Those who may speak to the daemon, the revoked ones too.
  public func tokens() throws(StoreFault) -> [TokenRow] {
    try read { (connection) throws(StoreFault) in try TokenRow.all(connection) }
  }

  /// The settings, as JSON texts.
  public func settings() throws(StoreFault) -> [String: String] {
    try read { (connection) throws(StoreFault) in try connection.settings() }
  }

  /// How many rows each table has.
  public func counts() throws(StoreFault) -> [(table: String, count: Int64)] {
    try read { (connection) throws(StoreFault) in
      let tables = try connection.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      var counts: [(table: String, count: Int64)] = []
      for table in tables {
        let count = try connection.integer("SELECT count(*) FROM \"\(table)\"")
        counts.append((table, count ?? 0))
      }
      return counts
    }
  }
}

extension Connection {
  func settings() throws(StoreFault) -> [String: String] {
    let query = try statement("SELECT key, value FROM settings")
    var settings: [String: String] = [:]
    while try query.step() { settings[query.text(0) ?? ""] = query.text(1) }
    return settings
  }
}

extension TokenRow {
  static func all(_ connection: Connection) throws(StoreFault) -> [TokenRow] {
    let query = try connection.statement(
      """
      SELECT id, kind, name, role, hash, csrf, created_ms, expires_ms, used_ms, revoked_ms
      FROM tokens WHERE id < \(Ids.end) ORDER BY id
      """)
    var tokens: [TokenRow] = []
    while try query.step() {
      tokens.append(
        TokenRow(
          id: query.integer(0), kind: query.text(1).flatMap(Kind.init) ?? .token,
          name: query.text(2) ?? "", role: query.text(3) ?? "", hash: query.bytes(4) ?? [],
          csrf: query.text(5), created: query.wall(6) ?? WallTime(milliseconds: 0),
          expires: query.wall(7), used: query.wall(8), revoked: query.wall(9)))
    }
    return tokens
  }
}

extension BatchDetails {
  /// What was said of the next batch; nothing when that cannot be read.
  static func next(_ connection: Connection) throws(StoreFault) -> BatchDetails {
    let query = try connection.prepare(
      """
      SELECT value ->> '$.title', value ->> '$.beans', value ->> '$.grams_in',
        value ->> '$.notes' FROM settings WHERE key = ?1 AND json_valid(value)
      """)
    query.bind(1, Scribe.nextBatchKey)
    guard try query.step() else { return BatchDetails() }
    return BatchDetails(
      title: query.text(0), beans: query.text(1), gramsIn: query.double(2), notes: query.text(3))
  }
}
