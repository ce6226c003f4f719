import CSQLite
import Roaster

/// The one thread that writes. Unchecked because its `var`s are touched by that thread alone.
final class JournalThread: @unchecked Sendable {
  private let desk: JournalDesk
  private let path: String
  private let run: Int64
  private let version: String
  private var lock: FileLock?
  private var scribe: Scribe?
  private var file: Database.Identity?
  /// What a fresh file is to be told.
  private var carryOver: CarryOver
  private var sweep: (sweep: Sweep, answer: Answer?)?
  private var replacedAt: Int64?
  /// Where the last file is, until the next one was told.
  private var setAside: String?
  private var checking: CallOff?
  private var told = Health()

  /// A disk on which a fresh file is damaged at once is left alone for this long.
  private static let replaceNanoseconds: Int64 = 60_000_000_000

  private enum Turn {
    case write(Backlog.Batch)
    case replace(findings: [String])
    case check(Health.Depth)
    case sweep
    case rest(until: Int64?)
    case end
  }

  init(
    _ desk: JournalDesk, lock: FileLock, scribe: Scribe, run: Int64, version: String,
    carryOver: CarryOver
  ) {
    self.desk = desk
    self.lock = lock
    self.scribe = scribe
    self.run = run
    self.version = version
    self.carryOver = carryOver
    path = scribe.connection.path
    file = Database.identity(path)
  }

  /// Writes until the end.
  func work() {
    while true {
      let (turn, dropped, impatient) = next()
      for answer in dropped { answer.give(.failure(.dropped)) }
      for (answer, failure) in impatient { answer.give(.failure(.late(because: failure))) }
      switch turn {
      case .write(let batch): write(batch)
      case .replace(let findings):
        fail(.damaged(path: path, findings: findings))
      case .check(let depth): check(depth)
      case .sweep: sweepOn()
      case .rest(let deadline): desk.bell.wait(until: deadline)
      case .end: return end()
      }
      tellHealth()
    }
  }

  private func next() -> (Turn, dropped: [Answer], impatient: [(Answer, SQLiteFailure)]) {
    let now = SystemClock.now
    return desk.state.withLock { state in
      let dropped = state.dropped
      state.dropped = []
      let failure = state.backlog.failure
      let impatient = state.backlog.impatient(now: now).compactMap { answer in
        failure.map { (answer, $0) }
      }
      return (turn(&state, now), dropped, impatient)
    }
  }

  private func turn(_ state: inout JournalDesk.State, _ now: Int64) -> Turn {
    if let closeBy = state.closeBy {
      state.backlog.hurry(now: now)
      if now >= closeBy || state.backlog.due(now: now) == .never { return .end }
    }
    if !state.findings.isEmpty {
      defer { state.findings = [] }
      return .replace(findings: state.findings)
    }
    let due = state.backlog.due(now: now)
    if due == .now { return .write(state.backlog.take()) }
    if state.closeBy == nil {
      if let depth = state.wantedCheck, checking == nil {
        state.wantedCheck = nil
        return .check(depth)
      }
      if sweep != nil { return .sweep }
    }
    let deadlines = [due.time, state.backlog.impatienceAt, state.closeBy].compactMap { $0 }
    return .rest(until: deadlines.min())
  }
}

extension Backlog.Due {
  fileprivate var time: Int64? {
    if case .at(let time) = self { return time }
    return nil
  }
}

// MARK: - Writing

extension JournalThread {
  private func write(_ batch: Backlog.Batch) {
    do throws(Scribe.Refusal) {
      try ready().write(batch)
      let notable = batch.notable
      remember(notable)
      let size = Database.size(path)
      desk.state.withLock {
        $0.backlog.succeeded()
        $0.health.bytes = size
      }
      for slot in notable {
        if case .vacuum = slot.entry { continue }
        slot.answer?.give(.success(()))
      }
    } catch {
      if let index = error.index, let failure = error.fault.failure, failure.kind == .row {
        let answer = desk.state.withLock { $0.backlog.refused(at: index, because: failure) }
        answer?.give(.failure(error.fault))
      } else {
        fail(error.fault)
      }
    }
  }

  /// The connection, made anew if the last failure cost it, or if somebody took the file away.
  private func ready() throws(Scribe.Refusal) -> Scribe {
    do throws(StoreFault) {
      if let scribe, Database.identity(path) == file { return scribe }
      scribe = nil
      if let identity = Database.identity(path), identity == file {
        let connection = try Connection(path: path, .writing)
        let scribe = try Scribe(connection, run: run)
        self.scribe = scribe
        return scribe
      }
      return try startFile()
    } catch {
      throw Scribe.Refusal(fault: error, index: nil)
    }
  }

