import Fixtures
import Roaster
import Testing

@testable import Governor
@testable import Store

/// The chain of the audit (Specs/governor.md D1 to D3).
@Suite(.timeLimit(.minutes(3)))
struct AuditTests {
  /// A database that nobody has open, with that many rows.
  private func filled(_ count: Int) async throws -> StoreRoom {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    let rows = DeskSample.rows(count, seed: 5)
    // Some in one transaction, some alone, some among telemetry.
    for (index, start) in stride(from: 0, to: count, by: 100).enumerated() {
      let some = Array(rows[start..<min(start + 100, count)])
      await journal.write(some.dropLast() + Sample.telemetry([Int64(index + 1)]))
      await journal.write([try #require(some.last)])
    }
    journal.close()
    try await room.untilReleased()
    try room.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return room
  }

  private func check(
    _ good: StoreRoom, after tamper: (Connection) throws -> Void
  ) throws -> AuditCheck {
    let room = try good.copy()
    try tamper(try room.tamperer())
    return try room.archive.verifyAudit()
  }

  @Test func `a thousand mixed rows follow each other, over restarts too`() async throws {
    let room = try await filled(1000)
    guard case .whole(1, 1000, let head) = try room.archive.verifyAudit() else {
      Issue.record("\(try room.archive.verifyAudit())")
      return
    }
    #expect(head.id == 1000)
    let (journal, opening) = try room.open()
    #expect(opening.desk.nextAudit == 1001)
    #expect(opening.desk.audit == .whole(from: 1, rows: 1000, head: head))
    await journal.write(DeskSample.rows(3, seed: 6))
    journal.close()
    #expect(try room.archive.verifyAudit().brokenRow == nil)
    let rows = try room.archive.audit(AuditFilter(limit: 2000, after: 0))
    #expect(rows.map(\.id) == Array(1...1003))
    #expect(rows[0].previousHash == [UInt8](repeating: 0, count: 32))
    #expect(rows[1000].previousHash == head.hash && rows[1000].run == 2)
    guard case .whole(1001, 3, _) = try room.archive.verifyAudit(from: 1001) else {
      Issue.record("\(try room.archive.verifyAudit(from: 1001))")
      return
    }
  }

  @Test func `an empty audit is whole, and one whose rows all went is not`() async throws {
    let room = try await filled(0)
    #expect(try room.archive.verifyAudit() == .whole(from: 1, rows: 0, head: .none))
    let good = try await filled(5)
    let check = try check(good) { try $0.execute("DELETE FROM audit") }
    #expect(check == .broken(row: 1, .missing))
  }

  @Test func `the hash is what the schema says it is`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    await journal.write([
      DeskSample.audit(.abort, proposal: 3, at: 2, by: DeskSample.agent, [("a", .integer(1))])
    ])
    journal.close()
    let row = try #require(try room.archive.audit().first)
    let text = """
      {"id":1,"run_id":1,"roast_id":null,"proposal_id":3,"at_ms":1795000002000,\
      "at_ns":2000000000,"actor_kind":"agent","actor":"pilot \\"é\\"","credential_id":7,\
      "action":"abort","detail":"{\\"a\\":1}","is_late":0}
      """
    #expect(row.hash == SHA256.hash(Array(text.utf8) + [UInt8](repeating: 0, count: 32)))
    #expect(row.json["hash"]?.stringValue == SHA256.hex(row.hash))
    #expect(row.json["at"]?.stringValue == row.wall.text)
  }

  // MARK: Tampering

  @Test func `a change of any column of any row is found at that row`() async throws {
    let good = try await filled(60)
    let columns = try good.connection(.reading).texts(
      "SELECT name || ' ' || type FROM pragma_table_info('audit')")
    #expect(columns.count == 14)
    var count = 0
    for row in [1, 2, 31, 59, 60] {
      for column in columns {
        let words = column.split(separator: " ")
        let (name, type) = (words[0], words[1])
        let values =
          switch (name, type) {
          case ("id", _): ["id + 100000", "-id", "0"]
          case (_, "INTEGER"): ["coalesce(\(name), 0) + 1", "iif(\(name) IS NULL, 0, NULL)"]
          case (_, "TEXT"): ["\(name) || ' '", "CAST(x'c3' AS TEXT) || \(name)", "''"]
          default: ["zeroblob(31) || x'01'", "x''"]
          }
        for value in values {
          var isPossible = false
          let check = try check(good) { connection in
            let update = "UPDATE audit SET \(name) = \(value) WHERE id = \(row)"
            isPossible = (try? connection.execute(update)) != nil
          }
          let expected = isPossible ? Int64(row) : nil
          // A row before the first is told of before the one that is missing.
          let isNonsense = name == "id" && (check.brokenRow ?? 1) <= 0
          #expect(
            check.brokenRow == expected || isNonsense, "\(name) = \(value) in \(row): \(check)")
          count += isPossible ? 1 : 0
        }
      }
    }
    #expect(count > 120, "\(count)")
  }

