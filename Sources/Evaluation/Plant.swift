import Analysis
import Roaster
import Simulator

/// The machine and the beans of one trial: those of the case, a little otherwise, as every machine and
/// every bag is. A pilot is told the case's, so that it never knows its plant.
struct Plant {
  let setup: Bullet.Setup
  /// What truly falls into the drum.
  let grams: Double

  /// How far a plant may be from its model: one standard deviation of each.
  private static let factor = 0.045
  private static let heater = 0.03
  private static let walls = 0.05
  private static let probe = 0.05
  private static let weighed = 0.01
  private static let roomCelsius = 1.5

  /// The case's own machine, without noise: what targets are drawn with.
  init(nominal scenario: Scenario) {
    grams = scenario.grams
    setup = Self.setup(scenario, seed: 1, isNoisy: false)
  }

  /// One that the seed draws around the case's.
  init(_ scenario: Scenario, random: inout SeededGenerator) {
    var drawn = scenario
    drawn.beanFactor *= Self.near(1, Self.factor, &random)
    drawn.machine.heaterWatts *= Self.near(1, Self.heater, &random)
    drawn.machine.wallAtCharge *= Self.near(1, Self.walls, &random)
    drawn.machine.wallToRoom *= Self.near(1, Self.walls, &random)
    drawn.machine.probeSeconds *= Self.near(1, Self.probe, &random)
    drawn.roomCelsius += Self.near(0, Self.roomCelsius, &random)
    grams = scenario.grams * Self.near(1, Self.weighed, &random)
    setup = Self.setup(drawn, seed: random.next(), isNoisy: true)
  }

  private static func setup(
    _ scenario: Scenario, seed: UInt64, isNoisy: Bool
  ) -> Bullet.Setup {
    Bullet.Setup(
      machine: scenario.machine, start: scenario.start, roomCelsius: scenario.roomCelsius,
      preheatTarget: scenario.preheatTarget, beanFactor: scenario.beanFactor,
      moisture: scenario.moisture, volts: scenario.volts, isNoisy: isNoisy, seed: seed,
      faults: scenario.faults)
  }

  /// A number around a mean, within three deviations.
  private static func near(
    _ mean: Double, _ deviation: Double, _ random: inout SeededGenerator
  ) -> Double {
    mean + deviation * min(max(random.nextGaussian(), -3), 3)
  }
}

extension GoldenCase {
  /// The case as a scenario, which knows machines, weights and faults.
  public func scenario() throws(ScenarioError) -> Scenario {
    let isReady = start == .ready
    let preheat = min(max(charge.infrared.degrees.rounded(), 100), 300)
    return try Scenario(
      json: Array(
        JSON.object([
          ("name", .string(name)), ("machine", .string(machine)),
          ("start", .string(isReady ? "ready" : "cold")),
          ("ibts_celsius", .number(charge.infrared.degrees)),
          ("bean_celsius", .number(charge.bean.degrees)),
          ("preheat_target_celsius", .number(preheat)), ("room_celsius", .number(roomCelsius)),
          ("grams", .number(grams)), ("bean_factor", .number(bean.factor)),
          ("moisture", .number(bean.moisture)), ("faults", .array(faults)),
        ]).text.utf8))
  }
}
