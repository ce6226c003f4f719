import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Store

/// The journal on disks that fail it.
@Suite(.timeLimit(.minutes(1)))
struct JournalFaultTests {
  @Test func `while the database is locked, entries are kept; freed, they are written`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let told = Mutex<[SQLiteFailure.Kind?]>([])
    journal.onHealthChange { health in told.withLock { $0.append(health.problem?.kind) } }
    let other = try room.connection()
    try other.execute("BEGIN IMMEDIATE")
    journal.append(Sample.telemetry(1...100))
    let start = ContinuousClock.now
    let answer = Mutex<(result: Result<Void, StoreFault>, waited: Duration)?>(nil)
    journal.append([Sample.event(1)]) { result in
      answer.withLock { $0 = (result, ContinuousClock.now - start) }
    }
    #expect(await journal.until { _ in answer.withLock { $0 != nil } })
    let (late, waited) = try #require(answer.withLock { $0 })
    guard case .late(let failure)? = late.fault else {
      Issue.record("\(late)")
      return
    }
    #expect(failure.kind == .busy && failure.sql == "BEGIN IMMEDIATE")
    #expect(waited > .milliseconds(1900) && waited < .seconds(20))
    #expect(journal.health.problem?.kind == .busy && journal.health.pending == 101)
    try other.execute("COMMIT")
    #expect(await journal.until { !$0.isDegraded && $0.pending == 0 })
    #expect(try room.count("telemetry") == 100 && room.count("events") == 1)
    #expect(try room.archive.losses().isEmpty)
    #expect(await journal.until { _ in told.withLock { $0.last == .some(nil) } })
    #expect(told.withLock { $0.contains(.busy) })
  }

  @Test func `what there is no room to keep is counted exactly, and journalled`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open(pendingPoints: 50, pendingOthers: 5)
    defer { journal.close() }
    let other = try room.connection()
    try other.execute("BEGIN IMMEDIATE")
    for id in Int64(1)...120 { journal.append(Sample.telemetry(id...id)) }
    let answers = Mutex<[StoreFault?]>([])
    for id in Int64(1)...8 {
      journal.append([Sample.event(id)]) { result in answers.withLock { $0.append(result.fault) } }
    }
    #expect(await journal.until { $0.isDegraded && $0.lostPoints == 70 && $0.lostOthers == 3 })
    try other.execute("COMMIT")
    #expect(await journal.until { $0.pending == 0 && !$0.isDegraded })
    #expect(try room.connection(.reading).integer("SELECT min(id) FROM telemetry") ?? 0 > 1)
    #expect(try room.count("telemetry") == 50 && room.count("events") == 5)
    let losses = try room.archive.losses()
    #expect(losses.reduce(0) { $0 + $1.points } == 70)
    #expect(losses.reduce(0) { $0 + $1.others } == 3)
    #expect(losses.allSatisfy { $0.kind == .dropped })
    #expect(losses.first?.from == Sample.point(1).moment.wall)
    #expect(losses.contains { $0.reason?.hasPrefix("busy: ") == true })
    #expect(await journal.until { _ in answers.withLock { $0.count } == 8 })
    #expect(answers.withLock { $0.filter { $0 == .dropped }.count } == 3)
  }

  @Test(.enabled(if: SmallDisk.absence == nil, "only root may mount a file system"))
  func `on a full disk entries are kept, and written when there is room`() async throws {
    let room = try StoreRoom()
    let disk = try SmallDisk(megabytes: 2, at: room.folder.file("disk"))
    let path = disk.path + "/roast.db"
    let (journal, _) = try Journal.open(
      path: path, settings: Journal.Settings(version: "0"), now: StoreRoom.now)
    defer { journal.close() }
    #expect(await journal.write([Sample.event(1)]).isSuccess)
    try disk.fill()
    journal.append(Sample.telemetry(1...5000))
    #expect(await journal.until { $0.problem != nil })
    #expect(journal.health.problem?.kind == .full)
    let late = await journal.write([Sample.event(2)])
    guard case .late? = late.fault else {
      Issue.record("\(late)")
      return
    }
    #expect(try Archive(path: path).events(of: 1).map(\.id) == [1])
    disk.empty()
    #expect(await journal.until { $0.pending == 0 && !$0.isDegraded })
    #expect(journal.health.lostPoints == 0 && journal.health.generation == 0)
    let connection = try Connection(path: path, .reading)
    #expect(try connection.integer("SELECT count(*) FROM telemetry") == 5000)
    #expect(try connection.texts("PRAGMA integrity_check") == ["ok"])
  }

  @Test(.enabled(if: SmallDisk.absence == nil, "only root may mount a file system"))
  func `on a read-only disk opening and restoring are refused, and nothing is lost`() throws {
    let room = try StoreRoom()
    let disk = try SmallDisk(megabytes: 8, at: room.folder.file("disk"))
    let path = disk.path + "/roast.db"
    do {
      let (journal, _) = try Journal.open(
        path: path, settings: Journal.Settings(version: "0"), now: StoreRoom.now)
      journal.close()
    }
    try disk.setReadOnly(true)
    let fault = #expect(throws: StoreFault.self) {
      try Journal.open(
        path: path, settings: Journal.Settings(version: "0"), now: StoreRoom.now)
    }
    #expect(fault == .file(operation: "open", path: path + ".lock", errno: EROFS))
    #expect(throws: StoreFault.self) {
      try Backup.restore(from: path, to: path, now: StoreRoom.now)
    }
    try disk.setReadOnly(false)
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "0"), now: StoreRoom.now)
    defer { journal.close() }
    #expect(!opening.wasUnclean)
  }

  @Test func `a database of which no more pages may be made is a full one`() throws {
    let room = try StoreRoom()
    let (journal, opening) = try room.open()
    journal.close()
    let connection = try room.connection()
    let scribe = try Scribe(connection, run: opening.run)
    try connection.execute("PRAGMA max_page_count = 1")
    let points = Sample.telemetry(1...2000)
    let slots = points.map { Backlog.Slot(entry: $0, order: 0, since: 0, answer: nil) }
    let batch = Backlog.Batch(slots: slots, losses: [], durables: 1)
    let refusal = #expect(throws: Scribe.Refusal.self) { try scribe.write(batch) }
    #expect(refusal?.fault.failure?.kind == .full)
    #expect(refusal?.fault.failure?.sql.hasPrefix("INSERT INTO ") == true)
    #expect(try connection.integer("SELECT count(*) FROM telemetry") == 0)
    try connection.execute("PRAGMA max_page_count = 100000")
    try scribe.write(batch)
    #expect(try connection.integer("SELECT count(*) FROM telemetry") == 2000)
  }

  @Test func `a connection that may not write is told from a full disk`() throws {
    let room = try StoreRoom()
    let (journal, opening) = try room.open()
    journal.close()
    let connection = try room.connection()
    let scribe = try Scribe(connection, run: opening.run)
    try connection.execute("PRAGMA query_only = 1")
    let slot = Backlog.Slot(entry: Sample.event(1), order: 0, since: 0, answer: nil)
    let batch = Backlog.Batch(slots: [slot], losses: [], durables: 1)
    let refusal = #expect(throws: Scribe.Refusal.self) { try scribe.write(batch) }
    #expect(refusal?.fault.failure?.kind == .readOnly)
    try connection.execute("PRAGMA query_only = 0")
    try scribe.write(batch)
    #expect(try room.count("events") == 1)
  }

  @Test func `a log without its database is no reason not to start`() async throws {
    let room = try StoreRoom()
    try room.folder.put([UInt8](repeating: 7, count: 5000), as: "roast.db-wal")
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.setAside == nil)
    #expect(await journal.write([Sample.event(1)]).isSuccess)
  }

  @Test func `a file that is taken away is replaced, and the roast goes on in the fresh one`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let archive = room.archive
    await journal.write([.roastBegan(Sample.roast(5))] + Sample.telemetry(1...10, roast: 5))
    for suffix in Database.suffixes { unlink(room.path + suffix) }
    #expect(await journal.write(Sample.telemetry(11...20, roast: 5)).isSuccess)
    #expect(journal.health.generation == 1)
    #expect(try archive.roast(5)?.row == Sample.roast(5))
    #expect(try archive.telemetry(ofRoast: 5, stepSeconds: 0)?.map(\.id) == Array(11...20))
  }

  @Test func `a fresh file is told of the tokens, the settings and the next batch`() async throws {
    let room = try StoreRoom()
    func token(_ id: Int64) -> TokenRow {
      TokenRow(
        id: id, kind: id == 1 ? .session : .token, name: "\(id)", role: "viewer",
        hash: SHA256.hash([UInt8(id)]), created: StoreRoom.now)
    }
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      await journal.write([.tokenAdded(token(1)), .tokenAdded(token(2))])
      await journal.write([.setting(key: "a", value: "1"), .setting(key: "b", value: "2")])
    }
    let batch = BatchDetails(title: "next", gramsIn: 350)
    let (used, revoked) = (WallTime(milliseconds: 7), WallTime(milliseconds: 8))
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      await journal.write([.tokenAdded(token(3)), .tokenUsed(id: 1, at: used)])
      await journal.write([.tokenRevoked(id: 2, at: revoked), .setting(key: "b", value: nil)])
      await journal.write([.nextBatch(batch), .setting(key: "c", value: "3")])
      for suffix in Database.suffixes { unlink(room.path + suffix) }
      #expect(await journal.write([Sample.event(1)]).isSuccess)
      #expect(journal.health.generation == 1)
    }
    let (journal, opening) = try room.open()
    defer { journal.close() }
    var tokens = (Int64(1)...3).map(token)
    (tokens[0].used, tokens[1].revoked) = (used, revoked)
    #expect(opening.tokens == tokens)
    #expect(opening.nextBatch == batch)
    #expect(opening.settings["a"] == "1" && opening.settings["c"] == "3")
    #expect(opening.settings["b"] == nil)
  }

  @Test func `a fresh file is told of the last roast as it ended`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let figures = RoastFigures(durationSeconds: 10)
    await journal.write([.roastBegan(Sample.roast(5))] + Sample.telemetry(1...10, roast: 5))
    await journal.write([
      .roastEnded(id: 5, at: Sample.moment(10), .ended), .roastFigures(id: 5, figures),
      .roastChanged(id: 5, RoastEdit(title: .set("t"), gramsOut: .set(300))),
    ])
    for suffix in Database.suffixes { unlink(room.path + suffix) }
    #expect(await journal.write(Sample.telemetry(101...120, roast: 5)).isSuccess)
    let roast = try #require(try room.archive.roast(5))
    #expect(roast.status == .ended && roast.ended == Sample.moment(10))
    #expect(roast.figures == figures && roast.gramsOut == 300 && roast.row.details.title == "t")
    #expect(try room.archive.telemetry(ofRoast: 5, stepSeconds: 0)?.map(\.id) == Array(101...120))
  }
}

