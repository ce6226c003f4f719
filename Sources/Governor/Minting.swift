import Roaster

/// A permit, or what stands against one.
public enum Minting: ~Copyable {
  case permit(Permit)
  case refused(Verdict)
}

extension Policy {
  /// Leave to run a proposal, given by judging it: bound to what it says, to the state the roaster
  /// is in, to who gives it and to an end (V3). What nobody has looked at needs a rehearsal.
  public func approve(
    _ proposal: Proposal, by approver: Approval.Approver, words: Set<PersonsWord>,
    forecast: Forecast? = nil, _ circumstances: Circumstances
  ) -> Result<Approval, Verdict> {
    var verdict = review(proposal, approver: approver, words: words, circumstances)
    if !approver.isPerson, let first = proposal.steps.first {
      verdict = verdict.adding(foresee(forecast, first.command, circumstances))
    }
    if circumstances.now >= proposal.expires {
      verdict = verdict.adding([Self.expired(proposal.expires, circumstances)])
    }
    guard verdict.isAllowed, let state = circumstances.status?.state else {
      return .failure(verdict)
    }
    return .success(
      Approval(
        proposal: proposal.id, hash: proposal.hash, state: state, approver: approver, words: words,
        expires: end(of: proposal, circumstances.now)))
  }

  private func end(of proposal: Proposal, _ now: MonotonicTime) -> MonotonicTime {
    guard proposal.isOneStep else { return now.advanced(seconds: envelope.sequenceSeconds) }
    return min(now.advanced(seconds: envelope.approvalSeconds), proposal.expires)
  }

  /// Leave to send one step of one of the proposal's commands now, judged on what the roaster shows:
  /// the step must lead from there to where the command goes (V4, B1 to B3).
  public func mint(
    _ actuation: Actuation, for proposal: Proposal, step command: Command, _ approval: Approval,
    audit: Int64, _ circumstances: Circumstances
  ) -> Minting {
    let now = circumstances.own(proposal.id)
    let verdict = review(
      command, by: proposal.actor, approver: approval.approver, words: approval.words, now
    ).adding(bindings(actuation, proposal, command, approval, now))
    guard verdict.isAllowed, let heard = now.heard else { return .refused(verdict) }
    return .permit(
      Permit(
        Write(
          actuation, .proposal(proposal.id, audit: audit),
          notAfter: heard.advanced(seconds: envelope.writeSeconds))))
  }

  /// One step of an abort: the exception to every rule but that there is an R1 on the line (S1).
  public func mintAbort(_ isIdentified: Bool) -> Permit? {
    isIdentified ? Permit(Write(.heaterDown, .abort, notAfter: nil)) : nil
  }

  /// B1 to B3.
  private func bindings(
    _ actuation: Actuation, _ proposal: Proposal, _ command: Command, _ approval: Approval,
    _ now: Circumstances
  ) -> [Finding] {
    var findings: [Finding] = []
    if now.now >= approval.expires { findings.append(Self.expired(approval.expires, now)) }
    let last = proposal.steps.lastIndex { $0.command == command }
    if approval.proposal != proposal.id || approval.hash != proposal.hash || last == nil
      || now.status.flatMap(command.nextStep) != actuation
    {
      findings.append(
        Finding(
          .proposalChanged, "this is not what was approved", [("proposal", .integer(proposal.id))]))
    }
    // A step that waits, or comes again later, is held to the state that its command needs (P9).
    if last == 0, proposal.steps[0].when == .atOnce, now.status?.state != approval.state {
      findings.append(
        Finding(
          .stateChanged, "it was approved while the roaster was \(approval.state.name)",
          [
            ("approved_in", .string(approval.state.name)),
            ("state", JSON(now.status?.state?.name)),
          ]))
    }
    return findings
  }

  private static func expired(_ end: MonotonicTime, _ now: Circumstances) -> Finding {
    Finding(
      .approvalExpired, "its time is over", [("seconds_ago", .number(tenths(now.now - end)))])
  }
}

extension Approval.Approver {
  var isPerson: Bool {
    if case .person = self { true } else { false }
  }
}

extension Proposal {
  /// Whether it is one command that is done at once.
  var isOneStep: Bool { steps.count == 1 && steps[0].when == .atOnce }
}

extension MonotonicTime {
  func advanced(seconds: Double) -> MonotonicTime {
    advanced(milliseconds: Int64((seconds * 1000).rounded()))
  }
}
