/// One of the three settings that the panel's knobs and our commands move.
public enum Control: Int, CaseIterable, Sendable {
  case heater, fan, drum

  /// The name in JSON and in the store.
  public var name: String {
    switch self {
    case .heater: "heater"
    case .fan: "fan"
    case .drum: "drum"
    }
  }
}

/// A control moved from one level to another.
public struct LevelChange: Equatable, Sendable {
  /// Who moved it.
  public enum Origin: String, Sendable {
    /// We did: a step that was expected.
    case commanded
    /// The firmware did, with a change of state or to hold a temperature.
    case firmware
    /// A person did, at the roaster.
    case panel
  }

  /// What moved.
  public let control: Control
  /// The level before.
  public let from: Int
  /// The level since.
  public let to: Int
  /// When it was first seen.
  public let at: MonotonicTime
  /// Nil as long as a change of state may still claim it for the firmware (Specs/machine.md M20).
  public internal(set) var origin: Origin?
  /// Whether one of our steps was taken twice (M17).
  public internal(set) var isDoubled = false

  /// A change of which it may be known who made it.
  public init(
    control: Control, from: Int, to: Int, at: MonotonicTime, origin: Origin?,
    isDoubled: Bool = false
  ) {
    self.control = control
    self.from = from
    self.to = to
    self.at = at
    self.origin = origin
    self.isDoubled = isDoubled
  }
}

/// A step that was sent to the roaster and should show in its status soon.
public struct ExpectedStep: Equatable, Sendable {
  /// What the step does to the level.
  public enum Move: Equatable, Sendable {
    case up, down
    /// The drum is set outright.
    case to(Int)
  }

  /// What it moves.
  public let control: Control
  /// Which way.
  public let move: Move
  /// The end of the readback window; a change seen later is not ours.
  public let until: MonotonicTime

  /// A step of a control, to be seen by a given time.
  public init(_ control: Control, _ move: Move, until: MonotonicTime) {
    self.control = control
    self.move = move
    self.until = until
  }
}
