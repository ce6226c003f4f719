import Roaster

/// Measures a roast against what it was to become. It asks nobody how the roast came about, so a real one
/// can be judged like a simulated one.
public struct RoastJudge: Sendable {
  public let target: Target
  /// How much the rate of rise may grow again where it is to fall, in C/min.
  static let wobble = 2.5
  /// From when on BT is compared with the course: before it, the probe tells of the drum.
  public static let courseFrom = 120.0

  /// A judge by that target.
  public init(_ target: Target) { self.target = target }

  /// Every measure that the target asks for, in a fixed order.
  public func measures(_ curve: RoastCurve) -> [Measure] {
    let end = curve.endSeconds
    let crack = curve[.firstCrack]?.seconds
    var measures = landmark("yellowing", target.yellowing, curve[.yellowing])
    measures += landmark("first_crack", target.firstCrack, curve[.firstCrack])
    if let goal = target.drop {
      let bean = end.flatMap { curve.value({ $0.bean?.degrees }, at: $0) }
      measures += goals("drop", goal, seconds: end, bean: bean)
    }
    if let ratio = target.developmentRatio {
      let got = end.flatMap { end in crack.map { (end - $0) / end } }
      measures.append(
        .near("development_ratio", ratio, target.developmentTolerance, got: got))
    }
    if !target.course.isEmpty {
      measures.append(
        .atMost(
          "course_error_celsius", target.courseTolerance, got: courseError(curve)))
    }
    return measures + rises(curve, end: end, crack: crack)
  }

  private func landmark(
    _ name: String, _ goal: Target.Goal?, _ event: RoastCurve.Event?
  ) -> [Measure] {
    goal.map { goals(name, $0, seconds: event?.seconds, bean: event?.bean?.degrees) } ?? []
  }

  private func goals(
    _ name: String, _ goal: Target.Goal, seconds: Double?, bean: Double?
  ) -> [Measure] {
    [
      goal.seconds.map { .near(name + "_seconds", $0, goal.secondsTolerance, got: seconds) },
      goal.bean.map { .near(name + "_bean_celsius", $0.degrees, goal.beanTolerance, got: bean) },
    ].compactMap { $0 }
  }

  /// Mean distance of BT from the course, from two minutes on to the drop; nil where nothing of the
  /// roast lies beside the course.
  public func courseError(_ curve: RoastCurve) -> Double? {
    guard let end = curve.roastedSeconds else { return nil }
    var (sum, count) = (0.0, 0.0)
    for sample in curve.roasting(from: Self.courseFrom, to: end) {
      guard let bean = sample.bean?.degrees, let wanted = target.bean(at: sample.seconds) else {
        continue
      }
      sum += abs(bean - wanted)
      count += 1
    }
    return count > 0 ? sum / count : nil
  }

  private func rises(_ curve: RoastCurve, end: Double?, crack: Double?) -> [Measure] {
    guard let turning = curve[.turningPoint]?.seconds, let end else {
      return target.largestRise.map {
        [.atMost("largest_rise_celsius_per_minute", $0.degreesPerMinute, got: nil)]
      } ?? []
    }
    let smooth = curve.smoothRise(from: turning, to: end)
    let peak = smooth.max { $0.rise < $1.rise }
    var measures: [Measure] = []
    if let limit = target.largestRise {
      measures.append(
        .atMost("largest_rise_celsius_per_minute", limit.degreesPerMinute, got: peak?.rise))
    }
    if let limit = target.riseAtFirstCrack {
      let got = crack.flatMap { crack in smooth.first { $0.seconds >= crack }?.rise }
      measures.append(
        .atMost("rise_at_first_crack_celsius_per_minute", limit.degreesPerMinute, got: got))
    }
    if target.isFalling, let peak {
      // The last seconds know of the open door.
      let growth = curve.regrowth(from: peak.seconds, to: end - 3)
      measures.append(
        .atMost("rise_growth_celsius_per_minute", Self.wobble, got: growth?.rise))
    }
    return measures
  }
}
