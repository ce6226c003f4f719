import CSQLite
import Synchronization

/// A connection to a database, which one thread uses at a time. It keeps the statements that were
/// prepared on it.
final class Connection {
  /// What it may do.
  enum Access {
    case reading, writing
    /// Writing, and a file is made where there is none.
    case creating

    fileprivate var flags: Int32 {
      switch self {
      case .reading: SQLITE_OPEN_READONLY
      case .writing: SQLITE_OPEN_READWRITE
      case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    }
  }

  let path: String
  let pointer: OpaquePointer
  private var statements: [String: Statement] = [:]

  init(
    path: String, _ access: Access, waitMilliseconds: Int32 = 250
  ) throws(StoreFault) {
    var pointer: OpaquePointer?
    let code = sqlite3_open_v2(path, &pointer, access.flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let pointer else {
      let failure = SQLiteFailure(code: code, on: pointer, sql: "")
      sqlite3_close(pointer)
      throw .sqlite(failure)
    }
    self.path = path
    self.pointer = pointer
    csqlite_harden(pointer)
    sqlite3_busy_timeout(pointer, waitMilliseconds)
  }

  deinit {
    statements = [:]
    // A statement that outlives us closes it.
    sqlite3_close_v2(pointer)
  }

  /// Runs statements that give nothing back.
  func execute(_ sql: String) throws(StoreFault) {
    let code = sqlite3_exec(pointer, sql, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw .sqlite(SQLiteFailure(code: code, on: pointer, sql: sql))
    }
  }

  /// A statement that nobody else has.
  func prepare(_ sql: String) throws(StoreFault) -> Statement {
    try Statement(sql, on: pointer)
  }

  /// The one statement of this text, to be used and left before it is asked for again.
  func statement(_ sql: String) throws(StoreFault) -> Statement {
    if let known = statements[sql] {
      known.reset()
      return known
    }
    let statement = try prepare(sql)
    statements[sql] = statement
    return statement
  }

  /// The first value of the first row.
  func integer(_ sql: String) throws(StoreFault) -> Int64? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.int64(0) : nil
  }

  /// The first column as texts.
  func texts(_ sql: String) throws(StoreFault) -> [String] {
    let statement = try prepare(sql)
    var texts: [String] = []
    while try statement.step() { texts.append(statement.text(0) ?? "") }
    return texts
  }

  /// Runs a body inside a transaction; all of it happens, or nothing.
  func transaction<Answer>(
    _ begin: String = "BEGIN IMMEDIATE", _ body: () throws(StoreFault) -> Answer
  ) throws(StoreFault) -> Answer {
    try execute(begin)
    do {
      let answer = try body()
      try execute("COMMIT")
      return answer
    } catch {
      rollBack()
      throw error
    }
  }

  /// Ends a transaction that failed, unless SQLite has done so.
  func rollBack() {
    for statement in statements.values { statement.reset() }
    if sqlite3_get_autocommit(pointer) == 0 { sqlite3_exec(pointer, "ROLLBACK", nil, nil, nil) }
  }

  /// How many rows the last statement changed.
  var changes: Int { Int(sqlite3_changes(pointer)) }

  private var callOff: CallOff?

  /// Statements that run for long are interrupted when it is called off.
  func heed(_ callOff: CallOff) {
    self.callOff = callOff
    sqlite3_progress_handler(
      pointer, 10_000,
      { box in
        guard let box else { return 0 }
        return Unmanaged<CallOff>.fromOpaque(box).takeUnretainedValue().isCalledOff ? 1 : 0
      }, Unmanaged.passUnretained(callOff).toOpaque())
  }
}

/// Says to a thread that works for long that nobody waits for it any more.
final class CallOff: Sendable {
  private let flag = Atomic(false)
  /// By the system's monotonic clock.
  private let deadline = Atomic(Int64.max)

  var isCalledOff: Bool {
    flag.load(ordering: .relaxed)
      || SystemClock.now >= deadline.load(ordering: .relaxed)
  }

  func callOff() { flag.store(true, ordering: .relaxed) }

  /// It is called off after so many seconds from now.
  func callOff(after seconds: Double) {
    deadline.store(SystemClock.now + Int64(seconds * 1e9), ordering: .relaxed)
  }
}
