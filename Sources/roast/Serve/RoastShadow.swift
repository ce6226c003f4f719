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
  /// BT at the first cracks that people marked in beans of that name.
  private let crackMarks: @Sendable (String?) -> [Double]
  private let standing = Mutex<Standing?>(nil)

  private struct Standing {
    var estimator: Estimator
    let grams: Double?
    let beans: String?
    let firstCrack: LandmarkTemperature
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
  init(
    machine: MachineParameters, roomCelsius: Double,
    crackMarks: @escaping @Sendable (String?) -> [Double]
  ) {
    self.machine = machine
    self.roomCelsius = roomCelsius
    self.crackMarks = crackMarks
  }

  func outlook(of roast: ShadowedRoast) -> ShadowOutlook? {
    guard let last = roast.past.last else { return nil }
    let now = standing.withLock { standing in
      standing = follow(roast, standing)
      return standing
    }
    guard let now else { return nil }
    let estimator = now.estimator
    let until = last.seconds + RoastShadow.reach.seconds
    let outlook = estimator.outlook(until: until, spacing: RoastShadow.spacingSeconds)
    let facts: [(key: String, value: JSON)] = [
      ("at_seconds", .number((last.seconds * 10).rounded() / 10)),
      ("trust", .string(outlook.trust.code)), ("trust_text", .string(outlook.trust.text)),
      ("grams", .number(roast.grams ?? RoastShadow.usualGrams)),
      ("grams_known", .bool(roast.grams != nil)),
      ("estimates", .array(estimator.estimates.map(\.json))),
      (
        "yellowing",
        roast.yellowing == nil ? outlook.time(of: .yellowing())?.json ?? .null : .null
      ),
      (
        "first_crack",
        roast.firstCrack == nil ? outlook.time(of: now.firstCrack)?.json ?? .null : .null
      ),
      ("first_crack_celsius", .number((now.firstCrack.celsius * 10).rounded() / 10)),
      (
        "first_crack_deviation_celsius", .number((now.firstCrack.deviation * 10).rounded() / 10)
      ),
    ]
    let json = JSON.object(facts + outlook.columns(below: RoastShadow.reach.celsius))
    return ShadowOutlook(json: json) { [crackedAt = roast.firstCrack, landmark = now.firstCrack] in
      outlook.dropTime($0, crackedAt: crackedAt, else: landmark)
    }
  }

  /// Where it stands after the samples that are new to it.
  private func follow(_ roast: ShadowedRoast, _ standing: Standing?) -> Standing? {
    if var standing, standing.grams == roast.grams, standing.beans == roast.beans,
      roast.past.count >= standing.count,
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
      estimator: fresh, grams: roast.grams, beans: roast.beans,
      firstCrack: .firstCrack(on: machine, marks: crackMarks(roast.beans)), count: roast.past.count,
      last: last.seconds)
  }
}

extension Outlook {
  /// When a goal of the drop is reached. From a first crack that was, development is counted and not
  /// forecast.
  fileprivate func dropTime(
    _ goal: DropGoal, crackedAt: Double?, else landmark: LandmarkTemperature
  ) -> DropTime {
    let moment: Moment?
    switch goal {
    case .bean(let celsius):
      guard trust.isTrusted else { return .unknown(.notTrusted) }
      moment = time(bean: celsius.degrees)
    case .developmentRatio(let ratio):
      guard trust.isTrusted || crackedAt != nil else { return .unknown(.notTrusted) }
      guard crackedAt != nil || !isPast(landmark) else { return .unknown(.crackNotMarked) }
      moment = drop(developmentRatio: ratio, crackedAt: crackedAt, else: landmark)
    }
    return moment.map { .expected($0.json) } ?? .unknown(.beyondOutlook)
  }
}
