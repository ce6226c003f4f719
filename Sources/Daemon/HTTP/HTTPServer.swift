import Glibc
import Synchronization

/// Serves HTTP on its listeners until it is stopped.
///
/// libmicrohttpd reads, parses and writes on two threads a listener; the handler is called on them.
/// A watch beside them cuts off who is too slow, and workers make the answers that take time.
public final class HTTPServer: Sendable {
  /// Where it listens, with the ports that the system chose.
  public let listeners: [Listener]

  private let sockets: [ListeningSocket]
  private let daemons: [MicroHTTPD]
  private let registry: ConnectionRegistry
  private let reception: Reception
  private let watch: Watch
  private let isStopped = Mutex(false)

  private static let readers = 3
  private static let changers = 2
  /// How long answers under way may still take when the server stops.
  private static let graceMilliseconds: Int64 = 500

  /// Listens and serves. `client` says whose requests are counted together, `isUrgent` which are
  /// counted apart from all others of theirs.
  public init(
    listeners: [Listener], limits: Limits = Limits(),
    client: @escaping @Sendable (HTTPRequest) -> Client = { .peer($0.peer) },
    isUrgent: @escaping @Sendable (HTTPRequest) -> Bool = { _ in false },
    handler: @escaping @Sendable (HTTPRequest) -> Answer
  ) throws(ServerFault) {
    let sockets = try Self.open(listeners)
    guard let readers = Workers(Self.rules(limits, threads: Self.readers)),
      let changers = Workers(Self.rules(limits, threads: Self.changers))
    else {
      Self.close(sockets)
      throw .notStarted
    }
    registry = ConnectionRegistry(limits: limits)
    reception = Reception(
      limits: limits, readers: readers, changers: changers, client: client, isUrgent: isUrgent,
      handler: handler)
    watch = Watch(limits: limits, registry: registry)
    var daemons: [MicroHTTPD] = []
    for socket in sockets {
      let daemon = MicroHTTPD(
        descriptor: socket.descriptor, isUnix: socket.isUnix, reception: reception,
        registry: registry)
      if let daemon { daemons.append(daemon) }
    }
    (self.sockets, self.daemons, self.listeners) = (sockets, daemons, sockets.map(\.listener))
    guard daemons.count == sockets.count, watch.start() else {
      stop()
      throw .notStarted
    }
  }

  deinit { stop() }

  /// Fails where it could not listen now. Nothing is left of that: no file, and no port is kept.
  public static func check(_ listeners: [Listener]) throws(ServerFault) {
    for case .unix(let path) in listeners { try ListeningSocket.check(path: path) }
    let ports = listeners.filter { if case .tcp = $0 { true } else { false } }
    close(try open(ports))
  }

  /// How many are connected.
  public var connections: Int { registry.count }

  /// Ends every connection, those first that do nothing, and returns within a second. Answers under
  /// way have half of one; streams end at once.
  public func stop() {
    let wasStopped = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return isStopped
    }
    if wasStopped { return }
    registry.close()
    let deadline = OwnClock.milliseconds + Self.graceMilliseconds
    while OwnClock.milliseconds < deadline, closeTheQuiet() > 0 { usleep(5000) }
    // Whatever is suspended now would end the process in libmicrohttpd's stop.
    for connection in registry.all { connection.close() }
    for daemon in daemons { daemon.stop() }
    reception.end()
    watch.end()
    for socket in sockets { socket.remove() }
  }

  /// Closes all but those that will soon be done, and tells how many these are.
  private func closeTheQuiet() -> Int {
    var busy = 0
    for connection in registry.all {
      if connection.isBusy { busy += 1 } else { connection.close() }
    }
    return busy
  }

  private static func rules(_ limits: Limits, threads: Int) -> Workers.Rules {
    Workers.Rules(
      threads: threads, jobsPerClient: limits.jobsPerClient, jobs: limits.jobs)
  }

  private static func open(_ listeners: [Listener]) throws(ServerFault) -> [ListeningSocket] {
    var sockets: [ListeningSocket] = []
    for listener in listeners {
      do throws(ServerFault) {
        sockets.append(try ListeningSocket(listener))
      } catch {
        close(sockets)
        throw error
      }
    }
    return sockets
  }

  private static func close(_ sockets: [ListeningSocket]) {
    for socket in sockets { socket.close() }
  }
}
