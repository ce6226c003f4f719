import Roaster

/// One step from an empty file to today's schema. What has been released is never edited: the next
/// change is the next migration.
struct Migration: Sendable {
  /// Counted from 1, without gaps.
  let version: Int
  let sql: String

  /// What a database that it was applied to says of its text.
  var checksum: String { SHA256.hex(SHA256.hash(Array(sql.utf8))) }

  /// All of them, in order.
  static let all = [initial, analyses, evaluations]

  /// What marks a file as ours: "ROST".
  static let applicationID: Int64 = 0x524F_5354

  private static let table = """
    CREATE TABLE IF NOT EXISTS migrations (
      version INTEGER PRIMARY KEY,
      checksum TEXT NOT NULL,
      applied_ms INTEGER NOT NULL
    ) STRICT
    """

  /// How many of the migrations a database has; refuses one that is not ours, newer than we are,
  /// or made by other migrations than ours. Only reads.
  static func verify(
    _ connection: Connection, against migrations: [Migration] = all
  ) throws(StoreFault) -> Int {
    let path = connection.path
    guard try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0 > 0 else { return 0 }
    let mark = try connection.integer("PRAGMA application_id") ?? 0
    guard mark == applicationID else { throw .foreign(path: path) }
    let rows = try connection.prepare("SELECT version, checksum FROM migrations ORDER BY version")
    var applied = 0
    while try rows.step() {
      let version = Int(rows.integer(0))
      guard version <= migrations.count else {
        throw .newer(path: path, version: version, known: migrations.count)
      }
      applied += 1
      guard version == applied, rows.text(1) == migrations[version - 1].checksum else {
        throw .tampered(path: path, version: version)
      }
    }
    return applied
  }

  /// Applies what is missing, each migration in a transaction of its own.
  static func apply(
    to connection: Connection, migrations: [Migration] = all, now: WallTime
  ) throws(StoreFault) {
    var applied = try verify(connection, against: migrations)
    while applied < migrations.count {
      let migration = migrations[applied]
      try connection.transaction { () throws(StoreFault) in
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute(table)
        try connection.execute(migration.sql)
        let row = try connection.prepare("INSERT INTO migrations VALUES (?1, ?2, ?3)")
        row.bind(1, migration.version)
        row.bind(2, migration.checksum)
        row.bind(3, now.milliseconds)
        try row.run()
      }
      applied += 1
    }
  }
}
