import Synchronization

/// Writes lines on a thread of its own, so that nobody waits for whoever reads them: a terminal that
/// was stopped must not stop a roast's record.
public final class LineWriter: Sendable {
  private let write: @Sendable (String) -> Void
  private let waiting = Mutex(Waiting())
  private let doorbell: Doorbell
  private let emptied: Doorbell

  private struct Waiting {
    var lines: [String] = []
    var lost = 0
    var isWriting = false
  }

  private static let mostLines = 2000

  /// Nil when the system has no thread or descriptor left.
  public init?(_ write: @escaping @Sendable (String) -> Void) {
    guard let doorbell = Doorbell(), let emptied = Doorbell() else { return nil }
    self.write = write
    self.doorbell = doorbell
    self.emptied = emptied
    guard DetachedThread.start({ [self] in run() }) else { return nil }
  }

  /// Has a line written after those before it; when too many wait it is lost, and counted.
  public func append(_ line: String) {
    waiting.withLock { waiting in
      if waiting.lines.count < Self.mostLines {
        waiting.lines.append(line)
      } else {
        waiting.lost += 1
      }
    }
    doorbell.ring()
  }

  /// Waits until all that was said is written, but no longer than that.
  public func flush(milliseconds: Int64) {
    let deadline = OwnClock.milliseconds + milliseconds
    while waiting.withLock({ !$0.lines.isEmpty || $0.isWriting }) {
      let rest = deadline - OwnClock.milliseconds
      guard rest > 0 else { return }
      emptied.wait(milliseconds: Int32(rest))
    }
  }

  private func run() {
    while true {
      doorbell.wait()
      while let lines = take() {
        for line in lines { write(line) }
        waiting.withLock { $0.isWriting = false }
        emptied.ring()
      }
    }
  }

  private func take() -> [String]? {
    waiting.withLock { waiting in
      guard !waiting.lines.isEmpty else { return nil }
      var lines = waiting.lines
      if waiting.lost > 0 {
        lines.append("level=warning event=log_lines_lost count=\(waiting.lost)\n")
      }
      waiting = Waiting(isWriting: true)
      return lines
    }
  }
}
