import Roaster

/// What becomes of a proposal that was just made.
public enum Route: String, CaseIterable, Sendable {
  case rejected, recommended
  case pendingApproval = "pending_approval"
  case awaitingVeto = "awaiting_veto"
  case approved

  /// The state that it leads to.
  public var state: ProposalState {
    switch self {
    case .rejected: .rejected
    case .recommended: .recommended
    case .pendingApproval: .pendingApproval
    case .awaitingVeto: .awaitingVeto
    case .approved: .approved
    }
  }
}

extension Policy {
  /// Where a proposal goes with the verdict that it was given (A1, A5, L8).
  public func route(
    _ proposal: Proposal, _ verdict: Verdict, _ circumstances: Circumstances
  ) -> Route {
    let route = planned(proposal, verdict, circumstances.level)
    return verdict.isAllowed(but: excused(for: proposal.actor, route)) ? route : .rejected
  }

  /// Where the level sends it if nothing stands against it. What nobody may run unasked waits for a
  /// person, and so does what nobody is there to watch.
  private func planned(_ proposal: Proposal, _ verdict: Verdict, _ level: Autonomy) -> Route {
    guard level > .assist else { return .rejected }
    switch proposal.actor.kind {
    case .system: return .rejected
    case .person: return .pendingApproval
    case .agent: break
    }
    guard level > .recommend else { return .recommended }
    let mayRunUnasked =
      proposal.steps.allSatisfy { envelope.unattended.contains($0.command.kind) }
      && !verdict.has(.nobodyPresent) && !verdict.has(.pilotSilent)
    guard level.isUnattended, mayRunUnasked else { return .pendingApproval }
    return level == .veto ? .awaitingVeto : .approved
  }

  /// What does not reject it: what time or a person's word may mend before it runs, and for what
  /// waits for a person whatever is asked only of what does not.
  private func excused(for actor: Actor, _ route: Route) -> Set<Rule> {
    let mended: Set<Rule> = [.auditUnavailable, .busy, .panelActive, .minimumInterval]
    let words: Set<Rule> = actor.kind == .agent ? [.personsWord] : []
    let unasked: Set<Rule> = [
      .needsPerson, .nobodyPresent, .pilotSilent, .cannotRehearse, .rehearsedBreach,
    ]
    switch route {
    case .rejected, .approved: return []
    case .awaitingVeto: return mended
    case .recommended, .pendingApproval: return mended.union(words).union(unasked)
    }
  }
}
