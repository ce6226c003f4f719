import Roaster

/// Why a target is refused before anything moves (Specs/pilot.md, S20).
public struct TargetRefusal: Equatable, Sendable {
  /// What programs and cases name it by; a code keeps its meaning.
  public enum Code: String, CaseIterable, Sendable {
    case noGoal = "no_goal"
    case courseTooShort = "course_too_short"
    case courseOutOfOrder = "course_out_of_order"
    case landmarksOutOfOrder = "landmarks_out_of_order"
    case targetAboveCeiling = "target_above_ceiling"
    case targetNotRising = "target_not_rising"
    case impossibleRamp = "impossible_ramp"
    case dropBeforeFirstCrack = "drop_before_first_crack"
    case developmentTooShort = "development_too_short"
    case developmentTooLong = "development_too_long"
    case roastTooLong = "roast_too_long"
    case riseLimitsUnusable = "rise_limits_unusable"
    case restraintTooLoose = "restraint_too_loose"
    case batchTooSmall = "batch_too_small"
    case batchTooLarge = "batch_too_large"
    case chargeTooCold = "charge_too_cold"
    case chargeTooHot = "charge_too_hot"
  }

  /// A number that the refusal rests on, its unit in its name.
  public struct Figure: Equatable, Sendable {
    /// As `bean_celsius`.
    public let name: String
    /// In that unit.
    public let value: Double
  }

  /// Which of them it is.
  public let code: Code
  /// One sentence for people.
  public let text: String
  /// What it was judged by.
  public let figures: [Figure]

  init(_ code: Code, _ text: String, _ figures: KeyValuePairs<String, Double>) {
    self.code = code
    self.text = text
    self.figures = figures.map { Figure(name: $0.key, value: $0.value) }
  }

  /// The refusal as programs read it.
  public var json: JSON {
    .object([
      ("code", .string(code.rawValue)), ("text", .string(text)),
      ("figures", .object(figures.map { ($0.name, .number($0.value)) })),
    ])
  }
}
