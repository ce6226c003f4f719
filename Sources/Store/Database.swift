import CSQLite
import Glibc
import Roaster

/// The file on the disk: opened, brought up to date, checked, and set aside when it is damaged.
struct Database {
  let connection: Connection
  /// The highest ids given so far.
  let ids: Ids
  let wasUnclean: Bool
  let setAside: String?
  /// What could be read in the damaged file, if there was one.
  let remains: Remains?

  /// What of a damaged file is not done without: what the desk said must outlive it, and where the
  /// audit ended.
  struct Remains {
    let ids: Ids
    let desk: String?
    let auditHead: AuditHead?
  }

  /// Opens a database for writing, whoever holds its lock. A damaged one is set aside and a fresh
  /// one is made; one that is not ours, newer or tampered with is left as it is, byte for byte.
  init(path: String, now: WallTime) throws(StoreFault) {
    do {
      try self.init(undamaged: path, now: now, remains: nil, setAside: nil)
    } catch {
      guard error.isDamage else { throw error }
      let remains = Self.remains(path, now)
      let setAside = try Self.setAside(path, now: now)
      try self.init(undamaged: path, now: now, remains: remains, setAside: setAside)
    }
  }

  private init(
    undamaged path: String, now: WallTime, remains: Remains?, setAside: String?
  ) throws(StoreFault) {
    let isThere = Self.size(path, of: [""]) > 0
    var isUnclean = false
    // One that died before its first log was made can only be read after it is rolled back.
    let isHalfMade = access(path + "-journal", F_OK) == 0
    if isThere, !isHalfMade { isUnclean = try Self.inspect(path) }
    if !isThere { try PrivateFile.make(path) }
    let connection = try Connection(path: path, isThere ? .writing : .creating)
    if isUnclean {
      let findings = try connection.findings(of: "PRAGMA quick_check(20)")
      guard findings.isEmpty else { throw .damaged(path: path, findings: findings) }
    }
    // Without effect once there is a table.
    try connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    try connection.execute("PRAGMA journal_mode = WAL")
    try Migration.apply(to: connection, now: now)
    try connection.execute("PRAGMA journal_size_limit = 16777216")
    self.connection = connection
    if let remains { ids = remains.ids } else { ids = try Ids(connection) }
    self.remains = remains
    wasUnclean = isUnclean
    self.setAside = setAside
  }

  /// Reads, without leaving a trace in the file, whether it may be written to, and whether the last
  /// run did not end in order.
  private static func inspect(_ path: String) throws(StoreFault) -> Bool {
    let connection = try Connection(path: path, .reading, waitMilliseconds: 2000)
    csqlite_keep_log(connection.pointer)
    guard try Migration.verify(connection) > 0 else { return false }
    return try connection.integer(
      "SELECT ended_ms IS NULL FROM runs WHERE id < \(Ids.end) ORDER BY id DESC LIMIT 1") == 1
  }

  /// Reads each by itself: one may lie on a page that is whole.
  private static func remains(_ path: String, _ now: WallTime) -> Remains {
    let connection = try? Connection(path: path, .reading)
    if let connection { csqlite_keep_log(connection.pointer) }
    let ids = connection.flatMap { try? Ids($0) }
    let head = connection.flatMap { try? AuditHead.kept($0) }
    let desk = connection.flatMap { try? $0.settings()[Scribe.deskKey] }
    return Remains(ids: ids ?? Ids(above: now), desk: desk, auditHead: head)
  }

  // MARK: Files

  /// What belongs to a database on the disk.
  static let suffixes = ["", "-wal", "-shm"]

  /// Gives a damaged file and what belongs to it another name, which nothing had before.
  static func setAside(_ path: String, now: WallTime) throws(StoreFault) -> String {
    try moveAway(path, to: "damaged-\(stamp(now))")
  }

  /// Gives a database another name, which nothing had before.
  static func moveAway(_ path: String, to word: String) throws(StoreFault) -> String {
    var target = "\(path).\(word)"
    var count = 1
    while suffixes.contains(where: { access(target + $0, F_OK) == 0 }) {
      count += 1
      target = "\(path).\(word)-\(count)"
    }
    // The log goes first: without it the file itself is whole, only older.
    for suffix in suffixes.reversed() where access(path + suffix, F_OK) == 0 {
      guard rename(path + suffix, target + suffix) == 0 else {
        throw .file(operation: "rename", path: path + suffix, errno: errno)
      }
    }
    return target
  }

  /// `20261121T021041Z`.
  static func stamp(_ time: WallTime) -> String {
    String(time.text.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" }) + "Z"
  }

  /// Which file it is that a path leads to.
  struct Identity: Equatable, Sendable {
    let device: UInt
    let node: UInt
  }

  /// Which file is there now; nil when there is none.
  static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt(status.st_dev), node: UInt(status.st_ino))
  }

  /// Reads every page of a database, on a connection of its own.
  static func check(
    _ path: String, _ depth: Health.Depth, heeding callOff: CallOff
  ) -> Health.Check {
    do throws(StoreFault) {
      let connection = try Connection(path: path, .reading, waitMilliseconds: 2000)
      connection.heed(callOff)
      let findings = try connection.findings(of: "PRAGMA \(depth.rawValue)(20)")
      return findings.isEmpty ? .passed : .failed(findings: findings)
    } catch {
      return .unfinished
    }
  }

  /// How much room it takes, its log included.
  static func size(_ path: String, of suffixes: [String] = ["", "-wal"]) -> Int64 {
    suffixes.reduce(0) { sum, suffix in
      var status = stat()
      return stat(path + suffix, &status) == 0 ? sum + Int64(status.st_size) : sum
    }
  }
}

extension Connection {
  /// What a check says that is wrong; damage that stops the check is a finding.
  func findings(of check: String) throws(StoreFault) -> [String] {
    do {
      return try texts(check).filter { $0 != "ok" }
    } catch {
      guard let failure = error.failure, failure.kind == .damage else { throw error }
      return [failure.message]
    }
  }
}
