import Daemon
import Glibc
import Synchronization

/// A judge at work: the owner's own command, run by the shell in a process group of its own.
struct JudgeProcess {
  /// How it ended.
  enum End: Equatable {
    case exited(Int32), signalled(Int32), tooLong
    /// It said more than is listened to.
    case tooMuch
  }

  /// All that is known of a run.
  struct Outcome {
    let end: End
    let answer: [UInt8]
    /// The last line that it wrote to standard error.
    let lastWords: String
  }

  /// What the system had not to give.
  struct NotStarted: Error { let reason: String }

  static let mostBytes = 65_536
  private static let mostWords = 4096
  /// Characters of its last line, so that what is shown and what is kept are the same.
  private static let mostLastWords = 400
  /// So often its end is looked for.
  private static let sliceMilliseconds: Int32 = 20

  /// Those that run now. Held while descriptors exist that a child would inherit.
  private static let running = Mutex<Set<pid_t>>([])

  private let process: pid_t
  /// Our ends; -1 when they are closed.
  private var input: Int32
  private var output: Int32
  private var error: Int32
  private var unsent: ArraySlice<UInt8>
  private var answer: [UInt8] = []
  private var words: [UInt8] = []

  /// Runs it to its end, or makes one when its time is up.
  static func run(
    _ command: String, input: [UInt8], seconds: Int
  ) throws(NotStarted) -> Outcome {
    var judge = try JudgeProcess(command, input: input)
    let end = judge.work(until: .now + .seconds(seconds))
    let lines = String(decoding: judge.words, as: UTF8.self).split(whereSeparator: \.isNewline)
    let last = (lines.last ?? "").unicodeScalars.prefix(mostLastWords)
    return Outcome(end: end, answer: judge.answer, lastWords: String(last))
  }

  /// From now on a signal that ends us ends the judges first: in groups of their own they would live on.
  static func endWithUs() {
    EndSignals.watch { (number: Int32) in
      running.withLock { running in
        for process in running { kill(-process, SIGKILL) }
        signal(number, SIG_DFL)
        // On this thread, which may hold it back: no other thread may finish first.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        raise(number)
      }
    }
  }

  // MARK: Starting

  private init(_ command: String, input bytes: [UInt8]) throws(NotStarted) {
    let (started, ours) = try Self.running.withLock { running throws(NotStarted) in
      let lines = [JudgeLine(weWrite: true), JudgeLine(), JudgeLine()].compactMap(\.self)
      defer { for line in lines { close(line.theirs) } }
      do throws(NotStarted) {
        guard lines.count == 3 else { throw NotStarted(reason: String(cString: strerror(errno))) }
        let process = try Self.spawn(command, streams: lines.map(\.theirs))
        running.insert(process)
        return (process, lines.map(\.ours))
      } catch {
        for line in lines { close(line.ours) }
        throw error
      }
    }
    process = started
    (input, output, error) = (ours[0], ours[1], ours[2])
    unsent = bytes[...]
  }

  private static func spawn(_ command: String, streams: [Int32]) throws(NotStarted) -> pid_t {
    do throws(ChildProcess.NotStarted) {
      return try ChildProcess.start(
        "/bin/sh", ["/bin/sh", "-c", command], streams: streams, inOwnGroup: true)
    } catch {
      throw NotStarted(reason: String(cString: strerror(error.code)))
    }
  }

  // MARK: Listening

  private mutating func work(until deadline: ContinuousClock.Instant) -> End {
    while true {
      // What it left behind could hold the pipes open for ever: they do not tell of its end.
      let isOver = hasEnded
      exchange(milliseconds: isOver ? 0 : Self.sliceMilliseconds)
      if answer.count > Self.mostBytes {
        end()
        return .tooMuch
      }
      if isOver {
        let status = end()
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      }
      if ContinuousClock.now >= deadline {
        end()
        return .tooLong
      }
    }
  }

  /// Whether it has, while its number is still its own.
  private var hasEnded: Bool {
    var facts = siginfo_t()
    return waitid(P_PID, id_t(process), &facts, WEXITED | WNOHANG | WNOWAIT) == 0
      && facts.si_signo == SIGCHLD
  }

  private mutating func exchange(milliseconds: Int32) {
    var requests = [
      pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: error, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&requests, 3, milliseconds) > 0 else { return }
    if requests[0].revents != 0 { send() }
    if requests[1].revents != 0 { Self.receive(&output, into: &answer) }
    if requests[2].revents != 0 {
      Self.receive(&error, into: &words)
      words = words.suffix(Self.mostWords)
    }
  }

  private mutating func send() {
    let count = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    if count > 0 { unsent = unsent.dropFirst(count) }
    // Who does not listen may still have something to say.
    let isDeaf = count < 0 && errno != EAGAIN && errno != EINTR
    if unsent.isEmpty || isDeaf { Self.hangUp(&input) }
  }

  /// Takes what is there, a little more than an answer may have.
  private static func receive(_ line: inout Int32, into bytes: inout [UInt8]) {
    var chunk = [UInt8](repeating: 0, count: mostBytes / 4)
    for _ in 0...4 {
      let count = read(line, &chunk, chunk.count)
      guard count > 0 else {
        if count == 0 { hangUp(&line) }
        return
      }
      bytes += chunk.prefix(count)
    }
  }

  private static func hangUp(_ line: inout Int32) {
    if line >= 0 { close(line) }
    line = -1
  }

  /// Nothing of it is left; how it ended.
  @discardableResult
  private mutating func end() -> Int32 {
    kill(-process, SIGKILL)
    Self.running.withLock { _ = $0.remove(process) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    Self.hangUp(&input)
    Self.hangUp(&output)
    Self.hangUp(&error)
    return status
  }
}

/// A pipe between us and a judge; our end never blocks.
private struct JudgeLine {
  let ours: Int32
  let theirs: Int32

  /// Nil when the system has no descriptors left.
  init?(weWrite: Bool = false) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (ours, theirs) = weWrite ? (ends[1], ends[0]) : (ends[0], ends[1])
    _ = fcntl(ours, F_SETFL, O_NONBLOCK)
  }
}
