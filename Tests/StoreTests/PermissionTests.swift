import Fixtures
import Glibc
import Roaster
import Testing

@testable import Store

/// Who may read what is kept: hashes of tokens, and what a person wrote.
@Suite(.timeLimit(.minutes(1)))
struct PermissionTests {
  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  @Test func `a new database and all that is beside it are its owner's alone`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write(Sample.telemetry(1...10))
    for suffix in ["", "-wal", "-shm", ".lock"] {
      #expect(mode(room.path + suffix) == 0o600, "\(suffix)")
    }
    for suffix in Database.suffixes { unlink(room.path + suffix) }
    await journal.write(Sample.telemetry(11...20))
    #expect(journal.health.generation == 1)
    for suffix in Database.suffixes { #expect(mode(room.path + suffix) == 0o600, "\(suffix)") }
  }

  @Test func `a database that is there keeps its mode, a lock that is there does not`() throws {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      journal.close()
    }
    #expect(chmod(room.path, 0o640) == 0 && chmod(room.path + ".lock", 0o644) == 0)
    let (journal, _) = try room.open()
    defer { journal.close() }
    #expect(mode(room.path) == 0o640 && mode(room.path + "-wal") == 0o640)
    #expect(mode(room.path + ".lock") == 0o600)
  }

  @Test func `a backup is its owner's alone, unless it replaces a file of another mode`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.close()
    try await room.untilReleased()
    let copy = room.folder.file("copy.db")
    try Backup.make(from: room.path, to: copy)
    #expect(mode(copy) == 0o600)
    #expect(chmod(copy, 0o644) == 0)
    try Backup.make(from: room.path, to: copy)
    #expect(mode(copy) == 0o644)
    #expect(chmod(room.path, 0o640) == 0)
    try Backup.restore(from: copy, to: room.path, now: StoreRoom.now)
    #expect(mode(room.path) == 0o640)
    let other = try StoreRoom()
    try Backup.restore(from: copy, to: other.path, now: StoreRoom.now)
    #expect(mode(other.path) == 0o600)
  }
}
