/// A request that moves something at the roaster. The machine sends no answer to any of them.
public enum Actuation: Hashable, Sendable {
  /// One press of the panel's PRS button.
  case prs
  case heaterUp, heaterDown
  case fanUp, fanDown
  /// The drum's speed, absolute; levels outside 1...9 have no encoding.
  case drum(DrumLevel)

  /// The exact bytes (Specs/wire.md W3); nil for a drum level that cannot be set.
  public var bytes: [UInt8]? {
    switch self {
    case .prs: [0x30, 0x01, 0x00, 0x00]
    case .heaterUp: [0x34, 0x01, 0xAA, 0xAA]
    case .heaterDown: [0x34, 0x02, 0xAA, 0xAA]
    case .fanUp: [0x31, 0x01, 0xAA, 0xAA]
    case .fanDown: [0x31, 0x02, 0xAA, 0xAA]
    case .drum(let level):
      level.isSettable
        ? [0x32, 0x01, UInt8(level.number), 0x00] : nil
    }
  }

  /// Every actuation that has an encoding.
  public static let all: [Actuation] =
    [.prs, .heaterUp, .heaterDown, .fanUp, .fanDown]
    + DrumScale.settable.compactMap { DrumLevel($0).map(Actuation.drum) }

  /// The actuation with exactly these bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard let match = Actuation.all.first(where: { $0.bytes?.elementsEqual(bytes) == true }) else {
      return nil
    }
    self = match
  }
}
