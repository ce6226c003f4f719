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
  /// Between two commands to the same control, of an agent and of a person (I9); less heat need
  /// not wait.
  public var agentInterval = 5.0
  public var personInterval = 1.0
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
  /// What a rehearsal may not reach (F4), and how far off its model may have been (F3).
  public var rehearsedBean = Celsius(235)
  public var rehearsedInfrared = Celsius(270)
  public var rehearsedRise = CelsiusPerMinute(35)
  public var misfit = 5.0
  /// An approval of one command that is done at once is good for so long; of anything that waits
  /// first, for longer than any batch lasts, with which it ends (V3, L4).
  public var approvalSeconds = 120.0
  public var sequenceSeconds = 4.0 * 3600
  /// Bytes leave within so long of the status that they were decided on, or not at all (X1).
  public var writeSeconds = 0.3

  /// The limits as they are shipped.
  public init() {}

  /// What a roast may not have gone over, whoever roasted it.
  public var ceilings: Ceilings {
    Ceilings(bean: beanCeiling, infrared: infraredCeiling, rise: riseWithBeans)
  }
}
