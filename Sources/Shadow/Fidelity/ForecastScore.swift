import Governor
import Roaster
import Simulator

/// How far the shadow's forecasts were from one recorded roast (Specs/physics.md, P36).
public struct ForecastScore: Sendable {
  /// One number for each sensor.
  public struct Pair: Equatable, Sendable {
    public var bean: Double
    public var infrared: Double
  }

  /// How many readings the bands were held against, and how many they held.
  public struct Coverage: Equatable, Sendable {
    public var held = Pair(bean: 0, infrared: 0)
    public var count = Pair(bean: 0, infrared: 0)
  }

  /// A forecast is made every so many seconds, from the first on.
  static let origins = (first: 150.0, apart: 10.0)
  /// And is held against what was read so much later.
  static let aheadSeconds = 60.0
  /// First crack is foretold so long before.
  static let crackSeconds = 120.0
  /// The line to beat continues the slope of so many seconds.
  static let lineSeconds = 30.0

  /// RMSE 60 s ahead of the line to beat.
  public let line: Pair
  /// RMSE 60 s ahead with the levels to come known.
  public let known: Pair
  /// RMSE 60 s ahead with the levels held as they were.
  public let held: Pair
  /// RMSE from 150 s to the drop with the levels to come known.
  public let toDrop: Pair
  /// Bands 60 s ahead.
  public let aheadCoverage: Coverage
  /// Bands from 150 s to the drop.
  public let toDropCoverage: Coverage
  /// First crack as expected so long before it was marked, less the mark, s; nil without a mark of its
  /// own (Specs/physics.md, P34).
  public let crackError: Double?
  /// The first moment at which the shadow was not to be trusted, after it had seen enough.
  public let distrust: (seconds: Double, reason: Distrust)?

  /// Follows the recording and forecasts on the way; nothing is read after the moment of a forecast.
  public init(record: RoastRecord, facts: RoastFacts, machine: MachineParameters)
    throws(PhysicsError)
  {
    var estimator = try Estimator(Estimator.Start(facts: facts, machine: machine))
    let course = RecordedCourse(record, until: facts.dropSeconds)
    var tally = Tally()
    var next = ForecastScore.origins.first
    var distrust: (seconds: Double, reason: Distrust)?
    var crackError: Double?
    let crack =
      facts.crackCelsius == LandmarkTemperature.markedByTemperature ? nil : facts.crackSeconds
    for sample in course.samples {
      while sample.seconds > next, next <= facts.dropSeconds - ForecastScore.aheadSeconds {
        tally.add(estimator, course, at: next, until: facts.dropSeconds)
        next += ForecastScore.origins.apart
      }
      if let crack, crackError == nil, sample.seconds > crack - ForecastScore.crackSeconds {
        let plan = course.plan(after: estimator.seconds)
        crackError =
          estimator.outlook(plan, until: facts.dropSeconds + 120).time(
            of: .firstCrack(on: machine)
          ).map { $0.seconds - crack }
      }
      estimator.observe(sample)
      if distrust == nil, case .notTrusted(let reason) = estimator.trust {
        distrust = (sample.seconds, reason)
      }
    }
    (line, known, held) = (tally.line.root, tally.known.root, tally.held.root)
    toDrop = tally.toDrop.root
    (aheadCoverage, toDropCoverage) = (tally.aheadCoverage, tally.toDropCoverage)
    self.distrust = distrust
    self.crackError = crackError
  }
}

extension Estimator.Start {
  /// The start of a recorded roast; the mains are not told, the shadow has to find them.
  public init(facts: RoastFacts, machine: MachineParameters) {
    self.init(
      machine: machine, grams: facts.grams,
      roomCelsius: facts.roomCelsius ?? machine.roomCelsius(dayOfYear: facts.dayOfYear),
      drumCelsius: facts.chargeDrumCelsius, probeCelsius: facts.chargeProbeCelsius)
  }
}

/// A recording as the shadow meets it: samples, and the levels that are still to come.
public struct RecordedCourse: Sendable {
  public let samples: [Rehearsal.Sample]

  /// The rows up to a time.
  public init(_ record: RoastRecord, until end: Double) {
    samples = record.rows.prefix { $0.seconds <= end + 1e-9 }.map {
      Rehearsal.Sample(
        seconds: $0.seconds, bean: $0.probeCelsius.map { Celsius($0) },
        infrared: $0.infraredCelsius.map { Celsius($0) }, heater: $0.controls.heater,
        fan: $0.controls.fan, drum: $0.controls.drum)
    }
  }

