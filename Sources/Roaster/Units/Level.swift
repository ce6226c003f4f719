/// A setting of one of the roaster's three controls, as the panel shows it.
public struct Level<Scale: LevelScale>: Hashable, Comparable, Sendable {
  private let storage: UInt8

  /// Nil outside what the control can report.
  public init?(_ number: Int) {
    guard Scale.reported.contains(number) else { return nil }
    storage = UInt8(number)
  }

  /// The number on the panel.
  public var number: Int { Int(storage) }

  /// Whether a command could ask for it.
  public var isSettable: Bool { Scale.settable.contains(number) }

  /// Lower than.
  public static func < (left: Self, right: Self) -> Bool { left.storage < right.storage }
}

/// The numbers that one control knows.
public protocol LevelScale {
  /// What the machine reports.
  static var reported: ClosedRange<Int> { get }
  /// What the machine can be set to.
  static var settable: ClosedRange<Int> { get }
}

/// P0 to P9.
public enum HeaterScale: LevelScale {
  public static let reported = 0...9
  public static let settable = 0...9
}

/// F1 to F12; F0 is reported while the machine is off.
public enum FanScale: LevelScale {
  public static let reported = 0...12
  public static let settable = 1...12
}

/// D1 to D9; D0 is reported while the drum stands.
public enum DrumScale: LevelScale {
  public static let reported = 0...9
  public static let settable = 1...9
}

/// The heater's setting.
public typealias HeaterLevel = Level<HeaterScale>
/// The fan's setting.
public typealias FanLevel = Level<FanScale>
/// The drum's setting.
public typealias DrumLevel = Level<DrumScale>
