/// What the record says of the commands that ran at one level lately.
public struct ReadinessRecord: Equatable, Sendable {
  public var level: Autonomy
  /// Of the last 30 days.
  public var confirmed = 0
  public var failed = 0
  public var vetoed = 0
  /// Of the last commands at that level, how many ago the last abort or trip was; nil for none.
  public var commandsSinceAbort: Int?
  public var commandsSinceTrip: Int?

  /// The last evaluation of the pilot in golden cases; nil when there was none.
  public var golden: GoldenStanding?

  /// Nothing done at that level yet.
  public init(level: Autonomy) { self.level = level }
}
