import Simulator

extension Estimator {
  /// Nine readings in ten are within so many deviations.
  static let bandDeviations = 1.645
  /// Bands are reckoned so far apart, and are straight between.
  static let bandSpacing = 5.0
  /// No outlook is longer.
  static let mostPoints = 7200

  /// What comes, every `spacing` seconds from now to the roast second `until`, under the levels as
  /// they are, changed as planned. The first point is the present.
  public func outlook(
    _ plan: LevelPlan = LevelPlan(), until: Double, spacing: Double = 1
  ) -> Outlook {
    let means = course(plan, until: until, spacing: spacing)
    var bands = Bands(charged(plan).follower, width: Estimator.bandDeviations * start.doubt)
    var walk = Walk(plan, from: seconds)
    var points: [Outlook.Point] = []
    points.reserveCapacity(means.count)
    var widths = bands.here(since: nil)
    var known = 0
    for (index, mean) in means.enumerated() {
      points.append(Outlook.Point(mean, after: points.last))
      let isDue = mean.seconds - means[known].seconds >= Estimator.bandSpacing
      guard isDue || index <= 1 || index == means.count - 1 else { continue }
      walk.go(to: mean.seconds) { (move: Walk.Move) in bands.move(move) }
      let next = bands.here(since: index == 0 ? nil : means[known].seconds)
      if index == 0 || known == 0 { widths.rise = next.rise }
      for between in known...index {
        let share = Double(between - known) / Double(max(1, index - known))
        points[between].set(widths, next, share)
      }
      (widths, known) = (next, index)
    }
    if points.count > 1 {
      (points[0].rise, points[0].riseBand) = (points[1].rise, points[1].riseBand)
    }
    return Outlook(points: points, trust: trust)
  }

  /// The mean alone, for planning: one twin instead of all.
  public func course(
    _ plan: LevelPlan = LevelPlan(), until: Double, spacing: Double
  ) -> [Outlook.Mean] {
    guard spacing >= 0.1, until >= seconds, until < Estimator.longestSeconds else { return [] }
    var ahead = Ahead(charged(plan))
    var walk = Walk(plan, from: seconds)
    var means: [Outlook.Mean] = []
    means.reserveCapacity(min(Int((until - seconds) / spacing) + 2, Estimator.mostPoints))
    var now = seconds
    while true {
      walk.go(to: now) { (move: Walk.Move) in ahead.move(move) }
      means.append(Outlook.Mean(seconds: now, bean: ahead.bean, infrared: ahead.infrared))
      guard now < until, means.count < Estimator.mostPoints else { return means }
      now = min(until, now + spacing)
    }
  }
}

extension Estimator {
  /// Before the first sample the levels of the charge are those that the plan begins with.
  private func charged(_ plan: LevelPlan) -> Estimator {
    guard seconds == 0, let first = plan.steps.first(where: { $0.seconds >= 0 }) else {
      return self
    }
    var charged = self
    charged.charge(first)
    return charged
  }
}

/// What is expected to be read from the present on: one twin at the estimate and the sensors' own curves.
struct Ahead {
  private(set) var twin: Physics
  private var curves: [Double]
  private var drift: (span: Double, change: Drift)

  init(_ estimator: Estimator) {
    let (follower, far) = (estimator.follower, Estimator.farthestPoint + 1)
    let place = follower.belief.unknowns.map { min(max($0, -far), far) }
    twin = follower.twins.single(estimator.start, at: place)
    curves = follower.belief.curves
    let span = follower.seconds - follower.learnedSeconds
    drift = (span, Drift(seconds: span))
    drift.change.move(&curves, from: 0, by: 1)
  }

  var bean: Double { twin.probeCelsius + curves[0] }
  var infrared: Double { twin.infraredCelsius + curves[2] + curves[4] }

  mutating func move(_ move: Walk.Move) {
    switch move {
    case .wait(let span): wait(span)
    case .levels(let levels): twin.set(levels)
    }
  }

  mutating func wait(_ span: Double) {
    twin.roast(for: span)
    if drift.span != span { drift = (span, Drift(seconds: span)) }
    drift.change.move(&curves, from: 0, by: 1)
  }

