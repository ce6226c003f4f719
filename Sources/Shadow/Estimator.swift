import Governor
import Roaster
import Simulator

/// Keeps the twin in step with one roast (Specs/physics.md, P26 to P35).
///
/// A Kalman filter over what the model cannot know beforehand and over what the sensors show beside it.
/// It holds no clock and no randomness: the same past gives the same answers, whether it was observed
/// sample by sample or all at once.
public struct Estimator: Sendable {
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
    /// Heat capacity of this bean over the usual one, as far as it is known: the note's kappa.
    public var beanFactor: Double

    /// A charge of these beans into a machine of these temperatures.
    public init(
      machine: MachineParameters = .m1, grams: Double = 400, roomCelsius: Double = 22,
      drumCelsius: Double, probeCelsius: Double, beanFactor: Double = 1
    ) {
      self.machine = machine
      self.grams = grams
      self.roomCelsius = roomCelsius
      self.drumCelsius = drumCelsius
      self.probeCelsius = probeCelsius
      self.beanFactor = beanFactor
    }
  }

  /// How much work it takes upon itself.
  struct Effort: Sendable {
    /// Readings closer together than this teach nothing more, s.
    var spacing = 2.0
    /// Whether straight lines are drawn anew as the estimates move.
    var isRedrawn = true
  }

  /// Less of a roast tells nothing of where it goes.
  static let leastSeconds = 60.0
  /// No roast takes longer; what comes later is ignored.
  static let longestSeconds = 7200.0
  /// Nor has one more samples.
  static let mostSamples = 20_000
  /// Straight lines are drawn anew after so many seconds at the earliest ...
  static let redrawSeconds = 30.0
  /// ... and where an estimate has moved by so many of its deviations (P28).
  static let redrawDeviations = 0.5
  /// Nor are they drawn farther from what is usual.
  static let farthestPoint = 3.0

  public let start: Start
  private let effort: Effort
  private(set) var follower: Follower
  private var samples: [Rehearsal.Sample] = []
  private var redrawnAt = 0.0

  /// At the charge: nothing was read since.
  public init(_ start: Start) throws(PhysicsError) {
    try self.init(start, effort: Effort())
  }

  init(_ start: Start, effort: Effort) throws(PhysicsError) {
    self.start = start
    self.effort = effort
    follower = try Follower(start, at: Estimator.usual, spacing: effort.spacing)
  }

  /// From the samples of a roast; those at or before second 0 tell the temperatures of the charge.
  ///
  /// Nil for a weight that no batch has, or where nothing was read.
  public init?(
    past: [Rehearsal.Sample], machine: MachineParameters, grams: Double, roomCelsius: Double
  ) {
    guard !past.isEmpty,
      let fresh = try? Estimator(
        Start(past: past, machine: machine, grams: grams, roomCelsius: roomCelsius))
    else { return nil }
    self = fresh
    for sample in past { observe(sample) }
  }

  /// Of the last sample.
  public var seconds: Double { follower.seconds }

  /// Whether the forecasts mean anything now.
  public var trust: Trust { follower.trust }

  /// What was read about a second later. A sample of the same moment tells levels that have changed
  /// since; an earlier one is ignored, as is what was before the charge.
  public mutating func observe(_ sample: Rehearsal.Sample) {
    guard sample.seconds >= seconds, sample.seconds > 0, sample.seconds < Estimator.longestSeconds,
      samples.count < Estimator.mostSamples
    else { return }
    if samples.isEmpty { charge(LevelPlan.Step(sample)) }
    samples.append(sample)
    follower.observe(sample)
    guard effort.isRedrawn, seconds >= Estimator.leastSeconds,
      seconds - redrawnAt >= Estimator.redrawSeconds
    else { return }
    let moved = zip(follower.belief.unknowns, follower.twins.point).map { abs($0 - $1) }.max() ?? 0
    if moved > Estimator.redrawDeviations { redraw() }
  }

  /// Begins with these levels, where nothing was observed yet.
  mutating func charge(_ levels: LevelPlan.Step) {
    guard samples.isEmpty,
      let charged = try? Follower(
        start, at: Estimator.usual, spacing: effort.spacing, levels: levels)
    else { return }
    follower = charged
  }

  /// Goes through the roast again around the present estimate: the model is no straight line.
  mutating func redraw() {
    redrawnAt = seconds
    let far = Estimator.farthestPoint
    let point = follower.belief.unknowns.map { min(max($0, -far), far) }
    guard let first = samples.first,
      var again = try? Follower(
        start, at: point, spacing: effort.spacing, levels: LevelPlan.Step(first))
    else { return }
    for sample in samples { again.observe(sample) }
    follower = again
  }

  /// What is thought of every unknown before a roast.
  private static let usual = [Double](repeating: 0, count: Unknown.count)
}

extension Estimator.Start {
  /// From the samples around the charge.
  public init(
    past: [Rehearsal.Sample], machine: MachineParameters, grams: Double, roomCelsius: Double
  ) {
    let charge = Charge(past)
    self.init(
      machine: machine, grams: grams, roomCelsius: roomCelsius,
      drumCelsius: charge.drumCelsius, probeCelsius: charge.probeCelsius)
  }
}

extension Estimator {
  /// The numbers of the model as the roast so far tells them, and how far the readings are beside it.
  public var estimates: [Estimate] {
    let belief = follower.belief
    let unknowns = Unknown.allCases.map {
      start.estimate(
        of: $0, mean: belief.mean[$0.rawValue],
        deviation: belief.variance($0.rawValue).squareRoot())
    }
    return unknowns
      + Sensor.allCases.map {
        let read = Drift.read[$0.rawValue]
        let weights = [Double](repeating: 0, count: Unknown.count) + read
        return Estimate(
          name: $0 == .bean ? "bt_beside_model" : "ibts_beside_model", unit: "C",
          value: zip(read, belief.curves).reduce(0) { $0 + $1.0 * $1.1 },
          deviation: belief.variance(of: weights).squareRoot(), priorValue: 0,
          priorDeviation: Belief().variance(of: weights).squareRoot())
      }
  }
}
