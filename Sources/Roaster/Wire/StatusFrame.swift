/// The 128 bytes of one status poll, kept as they came (Specs/wire.md W6).
public struct StatusFrame: Equatable, Sendable {
  /// Bytes in a frame.
  public static let size = 128
  /// Bytes in the reply to each of the two status queries.
  public static let halfSize = 64

  var storage: InlineArray<128, UInt8>

  /// Nil unless there are exactly 128 bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.size else { return nil }
    storage = InlineArray(repeating: 0)
    for (index, byte) in zip(0..<Self.size, bytes) { storage[index] = byte }
  }

  /// Copies bytes that somebody lends; nil unless there are exactly 128.
  public init?(copying bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.size else { return nil }
    storage = InlineArray(repeating: 0)
    for index in 0..<Self.size { storage[index] = unsafe bytes[index] }
  }

  /// The frame of one poll's two replies; nil unless each has exactly 64 bytes.
  public init?(firstHalf: [UInt8], secondHalf: [UInt8]) {
    guard firstHalf.count == Self.halfSize, secondHalf.count == Self.halfSize else { return nil }
    storage = InlineArray(repeating: 0)
    for index in 0..<Self.halfSize {
      storage[index] = firstHalf[index]
      storage[Self.halfSize + index] = secondHalf[index]
    }
  }

  /// All bytes, in order.
  public var bytes: [UInt8] { (0..<Self.size).map { storage[$0] } }

  /// Lends all bytes without copying them.
  public func withUnsafeBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
    unsafe storage.span.bytes.withUnsafeBytes(body)
  }

  /// The reply to `status1`.
  public var firstHalf: [UInt8] { (0..<Self.halfSize).map { storage[$0] } }

  /// The reply to `status2`.
  public var secondHalf: [UInt8] { (Self.halfSize..<Self.size).map { storage[$0] } }

  /// The same bytes.
  public static func == (left: Self, right: Self) -> Bool {
    (0..<size).allSatisfy { left.storage[$0] == right.storage[$0] }
  }

  /// Whether a reply to `status2` is really a late reply to `status1`: its byte 41 would be the
  /// high byte of the preheat target, which no plausible target sets to 10 (W8).
  public static func isFirstHalf(secondReply: [UInt8]) -> Bool {
    secondReply.count == halfSize && secondReply[WireStatus.validityOffset] == WireStatus.validMark
  }
}