  /// The firmware sets the levels (Specs/twin.md, T5) and the beans leave through the open door.
  mutating func beginCooling(at seconds: Double) {
    twin.set(LevelPlan.Step(seconds: seconds, heater: 0, fan: 7, drum: 1))
    twin.openDoor()
  }
}

extension Estimator.Start {
  /// How much more a machine strays than the belief says, found on its roasts (P32).
  var doubt: Double { machine.isMachine2 ? 1.15 : 0.95 }
}

/// Goes through a plan of levels in time.
struct Walk {
  /// What happens next.
  enum Move {
    case wait(seconds: Double)
    case levels(LevelPlan.Step)
  }

  private var steps: ArraySlice<LevelPlan.Step>
  private var now: Double

  init(_ plan: LevelPlan, from seconds: Double) {
    steps = plan.steps.drop { $0.seconds < seconds }
    now = seconds
  }

  /// A step at the very moment counts as done.
  mutating func go(to seconds: Double, _ perform: (Move) -> Void) {
    while let step = steps.first, step.seconds <= seconds {
      if step.seconds > now {
        perform(.wait(seconds: step.seconds - now))
        now = step.seconds
      }
      perform(.levels(step))
      steps = steps.dropFirst()
    }
    guard seconds > now else { return }
    perform(.wait(seconds: seconds - now))
    now = seconds
  }
}

extension Outlook.Point {
  /// A point whose bands are not known yet.
  fileprivate init(_ mean: Outlook.Mean, after last: Outlook.Point?) {
    self.init(
      seconds: mean.seconds, bean: mean.bean, beanBand: 0, infrared: mean.infrared,
      infraredBand: 0,
      rise: last.map { 60 * (mean.bean - $0.bean) / (mean.seconds - $0.seconds) } ?? 0, riseBand: 0)
  }

  /// Takes its bands from between two moments at which they are known.
  fileprivate mutating func set(_ before: Bands.Widths, _ after: Bands.Widths, _ share: Double) {
    beanBand = before.bean + share * (after.bean - before.bean)
    infraredBand = before.infrared + share * (after.infrared - before.infrared)
    riseBand = before.rise + share * (after.rise - before.rise)
  }
}

/// How unsure the readings ahead are: the belief, carried on with all twins.
private struct Bands {
  typealias Widths = (bean: Double, infrared: Double, rise: Double)

  private let belief: Belief
  private let learnedSeconds: Double
  private let width: Double
  private var twins: Twins
  private var seconds: Double
  private var beanSlopes: [Double] = []

  init(_ follower: Follower, width: Double) {
    belief = follower.belief
    learnedSeconds = follower.learnedSeconds
    twins = follower.twins
    seconds = follower.seconds
    self.width = width
  }

  mutating func move(_ move: Walk.Move) {
    switch move {
    case .wait(let span):
      twins.advance(by: span)
      seconds += span
    case .levels(let levels): twins.set(levels)
    }
  }

  /// Half widths of BT, IBTS and BT's rise in C/min since an earlier moment that was asked for.
  mutating func here(since earlier: Double?) -> Widths {
    let ahead = Drift(seconds: seconds - learnedSeconds)
    let widths = Sensor.allCases.map { sensor in
      let (read, noise) = (Drift.read[sensor.rawValue], Drift.noise[sensor.rawValue])
      let variance =
        belief.variance(of: twins.slopes(sensor) + ahead.back(read)) + ahead.added(to: read)
      return width * (variance + noise * noise).squareRoot()
    }
    let slopes = twins.slopes(.bean)
    defer { beanSlopes = slopes }
    guard let earlier, seconds > earlier else { return (widths[0], widths[1], 0) }
    let (before, between) = (
      Drift(seconds: earlier - learnedSeconds), Drift(seconds: seconds - earlier)
    )
    let read = Drift.read[Sensor.bean.rawValue]
    let change = zip(between.back(read), read).map { $0 - $1 }
    let variance =
      belief.variance(of: zip(slopes, beanSlopes).map { $0 - $1 } + before.back(change))
      + before.added(to: change) + between.added(to: read)
    return (widths[0], widths[1], width * max(0, variance).squareRoot() * 60 / (seconds - earlier))
  }
}
