import FoundationEssentials
import Glibc
import Synchronization

/// A program that runs beside the tests: what it is given, what it says, and how it ends.
///
/// A thread of its own watches it, so times are true however busy the tests are. Many may run at
/// once: descriptors are made and programs started under one lock, so none inherits another's.
public final class Program: Sendable {
  private let process: pid_t
  private let output: Int32
  private let error: Int32
  private let input: Int32?
  private let terminal: Terminal?
  private let started = ContinuousClock.now
  private let deadline: ContinuousClock.Instant
  private let state: Mutex<State>

  private struct State {
    var stdout: [UInt8] = []
    var stderr: [UInt8] = []
    var unsent: ArraySlice<UInt8>
    var hangsUp = false
    var signalled: ContinuousClock.Instant?
    var outcome: Outcome?
    var waiting: [CheckedContinuation<Outcome, Never>] = []
  }

  /// How a run ended.
  public enum End: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
    /// It was killed because its time was up.
    case outOfTime
  }

  /// All that a run left behind.
  public struct Outcome: Sendable {
    /// What it wrote to standard output, or to its terminal.
    public var stdout: String
    /// What it wrote to standard error.
    public var stderr: String
    /// How it ended.
    public var end: End
    /// From its start to its end.
    public var seconds: Double
    /// From the last signal that it was sent to its end.
    public var secondsAfterSignal: Double?

    /// The lines of standard output.
    public var lines: [Substring] { stdout.split(separator: "\n") }
  }

  /// Why a program could not be started.
  public struct NotStarted: Error, CustomStringConvertible {
    /// What stood in the way, and what to do about it.
    public let description: String
  }

  /// Starts a program in a process group of its own. `environment` changes that of the tests; nil
  /// unsets. With a terminal that is its input and output, and it can be hung up on.
  public init(
    _ path: String, _ arguments: [String], environment changes: [String: String?] = [:],
    input bytes: [UInt8] = [], terminal: Terminal? = nil, limitSeconds: Double = 60
  ) throws {
    try Self.require(path)
    signal(SIGPIPE, SIG_IGN)
    let variables = ProcessInfo.processInfo.environment
      .merging(changes.compactMapValues { $0 }) { $1 }
      .filter { name, _ in !changes.contains { $0.key == name && $0.value == nil } }
    let launch = Launch(
      path: path, words: [path] + arguments, variables: variables.map { "\($0.key)=\($0.value)" },
      terminal: terminal)
    let running = try launch.start()
    process = running.process
    output = running.output
    error = running.error
    input = running.input
    self.terminal = terminal
    deadline = started.advanced(by: .seconds(limitSeconds))
    state = Mutex(State(unsent: bytes[...]))
    watchOnThread()
  }

  /// Fails, with what to do about it, when a program has not been built or installed.
  public static func require(_ path: String) throws {
    guard access(path, X_OK) == 0 else {
      throw NotStarted(description: "\(path) is not there: run 'make test'")
    }
  }

  /// Runs a program to its end.
  public static func run(
    _ path: String, _ arguments: [String], environment changes: [String: String?] = [:],
    input: [UInt8] = [], limitSeconds: Double = 60
  ) async throws -> Outcome {
    try await Program(
      path, arguments, environment: changes, input: input, limitSeconds: limitSeconds
    ).outcome()
  }

  /// What it has written so far.
  public var stdout: [UInt8] { state.withLock { $0.stdout } }

  /// Sends a signal, unless it has ended.
  public func send(_ number: Int32) {
    state.withLock { state in
      guard state.outcome == nil else { return }
      state.signalled = .now
      kill(process, number)
    }
  }

  /// Closes its terminal under it.
  public func hangUp() {
    state.withLock {
      $0.hangsUp = true
      $0.signalled = .now
    }
  }

  /// Waits until what it has written satisfies `condition`; false when it ended before.
  @discardableResult
  public func until(_ condition: ([UInt8]) -> Bool) async -> Bool {
    while true {
      let (written, hasEnded) = state.withLock { ($0.stdout, $0.outcome != nil) }
      if condition(written) { return true }
      if hasEnded { return false }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Waits until it has written that text.
  @discardableResult
  public func until(writes text: String) async -> Bool {
    await until { String(decoding: $0, as: UTF8.self).contains(text) }
  }

  /// Waits for its end.
  public func outcome() async -> Outcome {
    await withCheckedContinuation { waiting in
      let outcome = state.withLock { state in
        if state.outcome == nil { state.waiting.append(waiting) }
        return state.outcome
      }
      if let outcome { waiting.resume(returning: outcome) }
    }
  }

  // MARK: On the watching thread

  private func watchOnThread() {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        Unmanaged<Program>.fromOpaque(box).takeRetainedValue().watch()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(failure == 0, "a process that cannot start one thread cannot go on")
    pthread_detach(thread)
  }

  private func watch() {
    var (isOutOfTime, inputIsOpen, outputIsOpen) = (false, input != nil, true)
    while true {
      wait(forInput: inputIsOpen, outputIsOpen)
      outputIsOpen = outputIsOpen && takeAll(from: output, into: \.stdout)
      _ = takeAll(from: error, into: \.stderr)
      if inputIsOpen, let input, !feed(input) {
        close(input)
        inputIsOpen = false
      }
      if state.withLock({ $0.hangsUp }), outputIsOpen {
        terminal?.closeBothEnds()
        outputIsOpen = false
      }
      if !isOutOfTime, ContinuousClock.now > deadline {
        isOutOfTime = true
        kill(-process, SIGKILL)
      }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        if outputIsOpen { _ = takeAll(from: output, into: \.stdout) }
        _ = takeAll(from: error, into: \.stderr)
        if inputIsOpen, let input { close(input) }
        return conclude(isOutOfTime ? .outOfTime : Self.end(of: status))
      }
    }
  }

  /// Sleeps until there is something to read or write, but no longer than a few milliseconds.
  private func wait(forInput isFeeding: Bool, _ isReading: Bool) {
    var watched = [pollfd(fd: error, events: Int16(POLLIN), revents: 0)]
    if isReading { watched.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0)) }
    if isFeeding, let input {
      watched.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
    }
    let start = ContinuousClock.now
    poll(&watched, nfds_t(watched.count), 5)
    if ContinuousClock.now - start < .milliseconds(1) { usleep(1000) }
  }

  /// False when there will be no more.
  private func takeAll(
    from descriptor: Int32, into stream: any WritableKeyPath<State, [UInt8]> & Sendable
  ) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        state.withLock { $0[keyPath: stream] += chunk.prefix(count) }
      } else if count == 0 || errno != EINTR {
        return count < 0 && errno == EAGAIN
      }
    }
  }

  /// False when all is sent, or nobody reads it.
  private func feed(_ input: Int32) -> Bool {
    state.withLock { state in
      while !state.unsent.isEmpty {
        let count = state.unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        state.unsent = state.unsent.dropFirst(count)
      }
      return false
    }
  }

  private func conclude(_ end: End) {
    if terminal == nil { close(output) }
    close(error)
    let now = ContinuousClock.now
    let (outcome, waiting) = state.withLock { state in
      let outcome = Outcome(
        stdout: String(decoding: state.stdout, as: UTF8.self),
        stderr: String(decoding: state.stderr, as: UTF8.self), end: end,
        seconds: (now - started).inSeconds,
        secondsAfterSignal: state.signalled.map { (now - $0).inSeconds })
      state.outcome = outcome
      return (outcome, state.waiting)
    }
    for one in waiting { one.resume(returning: outcome) }
  }

  private static func end(of status: Int32) -> End {
    status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// Everything that starting a program takes.
private struct Launch {
  var path: String
  var words: [String]
  var variables: [String]
  var terminal: Terminal?

  struct Running {
    var process: pid_t
    var output: Int32
    var error: Int32
    var input: Int32?
  }

  /// Held while descriptors exist that are not close-on-exec yet.
  private static let one = Mutex(())
  /// glibc's POSIX_SPAWN_SETSID, which its Swift overlay leaves out.
  private static let newSession: Int32 = 0x80

  func start() throws -> Running {
    try Self.one.withLock { _ in
      let error = try Pipe(.reading)
      guard let terminal else {
        let (input, output) = (try Pipe(.writing), try Pipe(.reading))
        let process = try spawn { actions in
          posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
          posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
          posix_spawn_file_actions_adddup2(&actions, error.writing, 2)
        }
        for descriptor in [input.reading, output.writing, error.writing] { close(descriptor) }
        return Running(
          process: process, output: output.reading, error: error.reading, input: input.writing)
      }
      let process = try spawn { actions in
        posix_spawn_file_actions_addopen(&actions, 0, terminal.name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, error.writing, 2)
      }
      close(error.writing)
      return Running(
        process: process, output: terminal.master, error: error.reading, input: nil)
    }
  }

  private func spawn(_ redirect: (inout posix_spawn_file_actions_t) -> Void) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    redirect(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    let apart = terminal == nil ? Int32(POSIX_SPAWN_SETPGROUP) : Self.newSession
    posix_spawnattr_setflags(
      &attributes, Int16(apart | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)))
    let (argv, envp) = (words.map { strdup($0) } + [nil], variables.map { strdup($0) } + [nil])
    defer { for text in argv + envp { free(text) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, path, &actions, &attributes, argv, envp)
    guard failure == 0 else {
      throw Program.NotStarted(
        description: "cannot start \(path): \(String(cString: strerror(failure)))")
    }
    return process
  }
}

/// Two ends that no other program inherits; the one that is ours does not block.
private struct Pipe {
  enum Ours { case reading, writing }

  var reading: Int32
  var writing: Int32

  init(_ ours: Ours) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Program.NotStarted(description: "no pipe: \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
    _ = fcntl(ours == .reading ? reading : writing, F_SETFL, O_NONBLOCK)
  }
}
