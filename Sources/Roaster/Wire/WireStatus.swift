/// Every field of a status frame as the wire carries it, unjudged: what the numbers mean and
/// whether they can be true is for `Status` to say. Offsets are those of Specs/wire.md W7.
public struct WireStatus: Equatable, Sendable {
  /// Where the first half says whether it is a status at all.
  static let validityOffset = 41
  /// What it says there when it is.
  static let validMark: UInt8 = 10

  public var bean: Float = 0
  public var beanRateOfRise: Float = 0
  public var infrared: Float = 0
  /// Offset 12, meaning unverified.
  public var unverified12: Float = 0
  public var exhaust: Float = 0
  /// Offset 20, meaning unverified.
  public var unverified20: Float = 0
  public var clockMinutes: UInt8 = 0
  public var clockSeconds: UInt8 = 0
  public var fan: UInt8 = 0
  public var heater: UInt8 = 0
  public var drum: UInt8 = 0
  public var state: UInt8 = 0
  public var infraredBoard: Float = 0
  public var controlBoard: Float = 0
  public var validity: UInt8 = Self.validMark
  public var fanSpeed: Int16 = 0
  public var mainsVolts: Int16 = 0
  public var coilFan1: Int32 = 0
  public var coilFan2: Int32 = 0
  public var preheatTarget: UInt16 = 0

  /// An idle machine with every field zero.
  public init() {}

  /// The fields of a frame.
  @inline(__always)
  public init(_ frame: StatusFrame) {
    let wire = unsafe frame.storage.span.bytes
    bean = Self.load(wire, 0)
    beanRateOfRise = Self.load(wire, 4)
    infrared = Self.load(wire, 8)
    unverified12 = Self.load(wire, 12)
    exhaust = Self.load(wire, 16)
    unverified20 = Self.load(wire, 20)
    clockMinutes = Self.load(wire, 24)
    clockSeconds = Self.load(wire, 25)
    fan = Self.load(wire, 26)
    heater = Self.load(wire, 27)
    drum = Self.load(wire, 28)
    state = Self.load(wire, 29)
    infraredBoard = Self.load(wire, 32)
    controlBoard = Self.load(wire, 36)
    validity = Self.load(wire, 41)
    fanSpeed = Self.load(wire, 44)
    mainsVolts = Self.load(wire, 48)
    coilFan1 = Self.load(wire, 52)
    coilFan2 = Self.load(wire, 96)
    preheatTarget = Self.load(wire, 104)
  }

  /// A number at an offset: checked against the end of the frame in release builds too. Every
  /// machine that Swift for Linux runs on is little-endian, as the wire is.
  static func load<Number: BitwiseCopyable>(_ wire: RawSpan, _ offset: Int) -> Number {
    unsafe wire.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
  }

  /// The frame that carries these fields; bytes without a field are zero.
  public var frame: StatusFrame {
    var frame = StatusFrame(zeroed: ())
    frame.store(bean.bitPattern, at: 0)
    frame.store(beanRateOfRise.bitPattern, at: 4)
    frame.store(infrared.bitPattern, at: 8)
    frame.store(unverified12.bitPattern, at: 12)
    frame.store(exhaust.bitPattern, at: 16)
    frame.store(unverified20.bitPattern, at: 20)
    frame.store(clockMinutes, at: 24)
    frame.store(clockSeconds, at: 25)
    frame.store(fan, at: 26)
    frame.store(heater, at: 27)
    frame.store(drum, at: 28)
    frame.store(state, at: 29)
    frame.store(infraredBoard.bitPattern, at: 32)
    frame.store(controlBoard.bitPattern, at: 36)
    frame.store(validity, at: 41)
    frame.store(fanSpeed, at: 44)
    frame.store(mainsVolts, at: 48)
    frame.store(coilFan1, at: 52)
    frame.store(coilFan2, at: 96)
    frame.store(preheatTarget, at: 104)
    return frame
  }
}

extension StatusFrame {
  fileprivate init(zeroed: Void) { storage = InlineArray(repeating: 0) }

  fileprivate mutating func store(_ number: some FixedWidthInteger, at offset: Int) {
    for index in 0..<(number.bitWidth / 8) {
      storage[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }
}
