/// How fast simulated or recorded time passes, against the wall's.
public struct Pace: Sendable {
  /// Times faster than the wall; nil does not wait at all.
  public let factor: Double?

  /// Thirty years: what a duration can hold.
  private static let longestSeconds = 1e9

  private let realStart = ContinuousClock.now

  /// As fast as the machine allows.
  public static var unlimited: Pace { Pace(factor: nil) }

  /// So many times as fast as the wall; nil does not wait at all.
  public init(factor: Double?) { self.factor = factor }

  /// Returns when the wall has caught up with `elapsed` seconds of the other time, or the task is
  /// cancelled.
  public func catchUp(elapsed: Double) async {
    guard let factor else { return }
    let wait = min(max(0, elapsed / factor), Self.longestSeconds)
    let deadline = realStart.advanced(by: .seconds(wait))
    try? await ContinuousClock().sleep(until: deadline)
  }
}
