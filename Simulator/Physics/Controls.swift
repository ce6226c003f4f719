/// What the firmware, the mains and the room do to the machine during one step.
///
/// Faults are injected here: a stuck heater is a heater level that ignores the panel, a
/// weak fan is a `fanSpeed` below 1.
public struct Controls: Sendable, Equatable {
  /// Heater level, 0...9.
  public var heater: Int
  /// Fan level, 0...12.
  public var fan: Int
  /// Drum level, 0...9.
  public var drum: Int
  /// Mains voltage over 202 V.
  public var supply: Double
  /// Fan speed over the speed its level asks for.
  public var fanSpeed: Double
  /// Room temperature.
  public var roomCelsius: Double
  /// Whether the firmware holds an empty drum at its target: then all of the power counts (P25).
  public var isHolding = false

  /// Everything off in a mild room, unless said otherwise.
  public init(
    heater: Int = 0, fan: Int = 0, drum: Int = 0, supply: Double = 1, fanSpeed: Double = 1,
    roomCelsius: Double = 22
  ) {
    self.heater = heater
    self.fan = fan
    self.drum = drum
    self.supply = supply
    self.fanSpeed = fanSpeed
    self.roomCelsius = roomCelsius
  }
}
