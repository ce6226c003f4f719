import Analysis
import Governor
import Roaster
import Simulator

extension Target {
  /// The model is a model: what it misses by less than this may still be had.
  private static let slackCelsius = 5.0
  private static let slackRise = 3.0
  /// How long a rise must last to be one.
  private static let rampSeconds = 60.0

  /// Where the target climbs faster than the governor allows, or than the machine can with all the
  /// heat there is; the first such place of each kind.
  func rampRefusals(_ start: PilotStart, _ envelope: Envelope) -> [TargetRefusal] {
    guard let fastest = FastestRoast(start) else { return [] }
    if let refusal = steepness(envelope) ?? reach(fastest) { return [refusal] }
    return []
  }

  /// The course over a minute against the rise at which the governor refuses heat.
  private func steepness(_ envelope: Envelope) -> TargetRefusal? {
    let most = envelope.riseWithBeans.degreesPerMinute
    for (begin, end) in legs where end.seconds - begin.seconds > 1 {
      let rise = (end.bean - begin.bean) / (end.seconds - begin.seconds) * 60
      guard !(rise < most) else { continue }
      return TargetRefusal(
        .impossibleRamp,
        "from \(whole(begin.seconds)) to \(whole(end.seconds)) s BT is to climb "
          + "\(tenth(rise)) C/min; heat ends at \(whole(most)) C/min",
        ["rise_celsius_per_minute": rise, "most_celsius_per_minute": most])
    }
    return nil
  }

  /// From each point to the first that is a minute later, and from landmark to landmark.
  private var legs: [(Point, Point)] {
    var legs: [(Point, Point)] = []
    var ahead = 0
    for point in course {
      while ahead < course.count, course[ahead].seconds - point.seconds < Target.rampSeconds {
        ahead += 1
      }
      if ahead < course.count { legs.append((point, course[ahead])) }
    }
    return legs + zip(marks, marks.dropFirst()).map { ($0, $1) }
  }

  /// The landmarks that name both time and temperature.
  private var marks: [Point] {
    [yellowing, firstCrack, drop].compactMap { goal in
      guard let seconds = goal?.seconds, let bean = goal?.bean else { return nil }
      return Point(seconds: seconds, bean: bean)
    }
  }

  /// Every temperature of the target against the hottest that the machine can be by then.
  private func reach(_ fastest: FastestRoast) -> TargetRefusal? {
    for point in course.drop(while: { $0.seconds < fastest.turningSeconds }) + marks {
      let most = fastest.bean(at: point.seconds)
      guard point.bean.degrees > most + Target.slackCelsius else { continue }
      return TargetRefusal(
        .impossibleRamp,
        "BT \(tenth(point.bean.degrees)) C at \(whole(point.seconds)) s: with P9 from the charge on "
          + "this batch reaches \(tenth(most)) C",
        [
          "bean_celsius": point.bean.degrees, "seconds": point.seconds,
          "most_bean_celsius": most,
        ])
    }
    return nil
  }
}

/// The roast with all the heat there is, from the charge on.
struct FastestRoast {
  private static let seconds = 1200
  /// BT once a second.
  private let bean: [Double]
  let turningSeconds: Double

  /// Nil for a batch that the physics does not take.
  init?(_ start: PilotStart) {
    guard var physics = try? start.charged(heater: 9, fan: 2) else { return nil }
    var bean = [physics.probeCelsius]
    for _ in 0..<FastestRoast.seconds {
      guard (try? physics.advance(by: 0.5)) != nil, (try? physics.advance(by: 0.5)) != nil else {
        return nil
      }
      bean.append(physics.probeCelsius)
    }
    self.bean = bean
    let early = bean.prefix(300)
    turningSeconds = Double(early.indices.min { early[$0] < early[$1] } ?? 0)
  }

  func bean(at seconds: Double) -> Double {
    bean[Int(min(max(0, seconds), Double(FastestRoast.seconds)))]
  }
}