/// The journal on a file whose pages contradict each other.
@Suite(.timeLimit(.minutes(1)))
struct DamageTests {
  /// A database of some size, as it is left.
  private func filled() async throws -> StoreRoom {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    await journal.write([.roastBegan(Sample.roast(7))] + Sample.telemetry(1...4000, roast: 7))
    await journal.write([
      Sample.event(11, roast: 7), .roastEnded(id: 7, at: Sample.moment(400), .ended),
    ])
    journal.close()
    return room
  }

  private func damagedFiles(_ room: StoreRoom) throws -> [String] {
    try room.files.filter { $0.hasPrefix("roast.db.damaged-") }
  }

  @Test func `a file that became no database is set aside, and ids go on upwards`() async throws {
    let room = try await filled()
    try Garbage.write(into: room.path, at: 0, count: 100_000)
    let garbage = room.bytes[""]
    let (journal, opening) = try room.open()
    defer { journal.close() }
    let place = try #require(opening.setAside)
    #expect(place.hasPrefix(room.path + ".damaged-2026"))
    #expect(room.folder.bytes(String(place.dropFirst(room.folder.path.count + 1))) == garbage)
    #expect(opening.nextRoast > 7 && opening.nextTelemetry > 4000 && opening.nextEvent > 11)
    #expect(journal.health.setAside == place)
    #expect(await journal.write([Sample.event(opening.nextEvent)]).isSuccess)
    #expect(try room.count("events") == 1)
  }

