/// Lines out of a stream of bytes; what is too long to be one is passed over as it comes.
struct LineBuffer {
  /// The longest line, without its end (Specs/served-twin.md V3).
  static let longestLine = 4095

  enum Line: Equatable {
    case line([UInt8])
    case tooLong
  }

  private var bytes: [UInt8] = []
  private var start = 0
  private var isSkipping = false

  private static let end = UInt8(ascii: "\n")

  /// Whether what is kept should be used up before more is read.
  var isFull: Bool { bytes.count - start > Self.longestLine }

  /// Whether a line's end has come.
  var hasLine: Bool { bytes[start...].contains(Self.end) }

  mutating func append(_ more: [UInt8]) {
    bytes.removeSubrange(..<start)
    start = 0
    bytes += more
  }

  /// The next whole line; nil when its end has not come yet.
  mutating func next() -> Line? {
    while true {
      guard let end = bytes[start...].firstIndex(of: Self.end) else { return unfinished() }
      let line = bytes[start..<end]
      start = end + 1
      if isSkipping {
        isSkipping = false
        continue
      }
      guard line.count <= Self.longestLine else { return .tooLong }
      return .line(Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
    }
  }

  /// A line that is too long before it ends is told at once, and what is left of it forgotten.
  private mutating func unfinished() -> Line? {
    guard isSkipping || isFull else { return nil }
    bytes = []
    start = 0
    defer { isSkipping = true }
    return isSkipping ? nil : .tooLong
  }
}
