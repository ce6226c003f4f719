import Store
import Testing

@testable import Daemon

/// What is said when the store could not do it.
struct StoreFaultTests {
  private static let full = SQLiteFailure(
    code: 13, message: "database or disk is full", sql: "INSERT INTO events VALUES (1)")

  @Test(
    arguments: [
      (.late(because: full), "the database fails: database or disk is full"),
      (.sqlite(full), "the database fails: database or disk is full"),
      (.file(operation: "open", path: "/d", errno: 13), "cannot open /d: Permission denied"),
      (.damaged(path: "/d", findings: []), "/d is damaged: it contradicts itself"),
      (.inUse(path: "/d", process: 7), "/d is written by another process (7)"),
      (
        .newer(path: "/d", version: 9, known: 2), "/d was made by a newer roast (schema 9, known 2)"
      ),
      (.tampered(path: "/d", version: 1), "migration 1 in /d is not the one of this program"),
      (.foreign(path: "/d"), "/d is a database of another program"),
      (.dropped, "too much was waiting to be written, and it was given up"),
      (.closed, "the database is closed: the daemon is ending"),
      (.tooMany(limit: 5), "these are more than 5 points"),
    ] as [(StoreFault, String)])
  func `an error of the store is told in words, not as the program keeps it`(
    _ fault: StoreFault, _ text: String
  ) {
    let kept = APIError(fault, kept: true)
    #expect(kept.message == "this is kept in memory and not on the disk yet: " + text)
    #expect(APIError(fault, kept: false).message == "the store cannot be read now: " + text)
  }
}