  @Test func `ids of a file that is damaged in part are read from the rest of it`() async throws {
    let room = try await filled()
    do {
      let connection = try room.connection()
      try connection.execute("UPDATE runs SET ended_ms = NULL")
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let pages = try #require(room.bytes[""]).count / 4096
    try Garbage.write(into: room.path, at: pages / 3 * 4096, count: 4096 * 10)
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.setAside != nil)
    #expect(opening.nextRoast == 8 && opening.nextTelemetry == 4001 && opening.nextEvent == 12)
    #expect(opening.run == 2)
  }

  @Test func `after an unclean stop the file is checked before it is written`() async throws {
    let room = try await filled()
    try room.connection().execute("UPDATE runs SET ended_ms = NULL")
    let (journal, opening) = try room.open()
    #expect(opening.wasUnclean && opening.setAside == nil)
    #expect(await journal.until { $0.check == .passed })
    journal.close()
    let (next, after) = try room.open()
    next.close()
    #expect(!after.wasUnclean)
  }

  @Test func `damage that nobody came upon yet is found in the background`() async throws {
    let room = try await filled()
    let pages = try #require(room.bytes[""]).count / 4096
    try Garbage.write(into: room.path, at: pages / 3 * 4096, count: 4096 * 10)
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(!opening.wasUnclean && opening.setAside == nil)
    #expect(await journal.until { $0.generation == 1 && !$0.isDegraded })
    #expect(try damagedFiles(room).contains { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
    #expect(await journal.write([Sample.event(opening.nextEvent)]).isSuccess)
    #expect(try room.count("events") == 1)
    #expect(await journal.until { $0.check == .passed })
  }

