import Roaster
import Simulator

/// The BT at which something happens to the beans, learned from what people marked (Specs/physics.md, P34).
public struct LandmarkTemperature: Equatable, Sendable {
  /// What is thought of a machine before a bean is known.
  struct Prior: Equatable, Sendable {
    let celsius: Double
    /// How much beans differ from each other, 1 sd.
    let betweenBeans: Double
    /// How much marks of one bean differ, 1 sd.
    let withinBean: Double
  }

  /// Marks at exactly this BT were set by temperature, not by ear.
  static let markedByTemperature = 190.0

  /// The best guess for the next roast of the bean.
  public let celsius: Double
  /// How unsure that is, the next mark's own scatter included (1 sd).
  public let deviation: Double

  /// First crack on a machine, of a bean with these marks (BT in C) so far.
  public static func firstCrack(on machine: MachineParameters, marks: [Double] = [])
    -> LandmarkTemperature
  {
    LandmarkTemperature(
      machine.isMachine2
        ? Prior(celsius: 188.7, betweenBeans: 2, withinBean: 5.5)
        : Prior(celsius: 187.4, betweenBeans: 2.4, withinBean: 2.1),
      marks: marks)
  }

  /// Yellowing; marks of it are there for m2 alone, and scatter.
  public static func yellowing(marks: [Double] = []) -> LandmarkTemperature {
    LandmarkTemperature(
      Prior(celsius: 119.3, betweenBeans: 8, withinBean: 14), marks: marks)
  }

  /// The mean of the marks, drawn to the prior by as much as it is the surer of the two.
  init(_ prior: Prior, marks: [Double]) {
    let marks = marks.filter { $0 != LandmarkTemperature.markedByTemperature && $0.isFinite }
    let within = prior.withinBean * prior.withinBean
    let trust = 1 / (prior.betweenBeans * prior.betweenBeans)
    let sureness = trust + Double(marks.count) / within
    celsius = (prior.celsius * trust + marks.reduce(0, +) / within) / sureness
    deviation = (1 / sureness + within).squareRoot()
  }
}

extension MachineParameters {
  /// The set of the second machine, whose mains was not recorded (P24).
  var isMachine2: Bool { supplyExponent == 0 }
}

extension Outlook {
  /// When BT reaches a landmark's temperature, its uncertainty included.
  public func time(of landmark: LandmarkTemperature) -> Moment? {
    time(bean: landmark.celsius, deviation: landmark.deviation)
  }
}

extension Outlook {
  /// Whether BT is at a landmark's temperature already: when it came there is not seen ahead.
  public func isPast(_ landmark: LandmarkTemperature) -> Bool {
    guard let now = points.first?.seconds, let moment = time(of: landmark) else { return false }
    return moment.seconds <= now
  }

  /// When to drop so that the time since first crack is a share (0 to 1) of the whole roast: from when it
  /// was, else from when BT reaches its temperature. Nil where that is farther than is seen, or has been
  /// and nobody marked it.
  public func drop(
    developmentRatio ratio: Double, crackedAt seconds: Double?, else landmark: LandmarkTemperature
  ) -> Moment? {
    let seen = seconds.map { Moment(seconds: $0, earliest: $0, latest: $0) }
    let coming = isPast(landmark) ? nil : time(of: landmark)
    return (seen ?? coming)?.drop(developmentRatio: ratio)
  }
}

extension Outlook.Moment {
  /// When to drop so that the time since this first crack is a share (0 to 1) of the whole roast.
  public func drop(developmentRatio ratio: Double) -> Outlook.Moment? {
    guard (0..<1).contains(ratio) else { return nil }
    return Outlook.Moment(
      seconds: seconds / (1 - ratio), earliest: earliest / (1 - ratio),
      latest: latest.map { $0 / (1 - ratio) })
  }
}
