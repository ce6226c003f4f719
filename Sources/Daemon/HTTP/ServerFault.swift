/// Why the server could not start.
public enum ServerFault: Error, Hashable, Sendable {
  /// It cannot listen there.
  case listener(Listener, Problem)
  /// The system has no threads, or libmicrohttpd cannot start.
  case notStarted

  /// What keeps it from listening.
  public enum Problem: Hashable, Sendable {
    /// Somebody else listens there.
    case inUse
    /// We may not.
    case denied
    /// The folder is not there.
    case noFolder
    /// The path is too long or empty, or the address is none.
    case unusable
    /// Something that is no socket lies at the path.
    case notASocket
    /// This machine does not have that address.
    case noSuchAddress
    /// The system's number for anything else.
    case failed(code: Int32)
  }
}
