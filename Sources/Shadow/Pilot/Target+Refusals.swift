import Analysis
import Governor
import Roaster
import Simulator

extension Target {
  /// What this machine can be filled with, in g; beyond it no roast was ever recorded.
  public static let batchGrams = 150.0...1000
  /// The drum at the charge, by the infrared sensor: the panel sets no preheat over 300 C, and below
  /// 150 C beans bake before they roast.
  public static let chargeCelsius = 150.0...300
  /// The shortest and longest development that is one: time after first crack and its share of all.
  public static let developmentSeconds = 30.0...420
  public static let developmentRatios = 0.05...0.4
  /// A shorter course tells nothing, and a longer roast bakes.
  static let shortestCourseSeconds = 180.0
  static let longestSeconds = 1800.0
  /// Beans crack about here where nobody says otherwise (Specs/machine.md, M12).
  static let usualFirstCrack = 187.0

  /// Why this cannot be roasted, in a fixed order; empty when it can be tried.
  public func refusals(
    _ start: PilotStart, envelope: Envelope = Envelope()
  ) -> [TargetRefusal] {
    var found = startRefusals(start)
    let isModelled = found.isEmpty
    found += shapeRefusals
    found += limitRefusals(envelope)
    found += developmentRefusals
    if isModelled { found += rampRefusals(start, envelope) }
    return found
  }

  // MARK: The batch and the charge

  func startRefusals(_ start: PilotStart) -> [TargetRefusal] {
    var found: [TargetRefusal] = []
    let (grams, charge) = (start.grams, start.charge.degrees)
    // Written so that what is no number is refused too.
    if !(grams >= Target.batchGrams.lowerBound) {
      found.append(
        TargetRefusal(
          .batchTooSmall,
          "\(whole(grams)) g is under the \(whole(Target.batchGrams.lowerBound)) g that the probe "
            + "needs to be covered", ["grams": grams, "least_grams": Target.batchGrams.lowerBound]))
    } else if grams > Target.batchGrams.upperBound {
      found.append(
        TargetRefusal(
          .batchTooLarge,
          "\(whole(grams)) g is over the \(whole(Target.batchGrams.upperBound)) g that the drum "
            + "holds", ["grams": grams, "most_grams": Target.batchGrams.upperBound]))
    }
    if !(charge >= Target.chargeCelsius.lowerBound) {
      found.append(
        TargetRefusal(
          .chargeTooCold,
          "a charge at \(whole(charge)) C is under \(whole(Target.chargeCelsius.lowerBound)) C",
          ["charge_celsius": charge, "least_celsius": Target.chargeCelsius.lowerBound]))
    } else if charge > Target.chargeCelsius.upperBound {
      found.append(
        TargetRefusal(
          .chargeTooHot,
          "a charge at \(whole(charge)) C is over \(whole(Target.chargeCelsius.upperBound)) C",
          ["charge_celsius": charge, "most_celsius": Target.chargeCelsius.upperBound]))
    }
    return found
  }

  // MARK: What the target says of itself

  private var shapeRefusals: [TargetRefusal] {
    var found: [TargetRefusal] = []
    if course.isEmpty, !goals.contains(where: { $0.goal.bean != nil || $0.goal.seconds != nil }),
      developmentRatio == nil
    {
      found.append(
        TargetRefusal(.noGoal, "the target has neither a course nor a landmark", [:]))
    } else if dropSeconds == nil, drop?.bean == nil, developmentRatio == nil {
      found.append(TargetRefusal(.noGoal, "the target does not say when to drop", [:]))
    }
    if let first = course.first, let last = course.last {
      let length = last.seconds - first.seconds
      if zip(course, course.dropFirst()).contains(where: { !($0.seconds < $1.seconds) }) {
        found.append(
          TargetRefusal(.courseOutOfOrder, "the times of the course do not ascend", [:]))
      } else if !(length >= Target.shortestCourseSeconds) {
        found.append(
          TargetRefusal(
            .courseTooShort,
            "the course is \(whole(length)) s long, \(whole(Target.shortestCourseSeconds)) s at "
              + "least", ["seconds": length, "least_seconds": Target.shortestCourseSeconds]))
      } else if let fall = steepestFall {
        found.append(
          TargetRefusal(
            .targetNotRising,
            "after its turning point the course falls \(tenth(fall.degrees)) C before "
              + "\(whole(fall.seconds)) s",
            ["fall_celsius": fall.degrees, "at_seconds": fall.seconds]))
      }
    }
    found += orderRefusals
    if let seconds = dropSeconds, seconds > Target.longestSeconds {
      found.append(
        TargetRefusal(
          .roastTooLong,
          "a drop at \(whole(seconds)) s is over \(whole(Target.longestSeconds)) s",
          ["seconds": seconds, "most_seconds": Target.longestSeconds]))
    }
    return found
  }

  /// The landmarks that the target names, in the order in which they happen.
  private var goals: [(name: String, goal: Goal)] {
    [("yellowing", yellowing), ("first crack", firstCrack), ("drop", drop)]
      .compactMap { name, goal in goal.map { (name, $0) } }
  }

