import CSQLite
import Glibc
import Roaster

/// Copies of a database, made while it is written, and put in its place.
public enum Backup {
  /// How much of a copy is made.
  public struct Progress: Equatable, Sendable {
    /// So many are copied.
    public let pagesDone: Int
    /// So many there are.
    public let pages: Int
  }

  /// Pages that are copied at a time; between them others may write.
  private static let stepPages: Int32 = 512

  /// Copies a database to a file, whoever writes it meanwhile. The copy is checked before it gets
  /// its name, so a file that is there is whole; one that was there is replaced.
  public static func make(
    from path: String, to target: String, progress: (Progress) -> Void = { _ in }
  ) throws(StoreFault) {
    let draft = target + ".part-\(getpid())"
    defer { remove(draft) }
    remove(draft)
    do {
      let source = try Connection(path: path, .reading, waitMilliseconds: 5000)
      _ = try Migration.verify(source)
      try copy(source, to: draft, progress)
    }
    try verify(draft)
    PrivateFile.share(draft, as: target)
    try synchronise(draft)
    guard rename(draft, target) == 0 else {
      throw .file(operation: "rename", path: target, errno: errno)
    }
  }

  /// Puts a backup in the place of a database, which nobody may have open for writing. The backup
  /// is verified first. The database that was there keeps its bytes under the name that is given
  /// back, and the audit says that another goes on.
  @discardableResult
  public static func restore(
    from backup: String, to path: String, now: WallTime
  ) throws(StoreFault) -> String? {
    let lock = try FileLock(for: path)
    defer { withExtendedLifetime(lock) {} }
    let draft = path + ".part-\(getpid())"
    defer { remove(draft) }
    remove(draft)
    do {
      let source = try Connection(path: backup, .reading, waitMilliseconds: 5000)
      csqlite_keep_log(source.pointer)
      guard try Migration.verify(source) > 0 else { throw .foreign(path: backup) }
      try copy(source, to: draft) { _ in }
    }
    try verify(draft)
    try tellAudit(draft, of: path, from: backup)
    PrivateFile.share(draft, as: path)
    try synchronise(draft)
    var old: String?
    if Database.suffixes.contains(where: { access(path + $0, F_OK) == 0 }) {
      old = try Database.moveAway(path, to: "before-restore-\(Database.stamp(now))")
    }
    guard rename(draft, path) == 0 else {
      throw .file(operation: "rename", path: path, errno: errno)
    }
    return old
  }

  /// Tells a draft where the audit of the file ends that it will replace, if that can be read.
  private static func tellAudit(
    _ draft: String, of path: String, from backup: String
  ) throws(StoreFault) {
    guard let old = try? Connection(path: path, .reading) else { return }
    csqlite_keep_log(old.pointer)
    guard let head = try? AuditHead.kept(old) else { return }
    let connection = try Connection(path: draft, .writing)
    let scribe = try Scribe(connection, run: try Ids(connection).run)
    try connection.transaction { () throws(StoreFault) in
      try scribe.goOn(after: head, [("restored_from", .string(backup))])
    }
  }

  private static func remove(_ draft: String) {
    for suffix in Database.suffixes + ["-journal"] { unlink(draft + suffix) }
  }

  private static func copy(
    _ source: Connection, to path: String, _ progress: (Progress) -> Void
  ) throws(StoreFault) {
    try PrivateFile.make(path)
    let target = try Connection(path: path, .creating)
    // All pages are of one moment, however long it takes: readers do not keep others from writing.
    try source.execute("BEGIN; SELECT 1 FROM sqlite_schema")
    guard let backup = sqlite3_backup_init(target.pointer, "main", source.pointer, "main") else {
      throw .sqlite(
        SQLiteFailure(code: sqlite3_errcode(target.pointer), on: target.pointer, sql: "backup"))
    }
    var code = SQLITE_OK
    while code == SQLITE_OK {
      code = sqlite3_backup_step(backup, stepPages)
      let pages = Int(sqlite3_backup_pagecount(backup))
      progress(
        Progress(pagesDone: pages - Int(sqlite3_backup_remaining(backup)), pages: pages))
    }
    sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE else {
      throw .sqlite(SQLiteFailure(code: code, on: target.pointer, sql: "backup"))
    }
  }

  /// Refuses a file that contradicts itself or is not ours, and lets it be one file without a log.
  private static func verify(_ path: String) throws(StoreFault) {
    let connection = try Connection(path: path, .writing)
    guard try Migration.verify(connection) > 0 else { throw .foreign(path: path) }
    let findings = try connection.findings(of: "PRAGMA integrity_check(20)")
    guard findings.isEmpty else { throw .damaged(path: path, findings: findings) }
    try connection.execute("PRAGMA journal_mode = DELETE")
  }

  private static func synchronise(_ path: String) throws(StoreFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw .file(operation: "synchronise", path: path, errno: errno)
    }
  }
}
