import Governor
import Roaster
import Simulator

/// A whole roast second by second: what was read of it so far, and what the shadow expects after that
/// under the levels of a schedule.
public struct RoastForecast: Sendable {
  /// One second. A band of 0 is a reading.
  public struct Row: Equatable, Sendable {
    public var point: Outlook.Point
    public var levels: Schedule.Row
  }

  /// From the charge to the drop.
  public let rows: [Row]
  /// The shadow at the moment of the forecast.
  public let estimator: Estimator
  /// From that moment on.
  public let outlook: Outlook
  /// The levels to the drop, of which the last hold beyond it.
  private let heldPlan: LevelPlan
  private static let heldSeconds = 600.0

  /// Follows the samples, then goes on to the drop by the schedule.
  public init(
    _ start: Estimator.Start, samples: [Rehearsal.Sample], schedule: Schedule, dropSeconds: Double
  ) throws(PhysicsError) {
    var estimator = try Estimator(start)
    var rows: [Row] = []
    let plan = LevelPlan(schedule: schedule)
    for sample in samples where sample.seconds > -0.25 && sample.seconds <= dropSeconds {
      RoastForecast.fill(&rows, from: estimator, plan, upTo: sample, schedule)
      estimator.observe(sample)
    }
    outlook = estimator.outlook(plan, until: max(dropSeconds, estimator.seconds))
    heldPlan = LevelPlan(schedule: schedule, before: dropSeconds)
    let last = rows.last?.point.seconds ?? -1
    rows += RoastForecast.wholeSeconds(of: estimator, plan, after: last, until: dropSeconds).map {
      Row(point: $0, levels: schedule.row(at: $0.seconds))
    }
    self.rows = rows
    self.estimator = estimator
  }

  /// What comes when the last levels are held beyond the drop: for a drop that is looked for.
  public var held: Outlook {
    let end = max(rows.last?.point.seconds ?? 0, estimator.seconds) + RoastForecast.heldSeconds
    return estimator.outlook(heldPlan, until: end, spacing: 1)
  }

  /// The seconds since the last sample, as they were expected then, but what is read as it is.
  private static func fill(
    _ rows: inout [Row], from estimator: Estimator, _ plan: LevelPlan,
    upTo sample: Rehearsal.Sample, _ schedule: Schedule
  ) {
    let (last, end) = (rows.last?.point.seconds ?? -1, sample.seconds.rounded())
    guard end > last, abs(sample.seconds - end) < 0.25 else { return }
    for var point in wholeSeconds(of: estimator, plan, after: last, until: end) {
      if point.seconds == end {
        if let bean = sample.bean?.degrees, bean.isFinite {
          (point.bean, point.beanBand) = (bean, 0)
        }
        if let infrared = sample.infrared?.degrees, infrared.isFinite {
          (point.infrared, point.infraredBand) = (infrared, 0)
        }
        if let before = rows.last {
          point.rise = 60 * (point.bean - before.point.bean) / (end - before.point.seconds)
        }
      }
      rows.append(Row(point: point, levels: schedule.row(at: point.seconds)))
    }
  }

  /// The outlook at whole seconds, the end included.
  private static func wholeSeconds(
    of estimator: Estimator, _ plan: LevelPlan, after last: Double, until end: Double
  ) -> [Outlook.Point] {
    let now = estimator.seconds
    let points = estimator.outlook(plan, until: max(end, now), spacing: 1).points
    guard let first = points.first, let final = points.last else { return [] }
    var wholes: [Outlook.Point] = []
    var second = max(last + 1, first.seconds.rounded(.up))
    while second <= end {
      let index = min(Int(second - now), points.count - 1)
      let (before, after) = (points[index], index + 1 < points.count ? points[index + 1] : final)
      let apart = after.seconds - before.seconds
      wholes.append(
        before.mixed(
          with: after, share: apart > 0 ? (second - before.seconds) / apart : 0, at: second))
      second += 1
    }
    return wholes
  }
}

extension Outlook.Point {
  /// Between this and a later point.
  fileprivate func mixed(with later: Outlook.Point, share: Double, at seconds: Double)
    -> Outlook.Point
  {
    func mix(_ part: (Outlook.Point) -> Double) -> Double {
      part(self) + share * (part(later) - part(self))
    }
    return Outlook.Point(
      seconds: seconds, bean: mix(\.bean), beanBand: mix(\.beanBand), infrared: mix(\.infrared),
      infraredBand: mix(\.infraredBand), rise: mix(\.rise), riseBand: mix(\.riseBand))
  }
}

extension LevelPlan {
  /// The rows of a schedule from the charge on; its last levels hold where it is cut off.
  public init(schedule: Schedule, before end: Double = .infinity) {
    let begin = schedule.row(at: 0)
    self.init(
      [Step(seconds: 0, heater: begin.heater, fan: begin.fan, drum: begin.drum)]
        + schedule.rows.filter { $0.seconds > 0 && $0.seconds < end }.map {
          Step(seconds: $0.seconds, heater: $0.heater, fan: $0.fan, drum: $0.drum)
        })
  }
}
