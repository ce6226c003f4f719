import Glibc
import Roaster
import Synchronization

/// The one thread on which a `Caller` lives. Others hand it jobs, which it does one by one.
final class CallerThread: Sendable {
  typealias Job = @Sendable (inout Caller, Caller.Interruption) -> Void

  private let bell: Bell
  private let inbox = Mutex(Inbox())

  private struct Inbox {
    var jobs: [(number: Int, job: Job)] = []
    var lastNumber = 0
    /// Jobs up to this one are given up.
    var cancelled = 0
    var isEnding = false
  }

  /// Nothing runs until the first job comes.
  static func start(path: String, clock: ServedClock) -> CallerThread {
    let bell = Bell()
    let thread = CallerThread(bell: bell)
    let caller = Caller(path: path, clock: clock, bell: bell)
    OwnThread.start { thread.run(caller) }
    return thread
  }

  private init(bell: Bell) { self.bell = bell }

  /// A number for a job that will be handed over, by which it can be cancelled before or after.
  func nextNumber() -> Int {
    inbox.withLock { inbox in
      inbox.lastNumber += 1
      return inbox.lastNumber
    }
  }

  func enqueue(_ number: Int, _ job: @escaping Job) {
    inbox.withLock { $0.jobs.append((number, job)) }
    bell.ring()
  }

  func cancel(_ number: Int) {
    inbox.withLock { $0.cancelled = max($0.cancelled, number) }
    bell.ring()
  }

  /// Ends the thread after the jobs that it has; what is open is closed.
  func end() {
    inbox.withLock { $0.isEnding = true }
    bell.ring()
  }

  private func run(_ caller: Caller) {
    var caller = caller
    while true {
      let (next, isEnding) = inbox.withLock { inbox in
        (inbox.jobs.isEmpty ? nil : inbox.jobs.removeFirst(), inbox.isEnding)
      }
      if let (number, job) = next {
        job(&caller) { self.inbox.withLock { $0.cancelled >= number } }
      } else if isEnding {
        return
      } else {
        var entries = [pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)]
        RealTime.wait(for: &entries, nanoseconds: .max)
        bell.silence()
      }
    }
  }
}
