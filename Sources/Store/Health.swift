/// How the journal is, for status pages.
public struct Health: Equatable, Sendable {
  /// What a check of the whole file found.
  public enum Check: Equatable, Sendable {
    /// It goes on.
    case running
    /// Nothing was wrong.
    case passed
    /// It was called off, or could not be made.
    case unfinished
    /// The file is damaged.
    case failed(findings: [String])
  }

  /// How thoroughly a file is read.
  enum Depth: String, Sendable {
    /// Every page.
    case quick = "quick_check"
    /// Every page, and every index against its table.
    case full = "integrity_check"
  }

  /// Why nothing can be written; nil while all is well.
  public var problem: SQLiteFailure?
  /// How many entries wait.
  public var pending = 0
  /// How many polls were given up since the start.
  public var lostPoints = 0
  /// How many other entries were given up since the start.
  public var lostOthers = 0
  /// The size of the database with its log.
  public var bytes: Int64 = 0
  /// Grows by one whenever the file is replaced by a fresh one.
  public var generation = 0
  /// Where the last damaged file was put.
  public var setAside: String?
  /// How the check at the start is going, or the last that was asked for.
  public var check = Check.running

  /// Whether what happens now is kept.
  public var isDegraded: Bool { problem != nil }

  /// Whether there is news for those who watch; sizes and queues change all the time.
  func isNews(after other: Health) -> Bool {
    var this = self
    (this.pending, this.bytes) = (other.pending, other.bytes)
    return this != other
  }
}
