import Governor
import Roaster

/// Keeps a model in step with the roast and says what comes next.
///
/// It is asked on one thread, one roast after the other and in the order of time, so it may remember
/// how far it has come.
public protocol Shadowing: Sendable {
  /// What comes; nil while nothing can be said.
  func outlook(of roast: ShadowedRoast) -> ShadowOutlook?
}

/// The roast so far, as a model is told of it.
public struct ShadowedRoast: Sendable {
  /// Once a second since it began, the present last.
  public let past: [Rehearsal.Sample]
  /// What somebody has said of the batch.
  public let grams: Double?
  public let beans: String?
  /// When these were seen or marked, in roast seconds.
  public let yellowing: Double?
  public let firstCrack: Double?
}
