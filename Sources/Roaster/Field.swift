/// A value that a status frame carries, under the name that JSON, logs and the store use.
public enum Field: UInt8, CaseIterable, Sendable {
  case state, clock, bean, beanRateOfRise, infrared, exhaust, infraredBoard, controlBoard
  case heater, fan, drum, fanSpeed, mains, coilFan1, coilFan2, preheatTarget

  /// The key in JSON.
  public var key: String {
    switch self {
    case .state: "state"
    case .clock: "clock_seconds"
    case .bean: "bean_celsius"
    case .beanRateOfRise: "bean_ror_celsius_per_minute"
    case .infrared: "ibts_celsius"
    case .exhaust: "exhaust_celsius"
    case .infraredBoard: "ir_celsius"
    case .controlBoard: "pcb_celsius"
    case .heater: "heater_level"
    case .fan: "fan_level"
    case .drum: "drum_level"
    case .fanSpeed: "fan_rpm"
    case .mains: "mains_volts"
    case .coilFan1: "coil_fan_1_percent"
    case .coilFan2: "coil_fan_2_percent"
    case .preheatTarget: "preheat_target_celsius"
    }
  }
}

/// Some of the fields.
public struct FieldSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  /// The fields whose bits are set.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// One field.
  public init(_ field: Field) { rawValue = 1 << UInt32(field.rawValue) }

  /// Whether the field is among them.
  public func contains(_ field: Field) -> Bool { contains(FieldSet(field)) }

  /// The fields, in the order of their declaration.
  public var fields: [Field] { Field.allCases.filter { contains($0) } }
}

/// Which values of a frame cannot be believed, and why. Each of them reads as unknown.
public struct Suspicion: Hashable, Sendable {
  /// Not a number, or infinite.
  public var notFinite: FieldSet = []
  /// Outside what the protocol note calls plausible (Specs/wire.md W11).
  public var implausible: FieldSet = []
  /// The 25.0 that the firmware writes over the infrared value when a roast begins (W12).
  public var placeholder: FieldSet = []

  /// Nothing is suspect.
  public init() {}

  /// All of them.
  public var all: FieldSet { notFinite.union(implausible).union(placeholder) }
}
