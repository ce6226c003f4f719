import Governor
import Roaster
import Simulator

/// The shadow at the present of one roast, and how far the model by itself is from what was read
/// (Specs/governor.md, F2 and F3).
struct TwinRun {
  /// Fewer readings and one redrawing are enough for a minute and a half ahead, and five weights take time.
  private static let effort = Estimator.Effort(spacing: 4, isRedrawn: false)

  private let estimator: Estimator?
  let fit: Fit

  /// Follows the roast from the charge to the last sample; the shadow does so only where the model can
  /// explain what was read.
  init(_ start: Estimator.Start, past: [Rehearsal.Sample]) throws(PhysicsError) {
    let usual = [Double](repeating: 0, count: Unknown.count)
    let levels = past.first { $0.seconds > 0 }.map { LevelPlan.Step($0) }
    let fit = Fit(of: try start.charged(at: usual, levels ?? LevelPlan.Step(seconds: 0)), to: past)
    self.fit = fit
    guard fit.isRead, fit.isExplained else {
      estimator = nil
      return
    }
    var estimator = try Estimator(start, effort: TwinRun.effort)
    for sample in past { estimator.observe(sample) }
    estimator.redraw()
    self.estimator = estimator
  }

  /// What would be read once a second from the present on, with the command applied at once (F1).
  func course(of command: Command, seconds: Double) -> Course? {
    guard let estimator else { return nil }
    var ahead = Ahead(estimator)
    let now = estimator.seconds
    switch command {
    case .heater(let level): ahead.move(.levels(.init(seconds: now, heater: level.number)))
    case .fan(let level): ahead.move(.levels(.init(seconds: now, fan: level.number)))
    case .drum(let level): ahead.move(.levels(.init(seconds: now, drum: level.number)))
    case .press: ahead.beginCooling(at: now)
    }
    var course = Course(first: (ahead.bean, ahead.infrared))
    for _ in 0..<Int(seconds) {
      ahead.wait(1)
      course.add((ahead.bean, ahead.infrared))
    }
    return course
  }
}

extension TwinRun {
  /// Readings less model over the last minute.
  struct Fit {
    /// What the offset is taken from (F2).
    static let seconds = 60.0
    /// The model explains no reading that is farther from it in the mean (F3).
    static let largestOffset = 30.0
    /// Nor one that strays more from that mean, by the root mean square (F3).
    static let largestMisfit = 5.0

    var bean = Residuals()
    var infrared = Residuals()

    /// Runs the model through the past.
    init(of charged: Physics, to past: [Rehearsal.Sample]) {
      var physics = charged
      let fitted = (past.last?.seconds ?? 0) - Fit.seconds
      var now = 0.0
      for sample in past where sample.seconds > 0 && sample.seconds >= now {
        physics.roast(for: sample.seconds - now)
        physics.set(LevelPlan.Step(sample))
        now = sample.seconds
        guard now > fitted else { continue }
        bean.add(sample.bean, physics.probeCelsius)
        infrared.add(sample.infrared, physics.infraredCelsius)
      }
    }

    /// How far the worse of the two sensors strayed from its offset.
    var misfit: Double { max(bean.deviation, infrared.deviation) }
    var isRead: Bool { bean.isEnough && infrared.isEnough }
    var isExplained: Bool {
      max(abs(bean.mean), abs(infrared.mean)) <= Fit.largestOffset && misfit <= Fit.largestMisfit
    }
  }

  /// One sensor's readings less what the model shows.
  struct Residuals {
    /// Fewer in a minute are no measure of it (F3).
    static let fewest = 20.0

    private var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    var isEnough: Bool { count >= Residuals.fewest && squares.isFinite }
    var mean: Double { sum / count }
    /// Rounding must not make it the root of less than nothing.
    var deviation: Double { max(0, squares / count - mean * mean).squareRoot() }

    mutating func add(_ reading: Celsius?, _ model: Double) {
      guard let reading else { return }
      let residual = reading.degrees - model
      count += 1
      sum += residual
      squares += residual * residual
    }
  }

  /// What would be read once a second.
  struct Course {
    private(set) var bean: [Double]
    private(set) var infrared: [Double]
    /// In C/min.
    private(set) var steepestRise = -Double.infinity

    init(first: (bean: Double, infrared: Double)) {
      bean = [first.bean]
      infrared = [first.infrared]
    }

    mutating func add(_ next: (bean: Double, infrared: Double)) {
      steepestRise = max(steepestRise, 60 * (next.bean - bean[bean.count - 1]))
      bean.append(next.bean)
      infrared.append(next.infrared)
    }

    /// Takes from another course of the same length what is hotter or steeper there.
    mutating func rise(to other: Course) {
      bean = zip(bean, other.bean).map(max)
      infrared = zip(infrared, other.infrared).map(max)
      steepestRise = max(steepestRise, other.steepestRise)
    }
  }
}
