/// Where the server listens.
public enum Listener: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket at that path, for its owner and group.
  case unix(path: String)
  /// An IPv4 or IPv6 address; port 0 takes any that is free.
  case tcp(address: String, port: UInt16)

  /// As in a configuration: `unix:PATH`, `127.0.0.1:8760`, `[::1]:8760` or `localhost:8760`.
  public init?(text: String) {
    if text.hasPrefix("unix:") {
      let path = text.dropFirst("unix:".count)
      guard !path.isEmpty, path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else {
        return nil
      }
      self = .unix(path: String(path))
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = Self.port(text[text.index(after: colon)...]),
      let address = Self.address(text[..<colon])
    else { return nil }
    self = .tcp(address: address, port: port)
  }

  /// As it is written in a configuration.
  public var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let address, let port):
      address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
  }

  /// What the system's addresses of Unix sockets hold, in bytes.
  static let longestPath = 107

  private static func port(_ text: Substring) -> UInt16? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(text) : nil
  }

  private static func address(_ text: Substring) -> String? {
    if text == "localhost" { return "127.0.0.1" }
    if text.hasPrefix("["), text.hasSuffix("]") {
      let address = String(text.dropFirst().dropLast())
      return SocketAddress(address, port: 0)?.isIPv6 == true ? address : nil
    }
    return SocketAddress(String(text), port: 0)?.isIPv6 == false ? String(text) : nil
  }
}
