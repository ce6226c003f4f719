import Daemon
import Glibc
import Roaster
import Store

/// What a daemon does with its settings.
extension Configuration {
  /// How fast a twin or a recording goes.
  func pace() -> Pace {
    guard let speed else { return Pace(factor: 1) }
    return Pace(factor: Double(speed))
  }

  var level: Log.Level { Log.Level(name: logLevel) ?? .info }

  /// The places to listen at.
  func listeners() throws(Complaint) -> [Listener] {
    var found: [Listener] = []
    for text in listen { found.append(try Self.listener(text)) }
    return found
  }

  static func listener(_ text: String) throws(Complaint) -> Listener {
    guard let listener = Listener(text: text) else {
      throw .badValue(text, option: "listen", expected: "unix:PATH or ADDRESS:PORT", "serve")
    }
    return listener
  }

  var limits: Limits {
    var limits = Limits()
    if let requestsPerSecond {
      limits.requestsPerSecond = requestsPerSecond
      limits.requestBurst = max(limits.requestBurst, 4 * requestsPerSecond)
    }
    if let connections {
      // Who raises the one raises the other: no client may have all of them.
      let raised = limits.connectionsPerClient * connections / limits.connections
      limits.connectionsPerClient = min(connections, max(limits.connectionsPerClient, raised))
      limits.connections = connections
    }
    return limits
  }

  /// How many files may be open at once: so many connections over TCP and again over Unix sockets,
  /// and what the daemon has open for itself.
  var openFiles: Int { 2 * limits.connections + 64 }

  /// What may be thrown away, by the calendar of now.
  func retention(at now: WallTime) -> Retention {
    Retention(keepFramesDays: keepFramesDays, keepIdleDays: keepIdleDays, now: now)
  }

  /// The users who are people; whoever starts the daemon when none is named.
  func userIDs() throws(Complaint) -> Set<UInt32> {
    guard !people.isEmpty else { return [getuid()] }
    var found: Set<UInt32> = []
    for name in people { found.insert(try Self.userID(name)) }
    return found
  }

  static func userID(_ name: String) throws(Complaint) -> UInt32 {
    if let id = UInt32(name) ?? getpwnam(name)?.pointee.pw_uid { return id }
    throw Complaint(
      code: "unknown_user", happened: "there is no user '\(name.printable)' on this machine",
      next: "Name users that exist in 'people', or their ids.", exit: .usage)
  }
}
