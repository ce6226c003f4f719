import Roaster

/// An answer that is whole. The server adds the security headers and the length.
public struct HTTPResponse: Sendable {
  /// As 200.
  public var status: Int
  /// In this order.
  public var headers: [(name: String, value: String)]
  /// As it is sent; kept back where the request was a `HEAD`.
  public var body: [UInt8]

  /// An answer of these parts.
  public init(
    status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON document.
  public static func json(
    _ json: JSON, status: Int = 200, headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")] + headers,
      body: Array((json.text + "\n").utf8))
  }

  /// Text of that type.
  public static func text(
    _ text: String, type: String = "text/plain; charset=utf-8", status: Int = 200,
    headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", type)] + headers, body: Array(text.utf8))
  }

  /// Whether it has a header of that name, in whatever letters.
  func has(_ name: String) -> Bool {
    headers.contains { $0.name.lowercased() == name.lowercased() }
  }

  /// The same with the headers that every answer carries, where it has none of its own.
  var secured: HTTPResponse {
    var response = self
    response.headers += SecurityHeaders.all.filter { !has($0.name) }
    return response
  }

  /// As it goes over the wire where libmicrohttpd cannot send it; the connection ends with it.
  var finalBytes: [UInt8] {
    var text = "HTTP/1.1 \(status) \(status == 413 ? "Content Too Large" : "Refused")\r\n"
    for (name, value) in secured.headers { text += "\(name): \(value)\r\n" }
    text += "Connection: close\r\nContent-Length: \(body.count)\r\n\r\n"
    return Array(text.utf8) + body
  }
}
