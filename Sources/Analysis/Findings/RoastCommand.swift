import Roaster

/// A command of a roast and what came of it, as the store tells it.
public struct RoastCommand: Equatable, Sendable {
  /// What came of it.
  public enum Outcome: String, CaseIterable, Sendable {
    case completed, failed
    /// A rule or a person said no.
    case refused
    case vetoed, expired
    /// An abort or a newer one ended it.
    case ended
    /// It waits or runs.
    case open
  }

  /// When it was proposed, from the beginning of the roast.
  public let seconds: Double
  public let outcome: Outcome

  /// A command at a time.
  public init(seconds: Double, outcome: Outcome) {
    self.seconds = seconds
    self.outcome = outcome
  }
}
