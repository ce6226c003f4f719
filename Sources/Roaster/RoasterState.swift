/// What the roaster says it is doing (byte 29; Specs/wire.md W9).
public enum RoasterState: Hashable, Sendable {
  case off
  case preheating
  /// At the target, evening out; seen on IBTS units between preheating and ready.
  case stabilising
  /// Target reached: load the beans.
  case ready
  case roasting
  /// Seen for a moment between roasting and cooling.
  case ending
  case cooling
  /// Fans run until the inside is cool.
  case shuttingDown
  /// A code that no source explains. It refuses every write.
  case unknown(UInt8)

  /// The states that the protocol note explains.
  public static let known: [RoasterState] = [
    .off, .preheating, .stabilising, .ready, .roasting, .ending, .cooling, .shuttingDown,
  ]

  /// The state behind a code; every code has one.
  public init(code: UInt8) {
    self =
      switch code {
      case 0x00: .off
      case 0x02: .preheating
      case 0x03: .stabilising
      case 0x04: .ready
      case 0x06: .roasting
      case 0x07: .ending
      case 0x08: .cooling
      case 0x09: .shuttingDown
      default: .unknown(code)
      }
  }

  /// The byte on the wire.
  public var code: UInt8 {
    switch self {
    case .off: 0x00
    case .preheating: 0x02
    case .stabilising: 0x03
    case .ready: 0x04
    case .roasting: 0x06
    case .ending: 0x07
    case .cooling: 0x08
    case .shuttingDown: 0x09
    case .unknown(let code): code
    }
  }

  /// The name in JSON and in the store.
  public var name: String {
    switch self {
    case .off: "off"
    case .preheating: "preheating"
    case .stabilising: "stabilising"
    case .ready: "ready"
    case .roasting: "roasting"
    case .ending: "ending"
    case .cooling: "cooling"
    case .shuttingDown: "shutting_down"
    case .unknown: "unknown"
    }
  }

  /// Whether the protocol note knows the roaster to go from this state to the next one: the walk
  /// of the PRS button, what the firmware does by itself, and what recordings show (W10).
  public func isListed(before next: RoasterState) -> Bool {
    switch (self, next) {
    case (.off, .preheating), (.off, .stabilising),
      (.preheating, .stabilising), (.preheating, .ready), (.stabilising, .ready),
      (.ready, .roasting), (.roasting, .ending), (.roasting, .cooling), (.ending, .cooling),
      (.cooling, .shuttingDown), (.cooling, .off), (.cooling, .preheating), (.shuttingDown, .off):
      true
    default:
      false
    }
  }
}
