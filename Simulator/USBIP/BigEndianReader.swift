/// Bytes from the network, taken from the front; nil where they end too soon.
struct BigEndianReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    bytes(Number.bitWidth / 8)?.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A text in a field of fixed size, up to the first zero.
  mutating func text(_ size: Int) -> String? {
    bytes(size).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension [UInt8] {
  mutating func append(bigEndian number: some FixedWidthInteger) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// A text in a field of fixed size, cut to leave a zero at its end.
  mutating func append(text: String, size: Int) {
    let bytes = Array(text.utf8.prefix(size - 1))
    append(contentsOf: bytes + [UInt8](repeating: 0, count: size - bytes.count))
  }
}
