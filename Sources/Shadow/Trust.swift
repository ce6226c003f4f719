/// Whether the shadow's forecasts mean anything now.
public enum Trust: Equatable, Sendable {
  /// What is read is what the model, its uncertainty included, expects.
  case trusted
  /// Too little of the roast was seen.
  case tooEarly
  /// The machine does what the model cannot explain, which is an anomaly of its own.
  case notTrusted(reason: Distrust)

  /// Whether a forecast can be built on.
  public var isTrusted: Bool { self == .trusted }

  /// As programs read it.
  public var code: String {
    switch self {
    case .trusted: "trusted"
    case .tooEarly: "too_early"
    case .notTrusted(let reason): reason.rawValue
    }
  }

  /// As people read it.
  public var text: String {
    switch self {
    case .trusted: "trusted"
    case .tooEarly: "too early: less than \(Int(Estimator.leastSeconds)) s of the roast were seen"
    case .notTrusted(let reason): "not trustworthy now: \(reason.text)"
    }
  }
}

/// What the model cannot explain.
public enum Distrust: String, CaseIterable, Sendable {
  /// BT and IBTS are those of an empty drum.
  case notCharged = "not_charged"
  /// BT and IBTS go their own way.
  case unexplained = "unexplained"
  /// BT alone does.
  case beanProbe = "bean_probe"
  /// IBTS alone does.
  case infrared = "infrared"
  /// More or less heat than the levels stand for: a weak fan, a heater that stays at a level.
  case heat = "heat"
  /// Nothing was read for a while.
  case unseen = "unseen"

  /// One sentence for people.
  public var text: String {
    switch self {
    case .notCharged: "BT and IBTS are those of a drum without beans"
    case .unexplained: "BT and IBTS do what the model cannot explain"
    case .beanProbe: "BT does what the model cannot explain, IBTS does not"
    case .infrared: "IBTS does what the model cannot explain, BT does not"
    case .heat: "the levels bring more or less heat than they should"
    case .unseen: "part of the roast was not seen"
    }
  }
}
