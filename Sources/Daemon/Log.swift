import Roaster
import Synchronization

/// What the daemon says of itself, to standard error: one line a happening, `key=value`.
///
/// The same line again and again is counted instead of written, and told with its count when ten
/// seconds have passed.
public final class Log: Sendable {
  /// How much it matters; the numbers are those of syslog.
  public enum Level: Int, CaseIterable, Comparable, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// The name in lines and settings.
    public var name: String { "\(self)" }

    /// The level of that name.
    public init?(name: String) {
      guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = level
    }

    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  private let state: Mutex<State>
  private let forJournal: Bool
  private let write: @Sendable (String) -> Void

  private struct State {
    var level: Level
    var repeats: [String: Repeat] = [:]
  }

  private struct Repeat {
    var level: Level
    var since: Int64
    var count = 0
  }

  static let repeatMilliseconds: Int64 = 10_000
  /// More kinds of line than this are not remembered.
  private static let mostRepeats = 200

  /// A log of what matters at least as much as that level. For the system's journal a line begins
  /// with its level's number and has no time, since the journal has its own.
  public init(
    level: Level = .info, forJournal: Bool = false, write: @escaping @Sendable (String) -> Void
  ) {
    state = Mutex(State(level: level))
    self.forJournal = forJournal
    self.write = write
  }

  /// From now on only what matters at least as much is written.
  public func setLevel(_ level: Level) { state.withLock { $0.level = level } }

  /// Writes a line, unless it is one too many of its kind.
  public func callAsFunction(
    _ level: Level, _ event: String, _ facts: [(key: String, value: String)] = []
  ) {
    let now = OwnClock.milliseconds
    let body =
      "level=\(level.name) event=\(event)"
      + facts.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
    let repeated: Int? = state.withLock { state in
      guard level <= state.level else { return nil }
      guard var earlier = state.repeats[body] else {
        if state.repeats.count >= Self.mostRepeats { state.repeats.removeAll() }
        state.repeats[body] = Repeat(level: level, since: now)
        return 0
      }
      if now - earlier.since < Self.repeatMilliseconds {
        earlier.count += 1
        state.repeats[body] = earlier
        return nil
      }
      state.repeats[body] = Repeat(level: level, since: now)
      return earlier.count
    }
    if let repeated { tell(body, level, repeated: repeated) }
  }

  /// Tells how often lines came again that have not come since.
  public func tellRepeats() {
    let now = OwnClock.milliseconds
    let counted = state.withLock { state in
      let due = state.repeats.filter { now - $0.value.since >= Self.repeatMilliseconds }
      for body in due.keys { state.repeats[body] = nil }
      return due.filter { $0.value.count > 0 }
    }
    for (body, earlier) in counted { tell(body, earlier.level, repeated: earlier.count) }
  }

  private func tell(_ body: String, _ level: Level, repeated: Int) {
    let start = forJournal ? "<\(level.rawValue)>" : "time=\(OwnClock.wall.text) "
    write(start + body + (repeated > 0 ? " repeated=\(repeated)" : "") + "\n")
  }

  /// Text that cannot be taken for another field or another line.
  static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "=" && $0 != "\\"
      }
    return isPlain ? text : JSON.string(text).text
  }
}
