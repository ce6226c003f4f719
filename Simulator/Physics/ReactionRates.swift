import Glibc

/// Drying and reaction rates of the beans, both of Arrhenius form (Specs/physics.md, P5, P6).
///
/// Two calls of `exp` would be a third of a step. Beans warm slowly, so the exact rates are
/// kept at a nearby temperature and carried over by two terms of the series; within
/// `reach` of it the error is below one part in a million.
struct ReactionRates: Sendable {
  /// How far from the kept temperature the series is trusted, K.
  static let reach = 0.25

  private let dryingRate: Double
  private let reactionRate: Double
  private let dryingActivation: Double
  private let reactionActivation: Double

  private var celsius = -Double.infinity
  private var perKelvin = 0.0
  private var drying = 0.0
  private var reaction = 0.0

  init(machine: MachineParameters) {
    dryingRate = machine.dryingRate
    reactionRate = machine.reactionRate
    dryingActivation = machine.dryingActivation
    reactionActivation = machine.reactionActivation
  }

  /// Rates at a temperature: drying per second and square of moisture, and reaction heat
  /// in kJ/(kg s) of beans that have not reacted yet.
  @inline(__always)
  mutating func at(_ mean: Double) -> (drying: Double, reaction: Double) {
    var away = mean - celsius
    if !(abs(away) <= ReactionRates.reach) {
      keep(mean)
      away = 0
    }
    let inverse = away * perKelvin * perKelvin * (1 - away * perKelvin)
    let dryingGrowth = dryingActivation * inverse
    let reactionGrowth = reactionActivation * inverse
    return (
      drying * (1 + dryingGrowth * (1 + 0.5 * dryingGrowth)),
      reaction * (1 + reactionGrowth * (1 + 0.5 * reactionGrowth))
    )
  }

  @inline(never)
  private mutating func keep(_ mean: Double) {
    celsius = mean
    perKelvin = 1 / (mean + 273.15)
    drying = dryingRate * exp(-dryingActivation * perKelvin)
    reaction = reactionRate * exp(-reactionActivation * perKelvin)
  }
}
