/// A whole request, checked and decoded. A `HEAD` is asked of the handler as a `GET`; the server
/// keeps the body to itself.
public struct HTTPRequest: Sendable {
  /// In capitals, as `GET`.
  public var method: String
  /// Decoded once, without `.`, `..` or empty parts: `/v1/roasts/7`.
  public var path: String
  /// What stands behind the question mark, decoded, in its order.
  public var query: [(name: String, value: String)]
  /// Names in lower case, in their order.
  public var headers: [(name: String, value: String)]
  /// Empty when there is none.
  public var body: [UInt8]
  /// Who sent it.
  public var peer: Peer
  /// The address at which the sender reached us; nil over a Unix socket.
  public var localAddress: String?

  /// A request of these parts.
  public init(
    method: String = "GET", path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: [UInt8] = [], peer: Peer,
    localAddress: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.peer = peer
    self.localAddress = localAddress
  }

  /// The value of the first header of that name, which is in lower case.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// All values of that name, which is in lower case.
  public func headers(_ name: String) -> [String] {
    headers.filter { $0.name == name }.map(\.value)
  }
}
