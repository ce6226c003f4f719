/// Status frames that carry a number in both halves, so that a test can see two polls mixed into
/// one, a poll that is repeated, and one that is lost. Written without the house's encoder.
public enum NumberedFrames {
  /// The highest number that stays plausible.
  public static let limit = 350

  /// The frame of a number: BT is 100 + n/4, the preheat target n.
  public static func frame(_ number: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128)
    func put(_ value: some FixedWidthInteger, at offset: Int) {
      for index in 0..<(value.bitWidth / 8) {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
      }
    }
    func put(_ value: Float, at offset: Int) { put(value.bitPattern, at: offset) }
    put(100 + Float(number) / 4, at: 0)
    put(8, at: 4)
    put(170 + Float(number) / 8, at: 8)
    put(120, at: 16)
    put(UInt8(number / 600), at: 24)
    put(UInt8(number / 10 % 60), at: 25)
    for (offset, value): (Int, UInt8) in [(26, 2), (27, 7), (28, 9), (29, 6), (41, 10)] {
      put(value, at: offset)
    }
    put(45 as Float, at: 32)
    put(40 as Float, at: 36)
    put(915 as Int16, at: 44)
    put(203 as Int16, at: 48)
    put(30 as Int32, at: 52)
    put(Int32(number % 101), at: 96)
    put(UInt16(number), at: 104)
    return bytes
  }

  /// The frames 1 to `count`, back to back.
  public static func bytes(_ count: Int = limit) -> [UInt8] { (1...count).flatMap(frame) }
}
