/// Where a proposal stands (Specs/governor.md, section "Life").
public enum ProposalState: String, CaseIterable, Sendable {
  case proposed, recommended
  case pendingApproval = "pending_approval"
  case approved
  case awaitingVeto = "awaiting_veto"
  case executing
  case completed, rejected, vetoed, expired, failed, aborted, superseded

  /// Whether something can still become of it.
  public var isOpen: Bool { !successors.isEmpty }

  /// What it may become next: the one table of transitions.
  public var successors: Set<ProposalState> {
    switch self {
    case .proposed:
      [
        .recommended, .pendingApproval, .approved, .awaitingVeto, .rejected, .expired, .failed,
        .aborted, .superseded,
      ]
    case .recommended: [.approved, .rejected, .expired, .aborted, .superseded]
    case .pendingApproval: [.approved, .rejected, .expired, .aborted, .superseded]
    case .awaitingVeto:
      [.approved, .pendingApproval, .vetoed, .rejected, .expired, .aborted, .superseded]
    case .approved: [.executing, .rejected, .expired, .failed, .aborted, .superseded]
    case .executing: [.completed, .rejected, .expired, .failed, .aborted, .superseded]
    case .completed, .rejected, .vetoed, .expired, .failed, .aborted, .superseded: []
    }
  }
}
