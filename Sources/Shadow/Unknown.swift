import Glibc
import Simulator

/// What the model cannot know of a roast beforehand and learns from its readings (Specs/physics.md, P28).
///
/// Each is counted in units of its own prior deviation from what is usual: 0 is usual, 1 is one deviation
/// more. So all are alike to the arithmetic.
enum Unknown: Int, CaseIterable, Sendable {
  case beanFactor, heater, walls, slowMass, room, probeLag, infraredShare, gas, drying, reactionHeat

  static let count = allCases.count

  /// As programs read it.
  var name: String {
    switch self {
    case .beanFactor: "bean_factor"
    case .heater: "heater_factor"
    case .walls: "walls_at_charge"
    case .slowMass: "slow_mass_at_charge"
    case .room: "room"
    case .probeLag: "probe_lag"
    case .infraredShare: "infrared_drum_share"
    case .gas: "gas_to_beans_factor"
    case .drying: "drying_factor"
    case .reactionHeat: "reaction_heat_factor"
    }
  }

  var unit: String {
    switch self {
    case .walls, .slowMass, .room: "C"
    case .probeLag: "s"
    default: ""
    }
  }

  /// What is usual, against the machine's parameters: the logarithm of a factor, or K (P29).
  var usual: Double {
    switch self {
    case .drying: 0.13
    case .reactionHeat: 0.11
    default: 0
    }
  }

  /// One standard deviation from it over roasts, in the same measure (P29).
  var deviation: Double {
    switch self {
    case .beanFactor: 0.03
    case .heater: 0.012
    case .walls: 6
    case .slowMass: 9
    case .room: 3.5
    case .probeLag: 0.11
    case .infraredShare: 0.035
    case .gas: 0.10
    case .drying: 0.06
    case .reactionHeat: 0.15
    }
  }

  /// The logarithm of a factor, or K, for a number of deviations.
  func measure(_ deviations: Double) -> Double { usual + deviation * deviations }
}

extension Estimator.Start {
  /// The machine and the batch with every unknown at so many deviations from what is usual, just charged
  /// with the levels that hold from then on.
  func charged(at point: [Double], _ levels: LevelPlan.Step) throws(PhysicsError) -> Physics {
    var physics = Physics(
      machine: parameters(at: point), roomCelsius: roomCelsius + measure(.room, point),
      drumCelsius: drumCelsius, probeCelsius: probeCelsius)
    physics.set(levels)
    try physics.load(batch(at: point))
    physics.warm(wallsBy: measure(.walls, point), slowMassBy: measure(.slowMass, point))
    physics.holdInfrared()
    return physics
  }

  /// The machine with those unknowns that are parameters of it.
  func parameters(at point: [Double]) -> MachineParameters {
    var machine = machine
    machine.heaterWatts *= exp(measure(.heater, point))
    machine.probeSeconds *= exp(measure(.probeLag, point))
    machine.infraredDrumShare += measure(.infraredShare, point)
    machine.gasToBeans *= exp(measure(.gas, point))
    machine.dryingFactor *= exp(measure(.drying, point))
    machine.reactionHeat *= exp(measure(.reactionHeat, point))
    return machine
  }

  func batch(at point: [Double]) throws(PhysicsError) -> Batch {
    try Batch(grams: grams, factor: beanFactor * exp(measure(.beanFactor, point)))
  }

  func measure(_ unknown: Unknown, _ point: [Double]) -> Double {
    unknown.measure(point[unknown.rawValue])
  }

  /// An estimate in units that people read, from deviations.
  func estimate(of unknown: Unknown, mean: Double, deviation: Double) -> Estimate {
    func value(_ deviations: Double) -> Double {
      let measure = unknown.measure(deviations)
      return switch unknown {
      case .walls: machine.wallAtCharge(room: roomCelsius, probe: probeCelsius) + measure
      case .slowMass: machine.slowMassAtCharge(drum: drumCelsius, probe: probeCelsius) + measure
      case .room: roomCelsius + measure
      case .probeLag: machine.probeSeconds * exp(measure)
      case .infraredShare: machine.infraredDrumShare + measure
      case .beanFactor: beanFactor * exp(measure)
      default: exp(measure)
      }
    }
    let slope = { (at: Double) in (value(at + 0.01) - value(at - 0.01)) / 0.02 }
    return Estimate(
      name: unknown.name, unit: unknown.unit, value: value(mean),
      deviation: deviation * slope(mean), priorValue: value(0), priorDeviation: slope(0))
  }
}
