/// What is known of how the pilot does in golden cases (Specs/governor.md R2).
public struct GoldenStanding: Equatable, Sendable {
  /// Since the evaluation.
  public var days: Double
  public var isPassed: Bool
  public var cases: Int
  /// How many of them must be refused, and how many of those were not.
  public var refusals: Int
  public var missedRefusals: Int
  /// Whose parameters this machine has, and how many of the cases were to succeed with them.
  public var machine: String
  public var onMachine: Int

  /// A standing of these parts.
  public init(
    days: Double, isPassed: Bool, cases: Int, refusals: Int, missedRefusals: Int, machine: String,
    onMachine: Int
  ) {
    self.days = days
    self.isPassed = isPassed
    self.cases = cases
    self.refusals = refusals
    self.missedRefusals = missedRefusals
    self.machine = machine
    self.onMachine = onMachine
  }
}
