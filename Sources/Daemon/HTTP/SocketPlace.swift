import CHTTP

/// An address and a port.
struct SocketPlace: Equatable {
  let address: String
  let port: UInt16

  /// A socket's own end, or its other one; nil when it is no connected TCP socket.
  init?(descriptor: Int32, ofPeer: Bool) {
    var text = [CChar](repeating: 0, count: 64)
    var port: UInt16 = 0
    guard chttp_address(descriptor, ofPeer ? 1 : 0, &text, &port) == 0 else { return nil }
    address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    self.port = port
  }
}

extension Peer {
  /// Nil when the kernel does not say, as of a connection that is already gone.
  init?(descriptor: Int32, isUnix: Bool) {
    if isUnix {
      var user: UInt32 = 0
      guard chttp_peer_user(descriptor, &user) == 0 else { return nil }
      self = .unix(uid: user)
    } else {
      guard let place = SocketPlace(descriptor: descriptor, ofPeer: true) else { return nil }
      self = .tcp(address: place.address)
    }
  }
}
