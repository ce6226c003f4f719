import Roaster

/// One number of the model as the roast so far tells it.
public struct Estimate: Equatable, Sendable {
  /// What it is, as programs read it.
  public let name: String
  /// Its unit, as people read it.
  public let unit: String
  public let value: Double
  /// One standard deviation of what is left unknown.
  public let deviation: Double
  /// What was thought before the roast.
  public let priorValue: Double
  /// One standard deviation of what was unknown before the roast.
  public let priorDeviation: Double

  /// As programs read it.
  public var json: JSON {
    .object([
      ("name", .string(name)), ("unit", .string(unit)), ("value", .number(short(value))),
      ("deviation", .number(short(deviation))), ("prior_value", .number(short(priorValue))),
      ("prior_deviation", .number(short(priorDeviation))),
    ])
  }

  /// As many digits as an estimate deserves.
  private func short(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}
