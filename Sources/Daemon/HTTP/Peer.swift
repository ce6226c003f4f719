/// Who is at the other end of a connection, as the kernel tells.
public enum Peer: Hashable, Sendable {
  /// A process of that user, over a Unix socket.
  case unix(uid: UInt32)
  /// A machine, over TCP.
  case tcp(address: String)
}
