import Glibc

/// Starts programs, with every signal as it is for a program that a shell starts.
public enum ChildProcess {
  /// Why the system started none: its error number.
  public struct NotStarted: Error {
    public let code: Int32

    /// That error.
    public init(code: Int32) { self.code = code }
  }

  /// Starts a program and tells its number. `streams` become its descriptors from 0 on; an environment that
  /// is not named is ours. In a group of its own all that it starts can be ended with it.
  public static func start(
    _ path: String, _ words: [String], streams: [Int32], environment: [String]? = nil,
    inOwnGroup: Bool
  ) throws(NotStarted) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1] {
      sigaddset(&defaults, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // The threads of tasks hold signals back, and so would what they start.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(
      &attributes, Int16(inOwnGroup ? flags | POSIX_SPAWN_SETPGROUP : flags))
    let arguments = copies(words)
    let variables = copies(environment ?? [])
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let failure =
      environment == nil
      ? posix_spawn(&process, path, &actions, &attributes, arguments, environ)
      : posix_spawn(&process, path, &actions, &attributes, arguments, variables)
    guard failure == 0 else { throw NotStarted(code: failure) }
    return process
  }

  /// The words as C has them, and the end of the list.
  private static func copies(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
    words.map { strdup($0) } + [nil]
  }
}
