/// How long the effect of a step is waited for, and how often a step without one is sent again
/// (Specs/governor.md X2, X3, M6, M7).
struct Patience: Equatable, Sendable {
  /// So long, and for a status after that.
  var effectSeconds = 1.0
  /// So often in a row.
  var retries = 6

  /// A change seen later is not ours: the same, and two polls.
  var windowMilliseconds: Int64 { Int64(((effectSeconds + 0.2) * 1000).rounded()) }

  /// Before it is known how long a unit takes.
  static let trying = Patience(effectSeconds: 3, retries: 0)

  /// For a unit that took so long at most.
  init(longestMilliseconds: Int) {
    effectSeconds = max(effectSeconds, Double(longestMilliseconds) / 1000 + 0.3)
  }

  init(effectSeconds: Double = 1, retries: Int = 6) {
    self.effectSeconds = effectSeconds
    self.retries = retries
  }
}
