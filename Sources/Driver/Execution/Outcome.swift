import Governor

/// How a command ended (Specs/governor.md X5).
public enum Outcome: String, CaseIterable, Sendable {
  case confirmed
  /// Some of it: a limit or lost steps stopped it.
  case partly
  /// No step had an effect.
  case lost
  /// Somebody at the roaster did something else.
  case overtaken
  case timedOut = "timed_out"
  /// A rule spoke before a byte left.
  case refused
  case aborted

  /// What it makes of the proposal.
  var state: ProposalState {
    switch self {
    case .confirmed: .completed
    case .refused: .rejected
    case .aborted: .aborted
    case .overtaken: .superseded
    case .partly, .lost, .timedOut: .failed
    }
  }

  /// Whether the roaster did not do as it was told; nil where that was not found out.
  var isFailure: Bool? {
    switch self {
    case .confirmed: false
    case .partly, .lost, .timedOut: true
    case .overtaken, .refused, .aborted: nil
    }
  }
}
