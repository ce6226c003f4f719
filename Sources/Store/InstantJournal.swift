import Roaster

/// A journal that writes when it is told to, on its caller's thread, into memory.
///
/// For roasts in simulated time, of which thousands are run: the same tables, rows and chain of hashes
/// as on the disk, and nobody's clock. One task uses it at a time.
public final class InstantJournal {
  private let connection: Connection
  private let scribe: Scribe
  private var slots: [Backlog.Slot] = []
  private var order: UInt64 = 0
  private var durables = 0

  /// An empty database.
  public init(version: String, now: WallTime) throws(StoreFault) {
    connection = try Connection(path: ":memory:", .creating)
    try Migration.apply(to: connection, now: now)
    try connection.beginRun(1, version: version, now: now)
    scribe = try Scribe(connection, run: 1)
  }

  /// Takes an entry, to be written with the next `flush`.
  public func append(_ entry: Entry) {
    if entry.isDurable { durables += 1 }
    slots.append(Backlog.Slot(entry: entry, order: order, since: 0, answer: nil))
    order += 1
  }

  /// Writes all that was taken, in one transaction.
  public func flush() throws(StoreFault) {
    guard !slots.isEmpty else { return }
    let batch = Backlog.Batch(slots: slots, losses: [], durables: durables)
    slots.removeAll(keepingCapacity: true)
    durables = 0
    do throws(Scribe.Refusal) {
      try scribe.write(batch)
    } catch {
      throw error.fault
    }
  }

  /// Goes through the whole chain of the audit.
  public func verifyAudit() throws(StoreFault) -> AuditCheck { try AuditCheck.of(connection) }
}
