import Daemon
import Governor
import Roaster
import Shadow
import Simulator
import Synchronization

/// The estimator beside the roast that the daemon watches: it goes on from where it stood, and
/// starts anew with each roast.
final class RoastShadow: Shadowing {
  private let machine: MachineParameters
  private let roomCelsius: Double
  private let standing = Mutex<Standing?>(nil)

  private struct Standing {
    var estimator: Estimator
    let grams: Double?
    /// What it has been given: how many samples, and the last of them.
    var count: Int
    var last: Double
  }

  /// A chart shows no more of what comes, and no BT beyond what any roast reaches.
  private static let reach = (seconds: 300.0, celsius: 240.0)
  private static let spacingSeconds = 5.0
  /// What is taken where nobody has said the weight: a usual batch (Specs/physics.md P20).
  private static let usualGrams = 400.0

  /// A shadow of a machine in a room.
  init(machine: MachineParameters = .m1, roomCelsius: Double = 22) {
    self.machine = machine
    self.roomCelsius = roomCelsius
  }

  func outlook(of roast: ShadowedRoast) -> JSON {
    guard let last = roast.past.last else { return .null }
    let estimator = standing.withLock { standing in
      standing = follow(roast, standing)
      return standing?.estimator
    }
    guard let estimator else { return .null }
    let until = last.seconds + RoastShadow.reach.seconds
    let outlook = estimator.outlook(until: until, spacing: RoastShadow.spacingSeconds)
    let facts: [(key: String, value: JSON)] = [
      ("at_seconds", .number((last.seconds * 10).rounded() / 10)),
      ("trust", .string(outlook.trust.code)), ("trust_text", .string(outlook.trust.text)),
      ("grams", .number(roast.grams ?? RoastShadow.usualGrams)),
      ("grams_known", .bool(roast.grams != nil)),
      ("estimates", .array(estimator.estimates.map(\.json))),
    ]
    return .object(facts + outlook.columns(below: RoastShadow.reach.celsius))
  }

  /// Where it stands after the samples that are new to it.
  private func follow(_ roast: ShadowedRoast, _ standing: Standing?) -> Standing? {
    if var standing, standing.grams == roast.grams, roast.past.count >= standing.count,
      roast.past[standing.count - 1].seconds == standing.last
    {
      for sample in roast.past[standing.count...] { standing.estimator.observe(sample) }
      standing.count = roast.past.count
      standing.last = roast.past[standing.count - 1].seconds
      return standing
    }
    guard let last = roast.past.last,
      let fresh = Estimator(
        past: roast.past, machine: machine, grams: roast.grams ?? RoastShadow.usualGrams,
        roomCelsius: roomCelsius)
    else { return nil }
    return Standing(
      estimator: fresh, grams: roast.grams, count: roast.past.count, last: last.seconds)
  }
}