  private var orderRefusals: [TargetRefusal] {
    var found: [TargetRefusal] = []
    for (first, second) in zip(goals, goals.dropFirst()) {
      let isDrop = first.name == "first crack" && second.name == "drop"
      let code = isDrop ? TargetRefusal.Code.dropBeforeFirstCrack : .landmarksOutOfOrder
      if let early = first.goal.seconds, let late = second.goal.seconds, !(early < late) {
        found.append(
          TargetRefusal(
            code,
            "\(second.name) at \(whole(late)) s is not after \(first.name) at \(whole(early)) s",
            ["first_seconds": early, "second_seconds": late]))
      } else if let cold = first.goal.bean, let hot = second.goal.bean, !(cold < hot) {
        found.append(
          TargetRefusal(
            isDrop ? code : .targetNotRising,
            "\(second.name) at \(tenth(hot.degrees)) C is not over \(first.name) at "
              + "\(tenth(cold.degrees)) C",
            ["first_celsius": cold.degrees, "second_celsius": hot.degrees]))
      }
    }
    return found
  }

  /// The largest fall of the course from the highest it had reached since its turning point, where
  /// it is more than a wobble.
  private var steepestFall: (degrees: Double, seconds: Double)? {
    guard let lowest = course.indices.min(by: { course[$0].bean < course[$1].bean }) else {
      return nil
    }
    var highest = course[lowest].bean.degrees
    var worst = (degrees: 0.0, seconds: 0.0)
    for point in course[lowest...] {
      highest = max(highest, point.bean.degrees)
      let fall = highest - point.bean.degrees
      if fall > worst.degrees { worst = (fall, point.seconds) }
    }
    // A course whose lowest point is its end never turns.
    if lowest == course.count - 1 {
      return (course[0].bean - course[lowest].bean, course[lowest].seconds)
    }
    return worst.degrees > 2 ? worst : nil
  }

  // MARK: The envelope

  private func limitRefusals(_ envelope: Envelope) -> [TargetRefusal] {
    var found: [TargetRefusal] = []
    let temperatures = course.map(\.bean.degrees) + goals.compactMap(\.goal.bean?.degrees)
    let ceiling = envelope.beanCeiling.degrees
    if let hottest = temperatures.max(), !(hottest < ceiling) {
      found.append(
        TargetRefusal(
          .targetAboveCeiling,
          "BT \(tenth(hottest)) C is at or over the ceiling of \(whole(ceiling)) C",
          ["bean_celsius": hottest, "ceiling_celsius": ceiling]))
    }
    let rise = envelope.riseWithBeans.degreesPerMinute
    let least = riseAtFirstCrack?.degreesPerMinute ?? 1
    if let largest = largestRise?.degreesPerMinute, !(largest > least && largest <= rise) {
      found.append(
        TargetRefusal(
          .riseLimitsUnusable,
          "a largest rise of \(tenth(largest)) C/min is not between \(tenth(least)) and "
            + "\(whole(rise)) C/min",
          ["largest_rise_celsius_per_minute": largest, "least_celsius_per_minute": least]))
    } else if !(least >= 1) {
      found.append(
        TargetRefusal(
          .riseLimitsUnusable, "a rise of \(tenth(least)) C/min at first crack stalls the roast",
          ["rise_at_first_crack_celsius_per_minute": least]))
    }
    if !(restraint.secondsBetween >= envelope.agentInterval) {
      found.append(
        TargetRefusal(
          .restraintTooLoose,
          "\(tenth(restraint.secondsBetween)) s between two changes is under the "
            + "\(tenth(envelope.agentInterval)) s that the governor asks for",
          [
            "seconds_between": restraint.secondsBetween, "least_seconds": envelope.agentInterval,
          ]))
    }
    return found
  }

  // MARK: Development

  private var developmentRefusals: [TargetRefusal] {
    var found: [TargetRefusal] = []
    if let seconds = developmentSeconds {
      found += developmentRefusal(
        seconds, "s", "development_seconds", within: Target.developmentSeconds)
    }
    if found.isEmpty, let ratio = developmentRatio {
      found += developmentRefusal(
        100 * ratio, "%", "development_percent",
        within: 100 * Target.developmentRatios.lowerBound...100
          * Target.developmentRatios.upperBound)
    }
    return found
  }

  /// Time from first crack to the drop, as far as the target tells; what is out of order has none.
  private var developmentSeconds: Double? {
    guard let drop = dropSeconds else { return nil }
    if let crack = firstCrack?.seconds { return drop > crack ? drop - crack : nil }
    return developmentRatio.map { $0 * drop }
  }

  private func developmentRefusal(
    _ value: Double, _ unit: String, _ name: String, within range: ClosedRange<Double>
  ) -> [TargetRefusal] {
    guard !range.contains(value) else { return [] }
    let isShort = !(value >= range.lowerBound)
    let limit = isShort ? range.lowerBound : range.upperBound
    return [
      TargetRefusal(
        isShort ? .developmentTooShort : .developmentTooLong,
        "a development of \(tenth(value)) \(unit) is \(isShort ? "under" : "over") "
          + "\(tenth(limit)) \(unit)", [name: value, "limit": limit])
    ]
  }
}