  @Test func `a file damaged while it is open is set aside, and what waits goes to a fresh one`()
    async throws
  {
    let room = try await filled()
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(await journal.until { $0.check == .passed })
    let row = Sample.roast(opening.nextRoast, beganSeconds: 500)
    await journal.write([.roastBegan(row)] + Sample.telemetry(5000...5100, roast: row.id))
    let edit = RoastEdit(title: .set("mid"))
    await journal.write([.roastChanged(id: row.id, edit)])
    let archive = room.archive
    #expect(try archive.roast(7) != nil)
    try Garbage.write(into: room.path, at: 4096, count: try #require(room.bytes[""]).count - 8192)
    let fresh = Archive(path: room.path)
    let fault = #expect(throws: StoreFault.self) { try fresh.curve(7) }
    #expect(fault?.isDamage == true)
    journal.append(Sample.telemetry(5101...5200, roast: row.id))
    journal.examine()
    #expect(await journal.until { $0.generation == 1 && !$0.isDegraded && $0.pending == 0 })
    #expect(journal.health.setAside != nil)
    #expect(await journal.write(Sample.telemetry(5201...5210, roast: row.id)).isSuccess)
    // The reader that was there before finds the fresh file by itself.
    #expect(try archive.roast(7) == nil)
    let going = try #require(try archive.roast(row.id))
    #expect(going.row.details.title == "mid" && going.status == .roasting)
    let last = try archive.telemetry(ofRoast: row.id, stepSeconds: 0)?.last
    #expect(last?.id == 5210)
  }

  @Test func `two damaged files do not get one name`() async throws {
    let room = try await filled()
    try Garbage.write(into: room.path, at: 0, count: 8192)
    do {
      let (journal, _) = try room.open()
      journal.close()
    }
    try Garbage.write(into: room.path, at: 0, count: 8192)
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.setAside?.hasSuffix("-2") == true)
    #expect(try damagedFiles(room).count == 2)
  }
}
