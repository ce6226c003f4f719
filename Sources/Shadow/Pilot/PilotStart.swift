import Roaster
import Simulator

/// What a pilot is told of a roast before it begins.
public struct PilotStart: Equatable, Sendable {
  /// The machine as the model knows it.
  public var machine: MachineParameters
  /// Green weight.
  public var grams: Double
  /// What the room is thought to be at.
  public var roomCelsius: Double
  /// What the drum is to be at when the beans go in, by the infrared sensor.
  public var charge: Celsius
  /// What BT is expected to read then; nil leaves it to the drum's temperature.
  public var probe: Celsius?

  /// A batch for a machine that is warmed up to `charge`.
  public init(
    machine: MachineParameters = .m1, grams: Double, roomCelsius: Double = 22, charge: Celsius,
    probe: Celsius? = nil
  ) {
    self.machine = machine
    self.grams = grams
    self.roomCelsius = roomCelsius
    self.charge = charge
    self.probe = probe
  }

  /// What BT reads before the charge, by the line that real roasts lie on (Specs/governor.md, F2).
  var probeCelsius: Double { probe?.degrees ?? (charge.degrees - 66) / 1.08 }

  /// The model of the machine just after the charge, at the levels that the firmware sets by itself
  /// (Specs/twin.md, T5).
  func charged(heater: Int = 7, fan: Int = 2) throws(PhysicsError) -> Physics {
    var physics = Physics(
      machine: machine, roomCelsius: roomCelsius, drumCelsius: charge.degrees,
      probeCelsius: probeCelsius)
    physics.set(Controls(heater: heater, fan: fan, drum: 9, roomCelsius: roomCelsius))
    try physics.load(Batch(grams: grams))
    physics.holdInfrared()
    return physics
  }
}
