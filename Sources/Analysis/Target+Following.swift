import Roaster

extension Target {
  /// How far apart the points of a course are.
  private static let spacingSeconds = 10.0

  /// To roast like another roast: its BT from the charge to the drop, and its landmarks. Nil when
  /// it was not seen from its charge to an end.
  public init?(following curve: RoastCurve, name: String) {
    let summary = RoastSummary(curve)
    guard let drop = summary.drop, summary.turningPoint != nil, drop.seconds > 120 else {
      return nil
    }
    self.init(name: name)
    course = stride(from: 0, through: drop.seconds, by: Target.spacingSeconds).compactMap {
      seconds in
      curve.value({ $0.bean?.degrees }, at: seconds).map {
        Point(seconds: seconds, bean: Celsius(($0 * 10).rounded() / 10))
      }
    }
    guard course.count > 10 else { return nil }
    yellowing = summary.yellowing.map { Goal(seconds: $0.seconds.rounded(), bean: $0.bean) }
    firstCrack = summary.firstCrack.map { Goal(seconds: $0.seconds.rounded(), bean: $0.bean) }
    self.drop = Goal(seconds: drop.seconds.rounded(), bean: drop.bean)
    developmentRatio = summary[.development]?.ratio
    isFalling = false
  }
}
