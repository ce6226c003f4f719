import Roaster

/// What a roast is to become: a course of BT, landmarks on it, or both.
///
/// A pilot steers towards it and a judge measures against it, so both mean the same by it.
public struct Target: Equatable, Sendable {
  /// BT at a time, in seconds since the roast began.
  public struct Point: Equatable, Sendable {
    public var seconds: Double
    public var bean: Celsius

    /// A point of the course.
    public init(seconds: Double, bean: Celsius) {
      self.seconds = seconds
      self.bean = bean
    }
  }

  /// When, and at which BT, something is to happen; nil is left open.
  public struct Goal: Equatable, Sendable {
    public var seconds: Double?
    public var secondsTolerance: Double
    public var bean: Celsius?
    /// In C.
    public var beanTolerance: Double

    /// A goal with the tolerances of a good roaster at the bench.
    public init(
      seconds: Double? = nil, within secondsTolerance: Double = 20, bean: Celsius? = nil,
      withinCelsius beanTolerance: Double = 3
    ) {
      self.seconds = seconds
      self.secondsTolerance = secondsTolerance
      self.bean = bean
      self.beanTolerance = beanTolerance
    }
  }

  /// How often a level may be changed.
  public struct Restraint: Equatable, Sendable {
    /// Changes of each control in one roast.
    public var heaterChanges = 12
    public var fanChanges = 8
    /// Between two changes of one control.
    public var secondsBetween = 20.0

    /// What a calm hand does.
    public init() {}
  }

  /// What people call it.
  public var name: String
  /// The course of BT, in the order of its times; empty where only landmarks are wanted.
  public var course: [Point] = []
  /// How far BT may be from the course in the mean, in C, from two minutes on.
  public var courseTolerance = 3.0
  public var yellowing: Goal?
  public var firstCrack: Goal?
  public var drop: Goal?
  /// Time after first crack over the whole, 0 to 1.
  public var developmentRatio: Double?
  public var developmentTolerance = 0.03
  /// The steepest BT after the turning point and the steepest at first crack, in C/min.
  public var largestRise: CelsiusPerMinute?
  public var riseAtFirstCrack: CelsiusPerMinute?
  /// Whether the rate of rise is to fall from its peak to the drop.
  public var isFalling = true
  public var restraint = Restraint()

  /// A target of that name, with nothing asked of it yet.
  public init(name: String) { self.name = name }
}

extension Target {
  /// BT of the course at a time, on the straight line between its points; nil outside of them.
  public func bean(at seconds: Double) -> Double? {
    guard let next = course.firstIndex(where: { $0.seconds >= seconds }) else { return nil }
    let after = course[next]
    if after.seconds == seconds { return after.bean.degrees }
    guard next > 0 else { return nil }
    let before = course[next - 1]
    let share = (seconds - before.seconds) / (after.seconds - before.seconds)
    return before.bean.degrees + share * (after.bean.degrees - before.bean.degrees)
  }

  /// When the beans are to leave, as far as the target tells.
  public var dropSeconds: Double? { drop?.seconds ?? course.last?.seconds }
}
