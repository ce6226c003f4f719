import Roaster

/// The limits that no autonomy level moves, with their sources in Specs/governor.md.
public struct Envelope: Equatable, Sendable {
  /// A status older than this decides nothing (P6).
  public var freshSeconds = 0.5
  /// The most that one proposal may move a control (I7); less heat is always within it.
  public var heaterRise = 4
  public var fanMove = 4
  public var drumMove = 4
  /// The most that the heater may rise within `rampSeconds` (I8).
  public var rampRise = 6
  public var rampSeconds = 60.0
  /// Between two commands to the same control (I9); less heat need not wait.
  public var intervalSeconds: [Actor.Kind: Double] = [.agent: 5, .person: 1, .system: 1]
  /// Commands in one batch and in 24 hours (I10, I11).
  public var perBatch = 120
  public var perDay = 600
  /// More failures than this share of at least `failureCount` commands within `failureSeconds` (I12).
  public var failureShare = 0.3
  public var failureCount = 5
  public var failureSeconds = 600.0
  /// No more heat at or above these (I13, I14).
  public var beanCeiling = Celsius(230)
  public var infraredCeiling = Celsius(265)
  /// No more heat while BT climbs as fast, with beans in the drum and without (I15).
  public var riseWithBeans = CelsiusPerMinute(30)
  public var riseWithoutBeans = CelsiusPerMinute(45)
  /// The least fan for each heater level 0...9 (I16).
  public var fanFloor = [0, 1, 1, 1, 1, 1, 1, 1, 1, 2]
  /// After a hand was at the panel (I4).
  public var quietSeconds = 10.0
  /// What may run without a person's look at it.
  public var unattended: Set<Command.Kind> = [.heater, .fan, .drum]
  /// A sign of life of a person, and of the pilot, is good for so long (P12, P13).
  public var presenceSeconds = 180.0
  public var pilotSeconds = 10.0

  /// The limits as they are shipped.
  public init() {}
}
