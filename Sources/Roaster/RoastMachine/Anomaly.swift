/// Something that a healthy roaster does not report. It may raise an alarm; it decides nothing.
public enum Anomaly: Equatable, Sendable {
  /// The roast clock went back, in seconds (Specs/machine.md M21).
  case clockBackwards(from: Int, to: Int)
  /// Both temperatures stand still to the last bit while the heater is on (M22).
  case readingsFrozen(seconds: Double, heater: HeaterLevel)
  /// A temperature moved faster than any can (M23).
  case impossibleJump(sensor: Sensor, from: Celsius, to: Celsius, seconds: Double)
  /// The bean probe reads below -1 C or no temperature at all: open, or very cold (M24).
  case probeOpen(reading: Celsius?)

  /// Its stable code in JSON and in the store.
  public var code: String {
    switch self {
    case .clockBackwards: "clock_backwards"
    case .readingsFrozen: "readings_frozen"
    case .impossibleJump: "impossible_jump"
    case .probeOpen: "probe_open"
    }
  }

  /// Its facts, in JSON.
  var members: [(key: String, value: JSON)] {
    switch self {
    case .clockBackwards(let from, let to):
      [("from_clock_seconds", JSON(from)), ("to_clock_seconds", JSON(to))]
    case .readingsFrozen(let seconds, let heater):
      [("frozen_seconds", JSON(seconds)), ("heater_level", JSON(heater.number))]
    case .impossibleJump(let sensor, let from, let to, let seconds):
      [
        ("sensor", JSON(sensor.name)), ("from_celsius", JSON(wire: from.degrees)),
        ("to_celsius", JSON(wire: to.degrees)), ("within_seconds", JSON(seconds)),
      ]
    case .probeOpen(let reading):
      [("reading_celsius", JSON(wire: reading?.degrees))]
    }
  }
}

/// One of the two temperatures that a roast is read from.
public enum Sensor: CaseIterable, Sendable {
  case bean, infrared

  /// The name in JSON and in the store.
  public var name: String {
    switch self {
    case .bean: "bean"
    case .infrared: "ibts"
    }
  }
}
