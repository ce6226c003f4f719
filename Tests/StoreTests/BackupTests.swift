import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1)))
struct BackupTests {
  @Test func `a backup made while others write opens clean, with all that was there before`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    await journal.writeAll([.roastBegan(Sample.roast(1))] + Sample.telemetry(1...20_000, roast: 1))
    let writing = Task {
      var id: Int64 = 20_001
      while !Task.isCancelled {
        await journal.write(Sample.telemetry(id...id, roast: 1) + [Sample.event(id)])
        id += 1
      }
    }
    let copy = room.folder.file("copy.db")
    let progress = Mutex<[Backup.Progress]>([])
    try Backup.make(from: room.path, to: copy) { step in progress.withLock { $0.append(step) } }
    writing.cancel()
    await writing.value
    journal.close()
    let steps = progress.withLock { $0 }
    #expect(steps.count > 2 && steps.last.map { $0.pagesDone == $0.pages } == true)
    #expect(steps.map(\.pagesDone) == steps.map(\.pagesDone).sorted())
    #expect(try room.files.filter { $0.hasPrefix("copy") } == ["copy.db"])
    let (copied, opening) = try Journal.open(
      path: copy, settings: Journal.Settings(version: "0"), now: StoreRoom.now)
    defer { copied.close() }
    #expect(opening.setAside == nil && opening.nextTelemetry >= 20_001)
    #expect(opening.openRoast?.row.id == 1)
    #expect(await copied.until { $0.check == .passed })
  }

  @Test func `restoring puts the backup in place and keeps what was there`() async throws {
    let room = try StoreRoom()
    let copy = room.folder.file("copy.db")
    do {
      let (journal, _) = try room.open()
      await journal.write([.roastBegan(Sample.roast(1))])
      try Backup.make(from: room.path, to: copy)
      await journal.write([.roastBegan(Sample.roast(2))])
      journal.close()
      try await room.untilReleased()
    }
    let before = room.bytes
    let old = try #require(
      try Backup.restore(from: copy, to: room.path, now: StoreRoom.now))
    #expect(old == room.path + ".before-restore-" + Database.stamp(StoreRoom.now))
    #expect(room.folder.bytes(String(old.dropFirst(room.folder.path.count + 1))) == before[""])
    #expect(try room.archive.roasts().map(\.row.id) == [1])
    let (journal, _) = try room.open()
    defer { journal.close() }
    #expect(await journal.write([.roastBegan(Sample.roast(3))]).isSuccess)
  }

  @Test func `restoring where nothing was makes a database`() throws {
    let (room, other) = (try StoreRoom(), try StoreRoom())
    let (journal, _) = try room.open()
    journal.close()
    #expect(try Backup.restore(from: room.path, to: other.path, now: StoreRoom.now) == nil)
    #expect(try other.archive.roasts().isEmpty)
  }

  private enum Bad: String, CaseIterable {
    case notADatabase, empty, damaged, foreign, newer, tampered, missing
  }

  @Test(arguments: ["notADatabase", "empty", "damaged", "foreign", "newer", "tampered", "missing"])
  func `restoring refuses a bad file and keeps the old one`(kind: String) async throws {
    let room = try StoreRoom()
    let bad = room.folder.file("bad.db")
    do {
      let (journal, _) = try room.open()
      await journal.write(Sample.telemetry(1...3000))
      try Backup.make(from: room.path, to: bad)
      await journal.write(Sample.telemetry(3001...3010))
      journal.close()
      try await room.untilReleased()
    }
    func edit(_ sql: String) throws {
      let connection = try Connection(path: bad, .creating)
      try connection.execute(sql)
    }
    switch Bad(rawValue: kind) {
    case .notADatabase: try room.folder.put(Array("This is a letter.".utf8), as: "bad.db")
    case .empty: try room.folder.put([], as: "bad.db")
    case .damaged: try Garbage.write(into: bad, at: 40 * 4096, count: 20_000)
    case .foreign: try edit("PRAGMA application_id = 7")
    case .newer: try edit("INSERT INTO migrations VALUES (99, 'x', 0)")
    case .tampered: try edit("UPDATE migrations SET checksum = 'x'")
    case .missing: try room.folder.put([], as: "other"); #expect(remove(bad) == 0)
    case nil: Issue.record("unknown kind \(kind)")
    }
    let (before, files) = (room.bytes, try room.files)
    let fault = #expect(throws: StoreFault.self) {
      try Backup.restore(from: bad, to: room.path, now: StoreRoom.now)
    }
    switch Bad(rawValue: kind) {
    case .notADatabase, .damaged: #expect(fault?.isDamage == true)
    case .empty, .foreign: #expect(fault == .foreign(path: bad))
    case .newer: #expect(fault == .newer(path: bad, version: 99, known: Migration.all.count))
    case .tampered: #expect(fault == .tampered(path: bad, version: 1))
    default: #expect(fault?.failure?.kind == .unopenable)
    }
    #expect(room.bytes == before)
    #expect(try room.files == files)
    #expect(try room.count("telemetry") == 3010)
  }

  @Test func `restoring under a daemon that runs is refused`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let copy = room.folder.file("copy.db")
    try Backup.make(from: room.path, to: copy)
    let fault = #expect(throws: StoreFault.self) {
      try Backup.restore(from: copy, to: room.path, now: StoreRoom.now)
    }
    guard case .inUse = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test func `a backup that cannot be made leaves the one from before`() throws {
    let room = try StoreRoom()
    let copy = try room.folder.put([1, 2, 3], as: "copy.db")
    #expect(throws: StoreFault.self) { try Backup.make(from: room.path, to: copy) }
    #expect(room.folder.bytes("copy.db") == [1, 2, 3])
  }
}
