import CSQLite
import Glibc

/// Why the store could not do what it was asked.
public enum StoreFault: Error, Hashable, Sendable {
  /// Another process has the database open for writing.
  case inUse(path: String, process: Int32?)
  /// It was made by a newer program, which knows more migrations than this one.
  case newer(path: String, version: Int, known: Int)
  /// A migration that it names is not the one of this program.
  case tampered(path: String, version: Int)
  /// A database of another program.
  case foreign(path: String)
  /// Its pages contradict each other; what the check found.
  case damaged(path: String, findings: [String])
  /// SQLite says no.
  case sqlite(SQLiteFailure)
  /// The operating system says no.
  case file(operation: String, path: String, errno: Int32)
  /// Not written after 2 s. It is kept, and written as soon as that is possible.
  case late(because: SQLiteFailure)
  /// Given up: too much was waiting to be written.
  case dropped
  /// The journal was closed before this was written.
  case closed
  /// More points than were allowed for.
  case tooMany(limit: Int)
}

/// What SQLite said, of which statement.
public struct SQLiteFailure: Hashable, Sendable {
  /// Its extended result code.
  public let code: Int32
  /// Its words.
  public let message: String
  /// The statement; empty when it was not about one.
  public let sql: String

  /// A failure by its parts.
  public init(code: Int32, message: String, sql: String) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// What kind of trouble it is.
  public enum Kind: String, Sendable {
    /// Another connection is in the way.
    case busy
    /// No room is left.
    case full
    case readOnly = "read_only"
    /// The file cannot be opened.
    case unopenable
    /// The device fails.
    case device
    /// The file contradicts itself, or is no database.
    case damage
    /// The row itself is at fault.
    case row
    /// Anything else.
    case other
  }

  /// What kind of trouble it is.
  public var kind: Kind {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_FULL: .full
    case SQLITE_READONLY, SQLITE_PERM: .readOnly
    case SQLITE_CANTOPEN: .unopenable
    case SQLITE_IOERR: .device
    case SQLITE_CORRUPT, SQLITE_NOTADB: .damage
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE: .row
    default: .other
    }
  }
}

extension StoreFault {
  /// What SQLite said, if that is what is wrong.
  public var failure: SQLiteFailure? {
    switch self {
    case .sqlite(let failure), .late(let failure): failure
    default: nil
    }
  }

  /// The same in SQLite's terms, for those who only know these.
  var asFailure: SQLiteFailure {
    if let failure { return failure }
    switch self {
    case .damaged(_, let findings):
      return SQLiteFailure(
        code: SQLITE_CORRUPT, message: findings.first ?? "damaged", sql: "")
    case .file(let operation, let path, let number):
      return SQLiteFailure(
        code: SQLITE_IOERR, message: "\(String(cString: strerror(number))): \(path)",
        sql: operation)
    default: return SQLiteFailure(code: SQLITE_ERROR, message: "\(self)", sql: "")
    }
  }

  /// Whether the file contradicts itself.
  public var isDamage: Bool {
    if case .damaged = self { return true }
    return failure?.kind == .damage
  }
}
