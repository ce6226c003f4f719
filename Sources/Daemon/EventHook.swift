import Glibc
import Roaster
import Synchronization

/// Runs the owner's own command for each event, with the event as JSON on its standard input: one
/// at a time, in order, and never for long.
public final class EventHook: Sendable {
  private let command: String
  private let log: Log
  private let waiting = Mutex<Waiting>(Waiting())
  private let doorbell: Doorbell

  private struct Waiting {
    var events: [JSON] = []
    var isEnding = false
  }

  private static let mostWaiting = 100
  static let longestSeconds: Int32 = 30

  /// A hook that runs that command by the shell.
  public init?(command: String, log: Log) {
    guard let doorbell = Doorbell() else { return nil }
    self.command = command
    self.log = log
    self.doorbell = doorbell
    guard DetachedThread.start({ [self] in run() }) else { return nil }
  }

  /// Hands an event to the command, after those before it.
  public func announce(_ event: JSON) {
    let isTaken = waiting.withLock { waiting in
      guard waiting.events.count < Self.mostWaiting else { return false }
      waiting.events.append(event)
      return true
    }
    if isTaken { doorbell.ring() } else { log(.warning, "hook_too_slow", [("lost", "1 event")]) }
  }

  /// Ends it; what waits is dropped.
  public func stop() {
    waiting.withLock { $0.isEnding = true }
    doorbell.ring()
  }

  private func run() {
    while true {
      doorbell.wait()
      while let event = next() { deliver(event) }
      if waiting.withLock({ $0.isEnding }) { return }
    }
  }

  private func next() -> JSON? {
    waiting.withLock { $0.isEnding || $0.events.isEmpty ? nil : $0.events.removeFirst() }
  }

  private func deliver(_ event: JSON) {
    guard let child = ShellCommand(command, input: Array((event.text + "\n").utf8)) else {
      log(.warning, "hook_failed", [("reason", "cannot start /bin/sh")])
      return
    }
    switch child.wait(seconds: Self.longestSeconds) {
    case .exited(0): log(.debug, "hook_done")
    case .exited(let code): log(.warning, "hook_failed", [("exit", "\(code)")])
    case .signalled(let signal): log(.warning, "hook_failed", [("signal", "\(signal)")])
    case .tooLong: log(.warning, "hook_failed", [("reason", "took too long")])
    }
  }
}

/// A command of the shell with bytes on its standard input.
struct ShellCommand {
  private let process: pid_t
  /// Reads the end of the stream when the command and what it started are gone.
  private let lifeline: Int32

  enum End: Equatable { case exited(Int32), signalled(Int32), tooLong }

  /// Starts it; nil when that cannot be. The input must fit into a pipe.
  init?(_ command: String, input: [UInt8]) {
    guard let stdin = Pipe() else { return nil }
    defer { stdin.close() }
    guard input.count <= Pipe.capacity, let lifeline = Pipe() else { return nil }
    _ = input.withUnsafeBytes { write(stdin.writing, $0.baseAddress, $0.count) }
    let started = try? ChildProcess.start(
      "/bin/sh", ["/bin/sh", "-c", command], streams: [stdin.reading, 2, 2, lifeline.writing],
      inOwnGroup: true)
    Glibc.close(lifeline.writing)
    guard let started else {
      Glibc.close(lifeline.reading)
      return nil
    }
    process = started
    self.lifeline = lifeline.reading
  }

  /// Waits for its end, and makes one if it takes too long.
  func wait(seconds: Int32) -> End {
    var request = pollfd(fd: lifeline, events: Int16(POLLIN), revents: 0)
    let isOver = poll(&request, 1, seconds * 1000) > 0
    if !isOver { kill(-process, SIGKILL) }
    close(lifeline)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard isOver else { return .tooLong }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }
}