  @Test func `a text whose bytes were changed, but not what they read as, is found`()
    async throws
  {
    let good = try await filled(20)
    let check = try check(good) {
      // A half character reads as the one that stands for what cannot be read, which is there.
      try $0.execute(
        """
        UPDATE audit SET detail = CAST(replace(CAST(detail AS BLOB), x'efbfbd', x'f09f98')
          AS TEXT) WHERE id = 7
        """)
      #expect($0.changes == 1)
    }
    #expect(check == .broken(row: 7, .changed))
  }

  @Test(arguments: [1, 2, 500, 999, 1000])
  func `a row that was deleted is missed`(row: Int) async throws {
    let good = try await filled(1000)
    let check = try check(good) { try $0.execute("DELETE FROM audit WHERE id = \(row)") }
    #expect(check == .broken(row: Int64(row), .missing))
  }

  @Test func `rows that changed places are found at the first of them`() async throws {
    let good = try await filled(100)
    for (one, other) in [(1, 100), (50, 51), (7, 80)] {
      let check = try check(good) {
        try $0.execute(
          """
          UPDATE audit SET id = -1 WHERE id = \(one); UPDATE audit SET id = \(one)
          WHERE id = \(other); UPDATE audit SET id = \(other) WHERE id = -1
          """)
      }
      #expect(check.brokenRow == Int64(one), "\(one) and \(other): \(check)")
    }
  }

  @Test(arguments: [1, 2, 600, 999])
  func `a tail that was cut off is missed`(last: Int) async throws {
    let good = try await filled(1000)
    let check = try check(good) { try $0.execute("DELETE FROM audit WHERE id > \(last)") }
    #expect(check == .broken(row: Int64(last + 1), .missing))
  }

  /// A row as somebody would make it who knows how.
  private func forge(
    _ connection: Connection, id: Int64, after previous: [UInt8]
  ) throws -> AuditRow {
    let record = AuditRecord(
      at: Sample.moment(1), actor: .watch, action: .reset, detail: .object([]))
    let row = AuditRow(record, id: id, run: 1, roast: nil, previousHash: previous)
    let insert = try connection.prepare(AuditRow.insert)
    row.bind(to: insert)
    try insert.run()
    return row
  }

  private func hash(_ connection: Connection, of id: Int64) throws -> [UInt8] {
    let query = try connection.prepare("SELECT hash FROM audit WHERE id = ?1")
    query.bind(1, id)
    return try query.step() ? query.bytes(0) ?? [] : []
  }

  @Test func `a forged row is found, at the end and in between`() async throws {
    let good = try await filled(100)
    let careless = try check(good) {
      _ = try forge($0, id: 101, after: [UInt8](repeating: 9, count: 32))
    }
    #expect(careless == .broken(row: 101, .doesNotFollow))
    let careful = try check(good) { _ = try forge($0, id: 101, after: hash($0, of: 100)) }
    #expect(careful == .broken(row: 101, .afterHead))
    let far = try check(good) { _ = try forge($0, id: 200, after: hash($0, of: 100)) }
    #expect(far == .broken(row: 101, .missing))
    let before = try check(good) { _ = try forge($0, id: 0, after: hash($0, of: 100)) }
    #expect(before == .broken(row: 0, .doesNotFollow))
    // In between, the others make room: the first that does not follow is the one after it.
    let between = try check(good) {
      try $0.execute("UPDATE audit SET id = -id WHERE id >= 40")
      try $0.execute("UPDATE audit SET id = 1 - id WHERE id < 0")
      _ = try forge($0, id: 40, after: hash($0, of: 39))
    }
    #expect(between == .broken(row: 41, .doesNotFollow))
  }

