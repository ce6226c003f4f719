import Fixtures
import FoundationEssentials
import Roaster
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1)))
struct MigrationTests {
  /// `ROAST_REFRESH=1 swift test` writes the file anew.
  @Test func `Specs-schema says what the migrations leave`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.close()
    let statements = try room.connection(.reading).texts(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    let text =
      "-- What the migrations of Sources/Store leave: made by `ROAST_REFRESH=1 swift test`.\n"
      + statements.map { "\n" + $0 + ";\n" }.joined()
    let path = Fixtures.root + "/Specs/schema.sql"
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    let written = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(written == text)
  }

  @Test func `migrations are counted from 1 without gaps`() {
    #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
  }

  @Test func `a released migration is never edited`() {
    #expect(
      Migration.all.map(\.checksum) == [
        "9bf0823dc6000a09f1f3e64e9db0585ec3c5c4f8f7149efa4b5b6a2815f3e48c",
        "127a397a1987f93fd1295807c39f5b153222cd2a3eac88746845659565fc8ee6",
        "90f32ebe2f985bbf19465042998e06cbffbf3735cdc3c8b3dc882b1a4fe3b936",
      ])
  }

  @Test func `a database is in WAL mode, gives room back and is marked as ours`() throws {
    let room = try StoreRoom()
    let (journal, opening) = try room.open()
    defer { journal.close() }
    let connection = try room.connection(.reading)
    #expect(try connection.texts("PRAGMA journal_mode") == ["wal"])
    #expect(try connection.integer("PRAGMA auto_vacuum") == 2)
    #expect(try connection.integer("PRAGMA application_id") == Migration.applicationID)
    #expect(opening.run == 1 && opening.nextRoast == 1 && opening.nextTelemetry == 1)
    #expect(opening.nextEvent == 1 && opening.nextToken == 1)
    #expect(!opening.wasUnclean && opening.setAside == nil && opening.openRoast == nil)
  }

  @Test func `a later migration is applied to an older database, once`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.close()
    let later = Migration(
      version: Migration.all.count + 1, sql: "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT")
    let connection = try room.connection()
    let migrations = Migration.all + [later]
    try Migration.apply(to: connection, migrations: migrations, now: StoreRoom.now)
    try Migration.apply(to: connection, migrations: migrations, now: StoreRoom.now)
    #expect(try Migration.verify(connection, against: migrations) == migrations.count)
    #expect(try connection.integer("SELECT count(*) FROM extra") == 0)
  }

  @Test func `a migration that fails leaves nothing of itself`() throws {
    let room = try StoreRoom()
    let connection = try room.connection(.creating)
    let broken = Migration(
      version: Migration.all.count + 1,
      sql: "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER)")
    #expect(throws: StoreFault.self) {
      try Migration.apply(
        to: connection, migrations: Migration.all + [broken], now: StoreRoom.now)
    }
    #expect(try Migration.verify(connection) == Migration.all.count)
    #expect(
      try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0)
  }

  private func refusal(
    afterEditing edit: (Connection) throws -> Void
  ) throws -> (fault: StoreFault?, isUntouched: Bool, left: [String]) {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.append(Sample.telemetry(1...50))
    journal.close()
    do {
      let connection = try room.connection()
      try edit(connection)
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let before = room.bytes
    let fault = #expect(throws: StoreFault.self) { try room.open() }
    return (fault, room.bytes == before, try room.files)
  }

  @Test func `a newer database is refused and left as it is, byte for byte`() throws {
    let (fault, isUntouched, files) = try refusal {
      try $0.execute("INSERT INTO migrations VALUES (7, 'x', 0)")
    }
    guard case .newer(_, 7, Migration.all.count) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(isUntouched)
    #expect(!files.contains { $0.contains("damaged") })
  }

  @Test func `a tampered migration is refused and left as it is, byte for byte`() throws {
    let (fault, isUntouched, files) = try refusal {
      try $0.execute("UPDATE migrations SET checksum = 'x'")
    }
    guard case .tampered(_, 1) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(isUntouched)
    #expect(!files.contains { $0.contains("damaged") })
  }

  @Test func `a refused database keeps the log that was left beside it`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.close()
    let connection = try room.connection()
    try connection.execute("UPDATE migrations SET checksum = 'x'")
    let copy = try StoreRoom()
    for suffix in ["", "-wal"] {
      try copy.folder.put(room.folder.bytes("roast.db" + suffix), as: "roast.db" + suffix)
    }
    let before = copy.bytes
    #expect(before["-wal"]?.isEmpty == false)
    let fault = #expect(throws: StoreFault.self) { try copy.open() }
    guard case .tampered = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(copy.bytes == before)
  }

  @Test func `another program's database is refused and left as it is`() throws {
    let room = try StoreRoom()
    do {
      let other = try room.connection(.creating)
      try other.execute("CREATE TABLE theirs (id INTEGER)")
    }
    let before = room.bytes
    let fault = #expect(throws: StoreFault.self) { try room.open() }
    #expect(fault == .foreign(path: room.path))
    #expect(room.bytes == before)
  }

  @Test func `the audit is only added to`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let connection = try room.connection()
    func add(_ id: String, _ hash: String, _ verb: String = "INSERT") throws {
      try connection.execute(
        """
        \(verb) INTO audit VALUES (\(id), 1, NULL, NULL, 0, 0, 'person', 'uid 0', NULL, 'abort',
          '{}', 0, zeroblob(32), x'\(String(repeating: hash, count: 32))')
        """)
    }
    try add("NULL", "01")
    try add("NULL", "02")
    let before = try connection.texts("SELECT id || actor || hex(hash) FROM audit")
    for sql in [
      "UPDATE audit SET actor = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1",
    ] {
      let fault = #expect(throws: StoreFault.self) { try connection.execute(sql) }
      #expect(fault?.failure?.message == "the audit is only added to", "\(sql)")
    }
    #expect(throws: StoreFault.self) { try add("1", "03", "INSERT OR REPLACE") }
    #expect(throws: StoreFault.self) { try add("NULL", "02", "INSERT OR REPLACE") }
    #expect(throws: StoreFault.self) { try add("NULL", "02") }
    #expect(try connection.texts("SELECT id || actor || hex(hash) FROM audit") == before)
    try add("NULL", "04")
    #expect(try connection.integer("SELECT max(id) FROM audit") == 3)
  }
}