  /// Every later row's levels.
  public func plan(after seconds: Double) -> LevelPlan {
    LevelPlan(
      samples.drop { $0.seconds <= seconds }.map {
        LevelPlan.Step(seconds: $0.seconds, heater: $0.heater, fan: $0.fan, drum: $0.drum)
      })
  }

  /// What was read at a time, to the nearest row within half a second.
  func sample(at seconds: Double) -> Rehearsal.Sample? {
    samples.min { abs($0.seconds - seconds) < abs($1.seconds - seconds) }.flatMap {
      abs($0.seconds - seconds) <= 0.5 ? $0 : nil
    }
  }

  /// The least-squares line through the last seconds of a sensor's readings, at a later time.
  func line(_ read: (Rehearsal.Sample) -> Celsius?, at now: Double, ahead: Double) -> Double? {
    let window = now - ForecastScore.lineSeconds...now
    let points = samples.filter { window.contains($0.seconds) }.compactMap { sample in
      read(sample).map { (sample.seconds - now, $0.degrees) }
    }
    let count = Double(points.count)
    guard count > 2 else { return nil }
    let (x, y) = points.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
    let squares = points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    let slope = points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / squares
    return y + slope * (ahead - x)
  }
}

/// Sums over the forecasts of one roast.
private struct Tally {
  /// Squares of errors.
  struct Squares {
    private var sums = [0.0, 0.0]
    private var counts = [0.0, 0.0]

    mutating func add(_ sensor: Sensor, _ error: Double?) {
      guard let error else { return }
      sums[sensor.rawValue] += error * error
      counts[sensor.rawValue] += 1
    }

    var root: ForecastScore.Pair {
      let roots = zip(sums, counts).map { ($0 / $1).squareRoot() }
      return ForecastScore.Pair(bean: roots[0], infrared: roots[1])
    }
  }

  var line = Squares()
  var known = Squares()
  var held = Squares()
  var toDrop = Squares()
  var aheadCoverage = ForecastScore.Coverage()
  var toDropCoverage = ForecastScore.Coverage()

  /// One moment of forecast.
  mutating func add(
    _ estimator: Estimator, _ course: RecordedCourse, at now: Double, until drop: Double
  ) {
    let end = now + ForecastScore.aheadSeconds
    if let read = course.sample(at: end) {
      let plan = course.plan(after: now)
      let known = estimator.outlook(plan, until: end, spacing: 60).points.last
      let held = estimator.course(until: end, spacing: 60).last
      for sensor in Sensor.allCases {
        guard let celsius = sensor.celsius(read)?.degrees else { continue }
        line.add(
          sensor,
          course.line(sensor.celsius, at: now, ahead: end - now).map { $0 - celsius })
        self.known.add(sensor, known.map { sensor.reading($0) - celsius })
        self.held.add(sensor, held.map { (sensor == .bean ? $0.bean : $0.infrared) - celsius })
      }
      if let known { aheadCoverage.add(known, read) }
    }
    guard now == ForecastScore.origins.first else { return }
    for point in estimator.outlook(course.plan(after: now), until: drop).points.dropFirst() {
      guard let read = course.sample(at: point.seconds) else { continue }
      for sensor in Sensor.allCases {
        toDrop.add(sensor, sensor.celsius(read).map { sensor.reading(point) - $0.degrees })
      }
      toDropCoverage.add(point, read)
    }
  }
}

extension Sensor {
  func celsius(_ sample: Rehearsal.Sample) -> Celsius? {
    self == .bean ? sample.bean : sample.infrared
  }

  func reading(_ point: Outlook.Point) -> Double { self == .bean ? point.bean : point.infrared }
}

extension ForecastScore.Coverage {
  mutating func add(_ point: Outlook.Point, _ read: Rehearsal.Sample) {
    if let bean = read.bean?.degrees {
      count.bean += 1
      held.bean += abs(bean - point.bean) <= point.beanBand ? 1 : 0
    }
    if let infrared = read.infrared?.degrees {
      count.infrared += 1
      held.infrared += abs(infrared - point.infrared) <= point.infraredBand ? 1 : 0
    }
  }

  mutating func add(_ other: ForecastScore.Coverage) {
    held.bean += other.held.bean
    held.infrared += other.held.infrared
    count.bean += other.count.bean
    count.infrared += other.count.infrared
  }

  /// Shares of the readings that the bands held.
  var share: ForecastScore.Pair {
    ForecastScore.Pair(
      bean: held.bean / count.bean, infrared: held.infrared / count.infrared)
  }
}
