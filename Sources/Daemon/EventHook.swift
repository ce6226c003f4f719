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
    let started = Self.spawn(command, input: stdin.reading, lifeline: lifeline.writing)
    Glibc.close(lifeline.writing)
    guard let started else {
      Glibc.close(lifeline.reading)
      return nil
    }
    process = started
    self.lifeline = lifeline.reading
  }

  private static func spawn(_ command: String, input: Int32, lifeline: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, 2, 1)
    posix_spawn_file_actions_adddup2(&actions, lifeline, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // The threads of tasks hold signals back, and so would what they start.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", command].map { (word: String) in
      strdup(word)
    }
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let failure = posix_spawn(
      &process, "/bin/sh", &actions, &attributes, words + [nil], environ)
    return failure == 0 ? process : nil
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
