/// What comes before a request's body. Two readings of where the body ends are refused: they are how
/// requests are smuggled past a proxy.
struct RequestHead {
  let method: String
  let headers: [(name: String, value: String)]
  /// How long the body says it is; nil when it comes in chunks.
  let bodyBytes: Int?

  private static let mostHeaders = 100
  private static let longestMethod = 20

  /// A header as it came.
  typealias RawHeader = (name: [UInt8], value: [UInt8])

  init(
    method: [UInt8], version: [UInt8], headers raw: [RawHeader], bytes: Int, limits: Limits
  ) throws(APIError) {
    guard bytes <= limits.headerBytes else { throw .headerTooLarge(limit: limits.headerBytes) }
    self.method = try Self.method(method)
    guard ["HTTP/1.1", "HTTP/1.0"].contains(String(decoding: version, as: UTF8.self)) else {
      throw APIError(
        status: 505, code: "version_not_supported", message: "this is not HTTP/1.1",
        hint: "Speak HTTP/1.1.")
    }
    headers = try Self.headers(raw)
    bodyBytes = try Self.bodyBytes(headers)
    guard bodyBytes ?? 0 <= limits.bodyBytes else { throw .bodyTooLarge(limit: limits.bodyBytes) }
  }

  /// Whether a body follows.
  var hasBody: Bool { bodyBytes != 0 }

  private static func method(_ raw: [UInt8]) throws(APIError) -> String {
    let isPlain = raw.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard isPlain, !raw.isEmpty, raw.count <= longestMethod else {
      throw .badRequest("the method is no word", hint: "Send GET, POST, PUT, PATCH or DELETE.")
    }
    return String(decoding: raw, as: UTF8.self)
  }

  private static func headers(
    _ raw: [RawHeader]
  ) throws(APIError) -> [(name: String, value: String)] {
    guard raw.count <= mostHeaders else {
      throw APIError(
        status: 431, code: "header_too_large", message: "more than \(mostHeaders) headers",
        hint: "Send fewer headers.")
    }
    var headers: [(name: String, value: String)] = []
    for (name, value) in raw {
      guard !name.isEmpty, name.allSatisfy(isToken) else {
        throw .badRequest("a header's name is no word", hint: "Send plain headers.")
      }
      guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
        let text = String(validating: value, as: UTF8.self)
      else {
        throw .badRequest(
          "a header's value holds a control character or is not UTF-8",
          hint: "Send plain headers.")
      }
      headers.append((String(decoding: name, as: UTF8.self).lowercased(), text))
    }
    return headers
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func bodyBytes(
    _ headers: [(name: String, value: String)]
  ) throws(APIError) -> Int? {
    let lengths = headers.filter { $0.name == "content-length" }.map(\.value)
    let encodings = headers.filter { $0.name == "transfer-encoding" }.map(\.value)
    let hosts = headers.filter { $0.name == "host" }
    guard hosts.count <= 1 else {
      throw .badRequest("there are several Host headers", hint: "Send one.")
    }
    guard lengths.count + encodings.count <= 1 else {
      throw .badRequest(
        "the body's length is told more than once",
        hint: "Send one Content-Length or one Transfer-Encoding.")
    }
    if let encoding = encodings.first {
      guard encoding.lowercased() == "chunked" else {
        throw .badRequest("the body's encoding is unknown here", hint: "Send it chunked or plain.")
      }
      return nil
    }
    guard let length = lengths.first else { return 0 }
    guard length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !length.isEmpty else {
      throw .badRequest("the body's length is no number", hint: "Send Content-Length in digits.")
    }
    // One that does not fit is larger than any limit.
    return Int(length) ?? .max
  }
}
