import Roaster

/// Writes what happens into a database, on a thread of its own: nobody ever waits for the disk.
///
/// What cannot be written is kept and tried again; what there is no room to keep is counted, and
/// the count is written as soon as that is possible. A damaged file is set aside and a fresh one
/// takes its place.
public final class Journal: Sendable {
  /// How much may wait while nothing can be written, and who writes.
  public struct Settings: Sendable {
    /// The program's version, for the record.
    public var version: String
    /// How many polls may wait: at 10 Hz, ten minutes.
    public var pendingPoints: Int
    /// How many other entries may wait.
    public var pendingOthers: Int

    /// Ten minutes of telemetry, and 20,000 of everything else.
    public init(version: String, pendingPoints: Int = 6000, pendingOthers: Int = 20_000) {
      self.version = version
      self.pendingPoints = pendingPoints
      self.pendingOthers = pendingOthers
    }
  }

  private let desk: JournalDesk

  /// How long `close` may take.
  private static let closeNanoseconds: Int64 = 1_500_000_000
  /// What of that is left for marking the end.
  private static let endNanoseconds: Int64 = 300_000_000

  private init(_ desk: JournalDesk) { self.desk = desk }

  deinit { close() }

  /// Opens a database, or makes one; brings it up to date, and checks it if the last run did not
  /// end in order. The whole of it is read in the background, after a stop out of order with its
  /// indices. `PATH.lock` is held until it is closed.
  public static func open(
    path: String, settings: Settings, now: WallTime
  ) throws(StoreFault) -> (Journal, Opening) {
    let lock = try FileLock(for: path)
    let database = try Database(path: path, now: now)
    let run = database.ids.run + 1
    let connection = database.connection
    try connection.beginRun(run, version: settings.version, now: now)
    let scribe = try Scribe(connection, run: run)
    if let remains = database.remains {
      try CarryOver(remains).tell(scribe, setAside: database.setAside)
    }
    let opening = try Opening(database, run: run, now: now)
    var limits = Backlog.Limits()
    limits.points = settings.pendingPoints
    limits.others = settings.pendingOthers
    let desk = JournalDesk(limits)
    desk.state.withLock {
      $0.health.setAside = database.setAside
      $0.wantedCheck = database.wasUnclean ? .full : .quick
      $0.health.bytes = Database.size(path)
    }
    let thread = JournalThread(
      desk, lock: lock, scribe: scribe, run: run,
      version: settings.version, carryOver: CarryOver(opening))
    OwnThread.start { thread.work() }
    return (Journal(desk), opening)
  }

  /// Gives entries to be written.
  public func append(_ entries: [Entry]) { desk.append(entries, answer: nil) }

  /// Gives entries to be written, and says on the journal's thread when all of them are on the
  /// disk. After 2 s of failing it says `late`: they are kept, and written when that is possible.
  /// `dropped` and a refusal by SQLite are final. After `close` it says `closed`, at once.
  public func append(
    _ entries: [Entry], then: @escaping @Sendable (Result<Void, StoreFault>) -> Void
  ) {
    let answer = Answer(then)
    if entries.isEmpty { return answer.give(.success(())) }
    desk.append(entries, answer: answer)
  }

  /// How it is now.
  public var health: Health { desk.state.withLock { $0.freshHealth } }

  /// Tells of each change of health, on the journal's thread, but not of queues and sizes.
  public func onHealthChange(_ body: @escaping @Sendable (Health) -> Void) {
    desk.state.withLock { $0.onHealthChange = body }
  }

  /// Has the whole file checked in the background, as after a reader came upon damage. A damaged
  /// file is set aside.
  public func examine() {
    desk.state.withLock { $0.wantedCheck = .full }
    desk.bell.ring()
  }

  /// Writes what waits, marks the end of the run and lets go of the database; in 1.5 s at most.
  public func close() {
    let now = SystemClock.now
    let isFirst = desk.state.withLock { state in
      defer { state.closeBy = state.closeBy ?? now + Self.closeNanoseconds - Self.endNanoseconds }
      return state.closeBy == nil
    }
    guard isFirst else { return }
    desk.bell.ring()
    desk.ended.wait(until: now + Self.closeNanoseconds)
  }
}

extension Connection {
  /// Writes that a run begins. Roasts before the last that were never ended were interrupted.
  func beginRun(_ run: Int64, version: String, now: WallTime) throws(StoreFault) {
    try transaction { () throws(StoreFault) in
      let insert = try prepare("INSERT INTO runs VALUES (?1, ?2, NULL, ?3)")
      insert.bind(1, run)
      insert.bind(2, now.milliseconds)
      insert.bind(3, version)
      try insert.run()
      try execute(
        """
        UPDATE roasts SET status = 'interrupted'
        WHERE status = 'roasting' AND id < (SELECT max(id) FROM roasts WHERE id < \(Ids.end))
        """)
    }
  }
}

extension Opening {
  fileprivate init(_ database: Database, run: Int64, now: WallTime) throws(StoreFault) {
    let connection = database.connection
    self.run = run
    nextTelemetry = database.ids.telemetry + 1
    nextEvent = database.ids.event + 1
    nextRoast = database.ids.roast + 1
    nextToken = database.ids.token + 1
    wasUnclean = database.wasUnclean
    setAside = database.setAside
    openRoast = try StoredRoast.open(connection)
    nextBatch = try BatchDetails.next(connection)
    settings = try connection.settings()
    tokens = try TokenRow.all(connection)
    desk = try Desk(connection, ids: database.ids, settings: settings, now: now)
  }
}
