import Synchronization

/// Every connection there is, and whether there may be one more.
final class ConnectionRegistry: Sendable {
  private let limits: Limits
  private let state = Mutex(State())

  private struct State {
    var connections: [ObjectIdentifier: HTTPConnection] = [:]
    var ofPeer: [Peer: Int] = [:]
    var overUnix = 0
    var isClosed = false

    func count(isUnix: Bool) -> Int {
      isUnix ? overUnix : connections.count - overUnix
    }
  }

  init(limits: Limits) { self.limits = limits }

  /// All of them.
  var all: [HTTPConnection] { state.withLock { Array($0.connections.values) } }

  /// How many there are.
  var count: Int { state.withLock { $0.connections.count } }

  /// Whether one more may come.
  func admits(isUnix: Bool) -> Bool {
    state.withLock { !$0.isClosed && $0.count(isUnix: isUnix) < limits.connections }
  }

  /// Takes it in; one too many of the same client is cut off.
  func add(_ connection: HTTPConnection) {
    let isWelcome = state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = connection
      state.ofPeer[connection.peer, default: 0] += 1
      if connection.peer.isUnix { state.overUnix += 1 }
      return !state.isClosed
        && state.ofPeer[connection.peer, default: 0] <= limits.connectionsPerClient
    }
    if !isWelcome { connection.cut() }
  }

  /// Forgets it.
  func remove(_ connection: HTTPConnection) {
    state.withLock { state in
      guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else {
        return
      }
      let left = state.ofPeer[connection.peer, default: 1] - 1
      state.ofPeer[connection.peer] = left > 0 ? left : nil
      if connection.peer.isUnix { state.overUnix -= 1 }
    }
  }

  /// From now on nobody is let in.
  func close() { state.withLock { $0.isClosed = true } }
}

extension Peer {
  /// Whether it came over a Unix socket.
  var isUnix: Bool {
    if case .unix = self { true } else { false }
  }
}
