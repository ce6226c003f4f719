import Roaster

/// A roast to be played on the twin: where it begins, who stands beside it, and what goes wrong
/// (Specs/scenario.md). Read from JSON, or shipped with the program.
public struct Scenario: Equatable, Sendable {
  public var name: String
  public var title: String
  public var machine: MachineParameters
  public var start: Bullet.Setup.Start
  public var roomCelsius = 22.0
  public var preheatTarget = 230
  public var grams = 400.0
  public var beanFactor = 1.0
  public var moisture = 0.12
  public var volts = 202.0
  public var script: [Attendant.Cue] = []
  public var faults = FaultPlan()
  /// Seconds after which it is over, whatever the script says.
  public var limitSeconds = 3600.0

  /// The twin and the person of this scenario.
  public func workshop(seed: UInt64, isNoisy: Bool) -> Workshop {
    Workshop(
      Bullet.Setup(
        machine: machine, start: start, roomCelsius: roomCelsius, preheatTarget: preheatTarget,
        beanFactor: beanFactor, moisture: moisture, volts: volts, isNoisy: isNoisy, seed: seed,
        faults: faults),
      attendant: Attendant(script))
  }
}
