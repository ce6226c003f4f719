import Governor
import Simulator

/// Keeps the twin in step with one roast.
///
/// It holds no clock and no randomness: the same past gives the same answers, whether it was observed
/// sample by sample or all at once.
public struct Estimator: Sendable {
  /// Less of a roast tells nothing of where it goes.
  static let leastSeconds = 60.0

  /// What was known at the charge.
  public struct Start: Sendable {
    public var machine: MachineParameters
    /// Green weight.
    public var grams: Double
    public var roomCelsius: Double
    /// IBTS before the charge.
    public var drumCelsius: Double
    /// BT before the charge.
    public var probeCelsius: Double

    /// A charge of these beans into a machine of these temperatures.
    public init(
      machine: MachineParameters = .m1, grams: Double = 400, roomCelsius: Double = 22,
      drumCelsius: Double, probeCelsius: Double
    ) {
      self.machine = machine
      self.grams = grams
      self.roomCelsius = roomCelsius
      self.drumCelsius = drumCelsius
      self.probeCelsius = probeCelsius
    }
  }

  /// Of the last sample.
  public private(set) var seconds = 0.0
  private var physics: Physics
  private var offset = (bean: 0.0, infrared: 0.0)

  /// At the charge: nothing was read since.
  public init(_ start: Start) throws(PhysicsError) {
    physics = Physics(
      machine: start.machine, roomCelsius: start.roomCelsius, drumCelsius: start.drumCelsius,
      probeCelsius: start.probeCelsius)
    try physics.load(Batch(grams: start.grams))
    physics.holdInfrared()
  }

  /// From the samples of a roast; those at or before second 0 tell the temperatures of the charge.
  public init?(
    past: [Rehearsal.Sample], machine: MachineParameters, grams: Double, roomCelsius: Double
  ) {
    let charge = Charge(past)
    let start = Start(
      machine: machine, grams: grams, roomCelsius: roomCelsius, drumCelsius: charge.drumCelsius,
      probeCelsius: charge.probeCelsius)
    guard let fresh = try? Estimator(start) else { return nil }
    self = fresh
    for sample in past { observe(sample) }
  }

  /// What was read about a second later; a sample that is not later is ignored.
  public mutating func observe(_ sample: Rehearsal.Sample) {
    guard sample.seconds > seconds, sample.seconds.isFinite else { return }
    var controls = physics.controls
    if seconds == 0 { (controls.heater, controls.fan, controls.drum) = (sample.heater, sample.fan, sample.drum) }
    physics.set(controls)
    Estimator.advance(&physics, by: sample.seconds - seconds)
    (controls.heater, controls.fan, controls.drum) = (sample.heater, sample.fan, sample.drum)
    physics.set(controls)
    seconds = sample.seconds
    if let bean = sample.bean?.degrees { offset.bean += 0.1 * (bean - physics.probeCelsius - offset.bean) }
    if let infrared = sample.infrared?.degrees, seconds > 30 {
      offset.infrared += 0.1 * (infrared - physics.infraredCelsius - offset.infrared)
    }
  }

  /// Whether the forecasts mean anything now.
  public var trust: Trust { seconds < Estimator.leastSeconds ? .tooEarly : .trusted }

  /// The numbers of the model as the roast so far tells them.
  public var estimates: [Estimate] { [] }

  /// What comes, every `spacing` seconds from now to the roast second `until`, under the levels as
  /// they are, changed as planned.
  public func outlook(
    _ plan: LevelPlan = LevelPlan(), until: Double, spacing: Double = 1
  ) -> Outlook {
    let means = course(plan, until: until, spacing: spacing)
    let points = means.indices.map { index in
      let other = means[index == 0 ? min(1, means.count - 1) : index - 1]
      let apart = means[index].seconds - other.seconds
      let ahead = means[index].seconds - seconds
      return Outlook.Point(
        seconds: means[index].seconds, bean: means[index].bean, beanBand: 1 + 0.03 * ahead,
        infrared: means[index].infrared, infraredBand: 1.5 + 0.02 * ahead,
        rise: apart == 0 ? 0 : 60 * (means[index].bean - other.bean) / apart, riseBand: 3)
    }
    return Outlook(points: points, trust: trust)
  }

  /// The mean alone, for planning.
  public func course(
    _ plan: LevelPlan = LevelPlan(), until: Double, spacing: Double
  ) -> [Outlook.Mean] {
    guard spacing >= 0.1, until > seconds, until.isFinite else { return [] }
    var ahead = physics
    var steps = plan.steps.drop { $0.seconds <= seconds }
    var now = seconds
    var means: [Outlook.Mean] = []
    while true {
      means.append(
        Outlook.Mean(
          seconds: now, bean: ahead.probeCelsius + offset.bean,
          infrared: ahead.infraredCelsius + offset.infrared))
      guard now < until else { return means }
      let next = min(until, now + spacing)
      while let step = steps.first, step.seconds < next {
        Estimator.advance(&ahead, by: step.seconds - now)
        now = max(now, step.seconds)
        var controls = ahead.controls
        (controls.heater, controls.fan, controls.drum) = (
          step.heater ?? controls.heater, step.fan ?? controls.fan, step.drum ?? controls.drum
        )
        ahead.set(controls)
        steps = steps.dropFirst()
      }
      Estimator.advance(&ahead, by: next - now)
      now = next
    }
  }

  /// In equal steps that the physics takes; nothing for no time.
  static func advance(_ physics: inout Physics, by seconds: Double) {
    guard seconds > 0 else { return }
    let steps = min(7200, (seconds / Physics.longestStepSeconds).rounded(.up))
    for _ in 0..<Int(steps) { try? physics.advance(by: seconds / steps) }
  }
}