  /// Goes on in a file that does not know of this run.
  private func startFile() throws(StoreFault) -> Scribe {
    let database = try Database(path: path, now: SystemClock.wall)
    let connection = database.connection
    let isKnown = try connection.integer("SELECT 1 FROM runs WHERE id = \(run)") != nil
    if !isKnown { try connection.beginRun(run, version: version, now: SystemClock.wall) }
    let scribe = try Scribe(connection, run: run)
    try carryOver.tell(scribe, setAside: database.setAside ?? setAside)
    setAside = nil
    self.scribe = scribe
    file = Database.identity(path)
    desk.state.withLock {
      $0.health.generation += 1
      $0.health.setAside = database.setAside ?? $0.health.setAside
      $0.wantedCheck = .quick
    }
    return scribe
  }

  private func fail(_ fault: StoreFault) {
    var failure = fault.asFailure
    if fault.isDamage {
      if let trouble = replace() { failure = trouble.asFailure }
    } else if failure.kind != .busy, failure.kind != .full {
      // Whatever the connection has come to believe of its file may be wrong by now.
      scribe = nil
    }
    let now = SystemClock.now
    desk.state.withLock { state in
      state.dropped += state.backlog.failed(failure, now: now)
    }
  }

  /// Sets the damaged file aside; what goes wrong with that is given back.
  private func replace() -> StoreFault? {
    let now = SystemClock.now
    if let replacedAt, now - replacedAt < Self.replaceNanoseconds { return nil }
    checking?.callOff()
    if let scribe { csqlite_keep_log(scribe.connection.pointer) }
    scribe = nil
    do throws(StoreFault) {
      let place = try Database.setAside(path, now: SystemClock.wall)
      replacedAt = now
      setAside = place
      file = nil
      desk.state.withLock { $0.health.setAside = place }
      return nil
    } catch {
      return error
    }
  }

  /// Keeps what a fresh file would have to be told, and begins what takes longer.
  private func remember(_ slots: [Backlog.Slot]) {
    for slot in slots {
      carryOver.note(slot.entry)
      if case .desk = slot.entry, let head = scribe?.chain?.head { carryOver.note(head) }
      if case .vacuum(let retention) = slot.entry {
        sweep?.answer?.give(.failure(.dropped))
        sweep = (Sweep(retention), slot.answer)
      }
    }
  }
}

// MARK: - What takes longer

extension JournalThread {
  private func sweepOn() {
    guard let (begun, answer) = sweep else { return }
    var sweep = begun
    do throws(StoreFault) {
      guard let scribe else { throw .dropped }
      let goesOn = try sweep.step(scribe.connection)
      self.sweep = goesOn ? (sweep, answer) : nil
      if goesOn { return }
      let size = Database.size(path)
      desk.state.withLock { $0.health.bytes = size }
      answer?.give(.success(()))
    } catch {
      self.sweep = nil
      answer?.give(.failure(error))
      if error.isDamage { fail(error) }
    }
  }

  /// Reads the whole file on a thread of its own.
  private func check(_ depth: Health.Depth) {
    let callOff = CallOff()
    checking = callOff
    let (path, file) = (path, file)
    desk.state.withLock { $0.health.check = .running }
    OwnThread.start { [desk] in
      let check = Database.check(path, depth, heeding: callOff)
      let isStillThere = Database.identity(path) == file
      desk.state.withLock { state in
        state.health.check = check
        if case .failed(let findings) = check, isStillThere { state.findings = findings }
      }
      desk.bell.ring()
    }
  }

  private func tellHealth() {
    let (health, body) = desk.state.withLock { ($0.freshHealth, $0.onHealthChange) }
    if health.check != .running { checking = nil }
    guard health.isNews(after: told) else { return }
    told = health
    body?(health)
  }

  private func end() {
    checking?.callOff()
    sweep?.answer?.give(.failure(.closed))
    if let scribe {
      try? scribe.connection.execute(
        """
        UPDATE runs SET ended_ms = \(SystemClock.wall.milliseconds) WHERE id = \(run);
        PRAGMA wal_checkpoint(TRUNCATE)
        """)
    }
    scribe = nil
    lock = nil
    let answers = desk.state.withLock { $0.backlog.answers + $0.dropped }
    for answer in answers { answer.give(.failure(.closed)) }
    desk.ended.ring()
  }
}