  @Test func `a row that was replaced, with all after it chained anew, is not the head's`()
    async throws
  {
    let good = try await filled(100)
    let check = try check(good) { connection in
      var last = try forge(
        connection, id: 1000, after: try hash(connection, of: 69)
      ).previousHash
      try connection.execute("DELETE FROM audit WHERE id = 1000 OR id >= 70")
      for id in Int64(70)...100 { last = try forge(connection, id: id, after: last).hash }
    }
    #expect(check == .broken(row: 100, .notTheHead))
  }

  @Test func `a head that was taken away or changed is found at the last row`() async throws {
    let good = try await filled(30)
    for value in ["7", "{}", #"{"id":30,"hash":"00"}"#, #"{"id":-1,"hash":""}"#, "["] {
      let check = try check(good) {
        try $0.execute("UPDATE settings SET value = '\(value)' WHERE key = 'audit_head'")
      }
      #expect(check == .broken(row: 30, .withoutHead), "\(value)")
    }
    let removed = try check(good) { try $0.execute("DELETE FROM settings") }
    #expect(removed == .broken(row: 30, .withoutHead))
    let zeros = String(repeating: "0", count: 64)
    let other = try check(good) {
      try $0.execute(
        """
        UPDATE settings SET value = '{"id":30,"hash":"\(zeros)"}' WHERE key = 'audit_head'
        """)
    }
    #expect(other == .broken(row: 30, .notTheHead))
  }

  @Test func `what was broken stays broken however much is written after it`() async throws {
    let good = try await filled(50)
    func goOn(_ tamper: String) async throws -> (Opening, AuditCheck) {
      let room = try good.copy()
      try room.tamperer().execute(tamper)
      let (journal, opening) = try room.open()
      #expect(await journal.write(DeskSample.rows(20, seed: 8)).isSuccess, "\(tamper)")
      journal.close()
      try await room.untilReleased()
      return (opening, try room.archive.verifyAudit())
    }
    let (cut, cutLater) = try await goOn("DELETE FROM audit WHERE id > 44")
    #expect(cut.desk.audit == .broken(row: 45, .missing))
    #expect(cutLater == .broken(row: 45, .missing))
    #expect(cut.desk.nextAudit == 51)
    let (changed, changedLater) = try await goOn("UPDATE audit SET actor = 'x' WHERE id = 50")
    #expect(changed.desk.audit == .broken(row: 50, .changed) && changedLater == changed.desk.audit)
    let (headless, headlessLater) = try await goOn("DELETE FROM settings")
    #expect(headless.desk.audit == .broken(row: 50, .withoutHead))
    #expect(headlessLater == .broken(row: 51, .doesNotFollow))
    let (added, addedLater) = try await goOn(
      "INSERT INTO audit SELECT 51, 1, NULL, NULL, 0, 0, '', '', 0, '', '', 0, hash, zeroblob(32) "
        + "FROM audit WHERE id = 50")
    #expect(added.desk.audit == .broken(row: 51, .changed) && addedLater == added.desk.audit)
  }

  @Test func `only the last rows are gone through before a start`() async throws {
    let good = try await filled(100)
    #expect(try AuditCheck.ofLast(40, good.connection(.reading)).brokenRow == nil)
    let room = try good.copy()
    let connection = try room.tamperer()
    try connection.execute("UPDATE audit SET actor = 'x' WHERE id = 60")
    #expect(try AuditCheck.ofLast(40, connection).brokenRow == nil)
    #expect(try AuditCheck.ofLast(41, connection) == .broken(row: 60, .changed))
    try connection.execute("DELETE FROM audit WHERE id = 60")
    #expect(try AuditCheck.ofLast(40, connection) == .broken(row: 60, .missing))
  }

  @Test func `pages of the audit go both ways, and by proposal and action`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write(
      (1...30).map {
        DeskSample.audit(
          $0 % 2 == 0 ? .bytesMeant : .bytesSent, proposal: Int64($0) / 10, at: Double($0))
      })
    let archive = room.archive
    #expect(try archive.audit(AuditFilter(limit: 3)).map(\.id) == [30, 29, 28])
    #expect(try archive.audit(AuditFilter(limit: 2, before: 28)).map(\.id) == [27, 26])
    #expect(try archive.audit(AuditFilter(limit: 2, after: 28)).map(\.id) == [29, 30])
    #expect(
      try archive.audit(AuditFilter(limit: 99, proposal: 2, action: .bytesSent)).map(\.id)
        == [29, 27, 25, 23, 21])
    #expect(try archive.audit(AuditFilter(limit: -1)).isEmpty)
  }
}
