/// The path and query of a request line, decoded once. Whatever could mean two things to two
/// readers is refused.
struct RequestTarget {
  let path: String
  let query: [(name: String, value: String)]

  init(_ raw: [UInt8], limit: Int) throws(APIError) {
    guard raw.count <= limit else { throw .targetTooLong(limit: limit) }
    guard raw.first == UInt8(ascii: "/") else {
      throw .badPath("the address does not begin with a slash")
    }
    guard raw.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw .badPath("the address holds a character that must be encoded")
    }
    let parts = raw.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    path = try Self.path(parts[0])
    query = try parts.count == 2 ? Self.query(parts[1]) : []
  }

  private static func path(_ raw: ArraySlice<UInt8>) throws(APIError) -> String {
    let pieces = raw.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var path = ""
    for (index, piece) in pieces.enumerated() {
      let text = try decoded(piece, plusIsSpace: false)
      guard !text.isEmpty || index == pieces.count - 1 else {
        throw .badPath("the path has an empty part")
      }
      guard text != ".", text != "..", !text.contains("/"), !text.contains("\\") else {
        throw .badPath("the path leads elsewhere")
      }
      path += "/" + text
    }
    return path
  }

  private static func query(
    _ raw: ArraySlice<UInt8>
  ) throws(APIError) -> [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    for pair in raw.split(separator: UInt8(ascii: "&")) {
      let sides = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let value = try sides.count == 2 ? decoded(sides[1], plusIsSpace: true) : ""
      query.append((try decoded(sides[0], plusIsSpace: true), value))
    }
    return query
  }

  private static func decoded(
    _ raw: ArraySlice<UInt8>, plusIsSpace: Bool
  ) throws(APIError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(raw.count)
    var rest = raw
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else {
          throw .badPath("a percent sign is not followed by two hexadecimal digits")
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .badPath("the address is not UTF-8")
    }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw .badPath("the address holds a control character")
    }
    return text
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }.map(UInt8.init)
  }
}
