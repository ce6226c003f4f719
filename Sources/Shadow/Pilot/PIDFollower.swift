import Analysis
import Governor
import Roaster

/// Follows a course with the heater alone, by how far BT is off and how fast that changes: the peer
/// that a planner has to beat.
///
/// The fan follows a plan, or a rule of thumb. It is held by the same restraint.
public struct PIDFollower: Pilot {
  /// How much it answers to what.
  public struct Gains: Equatable, Sendable {
    /// Levels per C that BT is off.
    public var perCelsius: Double
    /// Levels per C/min that its rise is off.
    public var perCelsiusAMinute: Double
    /// Levels per C that BT was off for a minute.
    public var perCelsiusMinute: Double
    /// How far the wanted level must be from the present one before it is worth a change.
    public var threshold: Double

    /// Those that did best in a search over drawn plants (Specs/pilot.md, S31).
    public init(
      perCelsius: Double = 0.8, perCelsiusAMinute: Double = 1.3, perCelsiusMinute: Double = 0.03,
      threshold: Double = 0.6
    ) {
      self.perCelsius = perCelsius
      self.perCelsiusAMinute = perCelsiusAMinute
      self.perCelsiusMinute = perCelsiusMinute
      self.threshold = threshold
    }
  }

  /// BT still follows the probe's fall before, so that an error means nothing.
  private static let beginSeconds = 75.0
  private static let everySeconds = 5.0
  private static let lookSeconds = 20.0
  /// Fan by BT where no plan is given.
  private static let fanRule: [(celsius: Double, fan: Int)] = [(0, 2), (150, 3), (175, 4)]

  private let course: Course
  private let gains: Gains
  private var fans: [(seconds: Double, fan: Int)]
  private let hasFanPlan: Bool
  private var warden: Warden
  private var trend = Trend()
  private var base: Double?
  private var sum = 0.0
  private var last: Double?
  private var due = PIDFollower.beginSeconds

  /// Follows the target's course, or one made of its landmarks.
  public init(
    target: Target, start: PilotStart, fanPlan: LevelPlan? = nil, gains: Gains = Gains(),
    envelope: Envelope = Envelope()
  ) {
    course = Course(target, start)
    self.gains = gains
    fans = (fanPlan?.steps ?? []).compactMap { step in step.fan.map { (step.seconds, $0) } }
    hasFanPlan = fanPlan != nil
    warden = Warden(target: target, start: start, envelope: envelope)
  }

  /// What it says of the present; called about once a second.
  public mutating func step(_ sight: PilotSight) -> [PilotWord] {
    _ = warden.tether.look(sight)
    if sight.state == .roasting { trend.add(sight.sample) }
    var words = warden.speak(sight, forecast: trend)
    guard warden.mayPropose(sight) else { return words }
    if let word = fan(sight.sample) ?? heater(sight.sample) { words.append(word) }
    return words
  }

  private mutating func fan(_ sample: Rehearsal.Sample) -> PilotWord? {
    let wanted: Int
    if hasFanPlan {
      wanted = fans.last(where: { $0.seconds <= sample.seconds })?.fan ?? sample.fan
    } else {
      guard sample.seconds > PIDFollower.beginSeconds, let bean = sample.bean?.degrees else {
        return nil
      }
      wanted = PIDFollower.fanRule.last(where: { $0.celsius <= bean })?.fan ?? sample.fan
    }
    guard wanted != sample.fan, hasFanPlan || wanted > sample.fan,
      warden.tether.allows(.fan, to: wanted, sample),
      let command = warden.tether.ask(.fan, to: wanted, sample)
    else { return nil }
    let bean = sample.bean.map { tenth($0.degrees) } ?? "unknown"
    return .propose(
      command,
      reason: "fan \(sample.fan) to \(wanted): by rule at \(clock(sample.seconds)), BT \(bean) C")
  }

  private mutating func heater(_ sample: Rehearsal.Sample) -> PilotWord? {
    let now = sample.seconds
    guard now >= due, let bean = sample.bean?.degrees, let slope = trend.slope,
      let wantedBean = course.bean(at: now)
    else { return nil }
    due = now + PIDFollower.everySeconds
    let error = wantedBean - bean
    let ahead = PIDFollower.lookSeconds
    let wantedSlope = ((course.bean(at: now + ahead) ?? wantedBean) - wantedBean) / ahead
    let rise = 60 * (wantedSlope - slope)
    let bias = base ?? Double(sample.heater)
    base = bias
    let minutes = (now - (last ?? now)) / 60
    last = now
    let level = bias + gains.perCelsius * error + gains.perCelsiusAMinute * rise + sum
    // No sum is gathered while the heater is at its end.
    if (0...9).contains(level) { sum += gains.perCelsiusMinute * error * minutes }
    let present = sample.heater
    guard abs(level - Double(present)) >= gains.threshold else { return nil }
    let highest = sample.fan >= warden.tether.envelope.fanFloor[9] ? 9 : 8
    let wanted = min(max(Int(level.rounded()), 1, present - 3), highest, present + 3)
    guard wanted != present, warden.tether.allows(.heater, to: wanted, sample),
      let command = warden.tether.ask(.heater, to: wanted, sample)
    else { return nil }
    return .propose(
      command,
      reason: "heater \(present) to \(wanted): BT is \(tenth(abs(error))) C "
        + "\(error > 0 ? "under" : "over") the course and climbs \(tenth(60 * slope)) C/min, "
        + "\(tenth(60 * wantedSlope)) wanted")
  }
}
