import Roaster

/// What the probes report of the physics: noise, rounding, and what is wrong with them
/// (Specs/twin.md T10, T24).
struct Sensors: Sendable {
  private(set) var bean: Double
  private(set) var infrared: Double
  private(set) var beanRateOfRise = 0.0

  private let isNoisy: Bool
  private var wobble = 0.0
  private var drift = 0.0
  private var stuckAt: Double?
  private var beanTrail: [Double] = []
  private var trailIndex = 0

  private static let whiteDegrees = 0.04
  private static let wobbleDegrees = 0.9
  private static let wobbleSeconds = 30.0
  /// The firmware's rate of rise looks back so many seconds.
  private static let riseSeconds = 10.0

  init(isNoisy: Bool, bean: Double, infrared: Double) {
    self.isNoisy = isNoisy
    self.bean = bean
    self.infrared = infrared
  }

  /// Reads both probes; called once a tick.
  mutating func read(
    _ physics: Physics, faults: [TimedFault], every seconds: Double,
    _ random: inout SeededGenerator
  ) {
    var beanNow = physics.probeCelsius
    var infraredNow = physics.infraredCelsius
    if isNoisy {
      beanNow += Self.whiteDegrees * random.nextGaussian()
      let pull = seconds / Self.wobbleSeconds
      wobble += (2 * pull).squareRoot() * Self.wobbleDegrees * random.nextGaussian() - wobble * pull
      infraredNow += wobble + Self.whiteDegrees * random.nextGaussian()
    }
    if physics.infraredHoldSeconds > 0 { infraredNow = physics.infraredCelsius }
    if !faults.isEmpty {
      (beanNow, infraredNow) = spoilt(beanNow, infraredNow, physics, faults, seconds, &random)
    }
    bean = Self.rounded(beanNow)
    infrared = Self.rounded(infraredNow)
    follow(every: seconds)
  }

  private mutating func spoilt(
    _ bean: Double, _ infrared: Double, _ physics: Physics, _ faults: [TimedFault],
    _ seconds: Double, _ random: inout SeededGenerator
  ) -> (bean: Double, infrared: Double) {
    var (bean, infrared) = (bean, infrared)
    var isStuck = false
    for item in faults {
      switch item.fault {
      case .probeOpen: bean = -2 - abs(random.nextGaussian()) * 0.3
      case .probeStuck:
        isStuck = true
        stuckAt = stuckAt ?? self.bean
        bean = stuckAt ?? bean
      case .probeDrift(let degreesPerMinute):
        drift += degreesPerMinute * seconds / 60
        bean += drift
      case .probeNoisy(let degrees): bean += degrees * random.nextGaussian()
      case .windowDirty(let share):
        let room = physics.controls.roomCelsius
        infrared = room + share * (infrared - room)
      default: break
      }
    }
    if !isStuck { stuckAt = nil }
    return (bean, infrared)
  }

  private mutating func follow(every seconds: Double) {
    let length = Int(Self.riseSeconds / seconds)
    guard beanTrail.count == length else {
      if let first = beanTrail.first {
        beanRateOfRise = (bean - first) / (Double(beanTrail.count) * seconds) * 60
      }
      beanTrail.append(bean)
      return
    }
    beanRateOfRise = (bean - beanTrail[trailIndex]) / Self.riseSeconds * 60
    beanTrail[trailIndex] = bean
    trailIndex = (trailIndex + 1) % length
  }

  private static func rounded(_ celsius: Double) -> Double { (celsius * 10).rounded() / 10 }
}
