import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1)))
struct JournalTests {
  @Test func `what is acknowledged is there for every reader`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let archive = room.archive
    let row = Sample.roast(1, details: BatchDetails(title: "Kenya AA 🫘", gramsIn: 350.5))
    #expect(await journal.write([.roastBegan(row)]).isSuccess)
    #expect(try archive.roast(1)?.row == row)
    #expect(await journal.write(Sample.telemetry(1...10, roast: 1) + [Sample.event(1)]).isSuccess)
    #expect(try archive.events(of: 1).map(\.id) == [1])
    #expect(try room.count("telemetry") == 10)
    #expect(try room.count("frames") == 10)
    let link = LinkRow(
      at: Sample.moment(3), state: "stale", serial: "7", firmware: 562, failure: "timeout")
    #expect(await journal.write([.link(link)]).isSuccess)
    #expect(
      try room.connection(.reading).texts(
        "SELECT state || serial || firmware || failure || at_ms || monotonic_ns FROM links")
        == ["stale7562timeout\(link.at.wall.milliseconds)3000000000"])
  }

  /// `BacklogTests` hold the half second; this one holds that the thread wakes up for it, on a
  /// machine that may be busy.
  @Test func `telemetry is committed by itself, soon`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let start = ContinuousClock.now
    let written = Mutex<Duration?>(nil)
    journal.append(Sample.telemetry(1...1)) { _ in
      written.withLock { $0 = ContinuousClock.now - start }
    }
    #expect(await journal.until { _ in written.withLock { $0 } != nil })
    let elapsed = try #require(written.withLock { $0 })
    #expect(elapsed > .milliseconds(450) && elapsed < .seconds(8))
    #expect(try room.count("telemetry") == 1)
  }

  @Test func `appending waits for nothing`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let other = try room.connection()
    try other.execute("BEGIN IMMEDIATE")
    let start = ContinuousClock.now
    for id in Int64(1)...1000 { journal.append(Sample.telemetry(id...id) + [Sample.event(id)]) }
    #expect(ContinuousClock.now - start < .seconds(5))
    try other.execute("COMMIT")
  }

  @Test func `a roast is edited, ended and given its figures`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let details = BatchDetails(title: "a", beans: "b", gramsIn: 300, notes: "n")
    await journal.write([.roastBegan(Sample.roast(4, details: details))])
    let edit = RoastEdit(beans: .set("Yirgacheffe"), gramsOut: .set(255), notes: .set(nil))
    await journal.write([.roastChanged(id: 4, edit)])
    let figures = RoastFigures(
      durationSeconds: 612.5, firstCrackSeconds: 480, developmentRatio: 0.216,
      dropBean: Celsius(208.25))
    let end = Sample.moment(612.5)
    await journal.write([.roastEnded(id: 4, at: end, .ended), .roastFigures(id: 4, figures)])
    let roast = try #require(try room.archive.roast(4))
    #expect(roast.row.details == BatchDetails(title: "a", beans: "Yirgacheffe", gramsIn: 300))
    #expect(roast.gramsOut == 255)
    #expect(roast.weightLossRatio == 0.15)
    #expect(roast.status == .ended && roast.ended == end && roast.figures == figures)
    await journal.write([.roastChanged(id: 4, RoastEdit(title: .set("c"), gramsOut: .set(nil)))])
    let edited = try #require(try room.archive.roast(4))
    #expect(edited.row.details.title == "c" && edited.gramsOut == nil)
    #expect(edited.row.details.beans == "Yirgacheffe")
  }

  @Test func `ids, settings, tokens and the next batch are told at the next start`() async throws {
    let room = try StoreRoom()
    let token = TokenRow(
      id: 3, kind: .session, name: "phone", role: "operator",
      hash: SHA256.hash([1]), csrf: "c", created: StoreRoom.now,
      expires: WallTime(milliseconds: 9))
    let batch = BatchDetails(title: "Tuesday's \"1\"", beans: nil, gramsIn: 350.5, notes: "ä\n")
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      await journal.write(Sample.telemetry(1...7) + [Sample.event(20)])
      await journal.write([
        .roastBegan(Sample.roast(9)), .roastEnded(id: 9, at: Sample.moment(1), .ended),
      ])
      await journal.write([.nextBatch(BatchDetails(title: "before")), .nextBatch(batch)])
      await journal.write([.setting(key: "a", value: "[1]"), .setting(key: "b", value: "2")])
      await journal.write([.setting(key: "b", value: nil), .tokenAdded(token)])
      await journal.write([.tokenUsed(id: 3, at: WallTime(milliseconds: 7))])
      await journal.write([.tokenRevoked(id: 3, at: WallTime(milliseconds: 8))])
    }
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.run == 2 && !opening.wasUnclean)
    #expect(opening.nextTelemetry == 8 && opening.nextEvent == 21)
    #expect(opening.nextRoast == 10 && opening.nextToken == 4)
    #expect(opening.openRoast == nil)
    #expect(opening.nextBatch == batch)
    #expect(opening.settings["a"] == "[1]" && opening.settings["b"] == nil)
    var used = token
    (used.used, used.revoked) = (WallTime(milliseconds: 7), WallTime(milliseconds: 8))
    #expect(opening.tokens == [used])
    #expect(try room.archive.tokens() == [used])
  }

  @Test func `an entry that breaks a rule is refused alone, told and counted`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([Sample.event(1)])
    journal.append(Sample.telemetry(1...3))
    let refused = await journal.write([Sample.event(1)])
    #expect(refused.fault?.failure?.kind == .row)
    #expect(await journal.write([Sample.event(2)]).isSuccess)
    #expect(try room.count("events") == 2 && room.count("telemetry") == 3)
    #expect(journal.health.lostOthers == 1 && !journal.health.isDegraded)
    let losses = try room.archive.losses()
    #expect(losses.map(\.kind) == [.refused] && losses.map(\.others) == [1])
  }

  @Test func `the time that the daemon was away is kept with its roast`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let (from, to) = (WallTime(milliseconds: 5), WallTime(milliseconds: 9))
    await journal.write([.gap(roast: 3, from: from, to: to)])
    #expect(
      try room.archive.losses(of: 3) == [Loss(kind: .away, roast: 3, from: from, to: to)])
    #expect(try room.archive.losses(of: 4).isEmpty)
  }

  @Test func `closing writes what waits, and what comes later is told so`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.append(Sample.telemetry(1...5000))
    journal.close()
    #expect(try room.count("telemetry") == 5000)
    #expect(try room.count("runs WHERE ended_ms IS NULL") == 0)
    #expect(room.bytes["-wal"]?.isEmpty == true)
    #expect(await journal.write([Sample.event(1)]).fault == .closed)
    journal.close()
  }

  @Test func `closing does not wait for a lock that stays`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    let other = try room.connection()
    try other.execute("BEGIN IMMEDIATE")
    async let answer = journal.write([Sample.event(1)])
    #expect(await journal.until { $0.pending == 1 })
    let start = ContinuousClock.now
    journal.close()
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(await answer.fault == .closed)
    try other.execute("ROLLBACK")
  }

  @Test func `a second writer is refused, and told who writes`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    let fault = #expect(throws: StoreFault.self) { try room.openAtOnce() }
    #expect(fault == .inUse(path: room.path, process: getpid()))
    journal.close()
    let (next, opening) = try room.open()
    next.close()
    #expect(opening.run == 2)
  }

  @Test func `a lock is let go of for good, though a child has a copy of it`() throws {
    let room = try StoreRoom()
    var lock: FileLock? = try FileLock(for: room.path)
    #expect(lock != nil)
    let file = try #require(Database.identity(room.path + ".lock"))
    let held = (3..<Int32(1024)).filter { Database.identity("/proc/self/fd/\($0)") == file }
    let copies = held.map { dup($0) }
    defer { for copy in copies { close(copy) } }
    #expect(copies.count == 1)
    lock = nil
    lock = try FileLock(for: room.path)
  }

  @Test func `a folder that is not there is a fault that names the file`() throws {
    let room = try StoreRoom()
    let fault = #expect(throws: StoreFault.self) {
      try Journal.open(
        path: room.path + "/no/roast.db", settings: Journal.Settings(version: "0"),
        now: StoreRoom.now)
    }
    #expect(
      fault
        == .file(operation: "open", path: room.path + "/no/roast.db.lock", errno: ENOENT))
  }

  @Test func `the last roast without an end is told, those before were interrupted`() async throws {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      await journal.write([.roastBegan(Sample.roast(1)), .roastBegan(Sample.roast(2))])
      await journal.write(Sample.telemetry(1...30, roast: 2))
    }
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.openRoast?.row == Sample.roast(2))
    #expect(opening.openRoast?.heard == Sample.point(30).moment)
    #expect(try room.archive.roast(1)?.status == .interrupted)
    #expect(try room.archive.roast(2)?.status == .roasting)
  }

  @Test func `a roast that has ended is told for as long as its tail is not whole`() async throws {
    for (last, isTold) in [(Int64(300), true), (5900, true), (6190, false)] {
      let room = try StoreRoom()
      do {
        let (journal, _) = try room.open()
        defer { journal.close() }
        await journal.write([.roastBegan(Sample.roast(1))] + Sample.telemetry(1...200, roast: 1))
        await journal.write([.roastEnded(id: 1, at: Sample.moment(20), .ended)])
        await journal.write(Sample.telemetry([last], roast: 1))
      }
      let (journal, opening) = try room.open()
      defer { journal.close() }
      #expect((opening.openRoast?.row.id == 1) == isTold, "\(last)")
      #expect(opening.openRoast.map { $0.status == .ended } != false)
      #expect(try room.archive.roast(1)?.status == .ended)
    }
  }

  @Test func `readers never keep the writer from writing`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write(Sample.telemetry(1...100))
    let reader = try room.connection(.reading)
    try reader.execute("BEGIN")
    #expect(try reader.integer("SELECT count(*) FROM telemetry") == 100)
    for start in stride(from: Int64(101), to: 10_101, by: 1000) {
      #expect(await journal.write(Sample.telemetry(start..<(start + 1000))).isSuccess)
    }
    #expect(try reader.integer("SELECT count(*) FROM telemetry") == 100)
    #expect(try room.count("telemetry") == 10_100)
    #expect(!journal.health.isDegraded && journal.health.lostPoints == 0)
    try reader.execute("COMMIT")
  }

  @Test func `many may read at once`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([.roastBegan(Sample.roast(1))] + Sample.telemetry(1...2000, roast: 1))
    let archive = room.archive
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask { try archive.telemetry(ofRoast: 1, stepSeconds: 0)?.count ?? 0 }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [Int](repeating: 2000, count: 16))
  }
}
