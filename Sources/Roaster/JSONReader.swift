/// Walks once over the bytes of a JSON text.
struct JSONReader {
  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  /// More digits than any double or 64-bit integer needs, written out in full.
  private static let longestNumber = 1100

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value that the text is.
  mutating func document() throws(JSON.Fault) -> JSON {
    skipWhitespace()
    let value = try value()
    skipWhitespace()
    guard offset == bytes.count else { throw fault(.trailingBytes) }
    return value
  }

  // MARK: Values

  private mutating func value() throws(JSON.Fault) -> JSON {
    switch try peek() {
    case UInt8(ascii: "{"): return try nested { (reader) throws(JSON.Fault) in try reader.object() }
    case UInt8(ascii: "["): return try nested { (reader) throws(JSON.Fault) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", is: .bool(true))
    case UInt8(ascii: "f"): return try word("false", is: .bool(false))
    case UInt8(ascii: "n"): return try word("null", is: .null)
    default: throw fault(.unexpectedByte)
    }
  }

  private mutating func nested(
    _ read: (inout Self) throws(JSON.Fault) -> JSON
  ) throws(JSON.Fault) -> JSON {
    guard depth < JSON.deepestNesting else { throw fault(.tooDeep) }
    depth += 1
    offset += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func word(_ word: StaticString, is value: JSON) throws(JSON.Fault) -> JSON {
    for byte in "\(word)".utf8 {
      guard try peek() == byte else { throw fault(.unexpectedByte) }
      offset += 1
    }
    return value
  }

  private mutating func array() throws(JSON.Fault) -> JSON {
    var values: [JSON] = []
    skipWhitespace()
    if try takes("]") { return .array([]) }
    repeat {
      skipWhitespace()
      values.append(try value())
      skipWhitespace()
    } while try takes(",")
    try expect("]")
    return .array(values)
  }

  private mutating func object() throws(JSON.Fault) -> JSON {
    var members: [(key: String, value: JSON)] = []
    var keys: Set<String> = []
    skipWhitespace()
    if try takes("}") { return .object([]) }
    repeat {
      skipWhitespace()
      let start = offset
      guard try peek() == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSON.Fault(offset: start, problem: .duplicateKey)
      }
      skipWhitespace()
      try expect(":")
      skipWhitespace()
      members.append((key, try value()))
      skipWhitespace()
    } while try takes(",")
    try expect("}")
    return .object(members)
  }

  // MARK: Numbers

  private mutating func number() throws(JSON.Fault) -> JSON {
    let start = offset
    var isWhole = true
    _ = try takes("-")
    if try !takes("0") { try digits() }
    if offset < bytes.count, try takes(".") {
      isWhole = false
      try digits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if try !takes("+") { _ = try takes("-") }
      try digits()
    }
    return try number(from: start, isWhole: isWhole)
  }

  private mutating func digits() throws(JSON.Fault) {
    guard isDigit(try peek()) else { throw fault(.unexpectedByte) }
    while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private func number(from start: Int, isWhole: Bool) throws(JSON.Fault) -> JSON {
    let outOfRange = JSON.Fault(offset: start, problem: .numberOutOfRange)
    guard offset - start <= Self.longestNumber else { throw outOfRange }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw outOfRange }
    return .number(value)
  }

  // MARK: Text

  private mutating func string() throws(JSON.Fault) -> String {
    offset += 1
    var text: [UInt8] = []
    while true {
      let start = offset
      while offset < bytes.count, Self.isPlain(bytes[offset]) { offset += 1 }
      text += bytes[start..<offset]
      switch try peek() {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Self.bytes(of: try escaped())
      case 0..<0x20: throw fault(.controlCharacter)
      default: text += try scalar()
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// The bytes of one character that has more than one.
  private mutating func scalar() throws(JSON.Fault) -> ArraySlice<UInt8> {
    let length = bytes[offset] >= 0xF0 ? 4 : bytes[offset] >= 0xE0 ? 3 : 2
    let piece = bytes[offset..<min(offset + length, bytes.count)]
    guard String(validating: piece, as: UTF8.self)?.unicodeScalars.count == 1 else {
      throw fault(.invalidUTF8)
    }
    offset += length
    return piece
  }

  private static func bytes(of scalar: Unicode.Scalar) -> some Sequence<UInt8> {
    String(scalar).utf8
  }

  private mutating func escaped() throws(JSON.Fault) -> Unicode.Scalar {
    let start = offset
    offset += 1
    let letter = try peek()
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar(from: start)
    default: throw JSON.Fault(offset: start, problem: .unknownEscape)
    }
  }

  /// What `\uXXXX` stands for, with the second half of a pair where it needs one.
  private mutating func escapedScalar(from start: Int) throws(JSON.Fault) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let lone = JSON.Fault(offset: start, problem: .loneSurrogate)
    guard first < 0xDC00 else { throw lone }
    guard try peek() == UInt8(ascii: "\\") else { throw lone }
    offset += 1
    guard try peek() == UInt8(ascii: "u") else { throw lone }
    offset += 1
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw lone }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSON.Fault) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else {
        throw fault(.unknownEscape)
      }
      number = number << 4 | UInt32(digit)
      offset += 1
    }
    return number
  }

  // MARK: Bytes

  private func peek() throws(JSON.Fault) -> UInt8 {
    guard offset < bytes.count else { throw fault(.endedEarly) }
    return bytes[offset]
  }

  private mutating func takes(_ character: Unicode.Scalar) throws(JSON.Fault) -> Bool {
    guard try peek() == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(JSON.Fault) {
    guard try takes(character) else { throw fault(.unexpectedByte) }
  }

  private mutating func skipWhitespace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  private func fault(_ problem: JSON.Problem) -> JSON.Fault {
    JSON.Fault(offset: offset, problem: problem)
  }
}
