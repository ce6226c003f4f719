import Governor
import Roaster

extension Desk {
  /// A person lets a proposal run, if the governor agrees.
  mutating func approve(
    _ id: Int64, from states: Set<ProposalState>, _ actor: Actor, _ words: Set<PersonsWord>,
    _ reason: String?
  ) -> Result<JSON, DeskRefusal> {
    switch find(id, in: states, for: actor) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let matter):
      let said = words.union(matter.words)
      switch policy.approve(
        matter.proposal, by: .person(actor), words: said,
        circumstances(for: matter.proposal.actor, of: id))
      {
      case .success(let approval):
        decided(id, "approved", actor, reason: reason)
        approved(id, approval, by: actor, verdict: Verdict())
        return .success(show(id))
      case .failure(let verdict):
        change(id) { $0.verdict = verdict }
        decided(id, "not_approved", actor, reason: reason, verdict: verdict)
        if !verdict.isAllowed(but: Self.mended) {
          move(id, to: .rejected, by: actor, [("verdict", verdict.json)])
        }
        return .failure(.verdict(verdict, proposal: show(id)))
      }
    }
  }

  /// What a later moment, or a person's word, may mend (L8): the proposal stays to be approved.
  private static let mended: Set<Rule> = [
    .auditUnavailable, .personsWord, .busy, .panelActive, .minimumInterval, .staleTelemetry,
  ]

  /// A person ends a proposal that waits.
  mutating func close(
    _ id: Int64, from states: Set<ProposalState>, as end: ProposalState, _ actor: Actor,
    _ reason: String?
  ) -> Result<JSON, DeskRefusal> {
    switch find(id, in: states, for: actor) {
    case .failure(let refusal): return .failure(refusal)
    case .success:
      decided(id, end.rawValue, actor, reason: reason)
      move(id, to: end, by: actor, [("reason", JSON(reason))])
      return .success(show(id))
    }
  }

  /// Its own actor, or a person, ends a proposal in whatever state; a command in flight is stopped
  /// where it is.
  mutating func cancel(
    _ id: Int64, _ actor: Actor, _ reason: String?
  ) -> Result<JSON, DeskRefusal> {
    guard let matter = matter(id) else { return .failure(absence(of: id)) }
    guard actor.kind == .person || actor == matter.proposal.actor else {
      return .failure(.notForYou("an agent ends its own proposals only"))
    }
    decided(id, "cancelled", actor, reason: reason)
    stop(id, by: actor, reason ?? "cancelled")
    return .success(show(id))
  }

  /// Ends a proposal as aborted, in flight or not.
  mutating func stop(_ id: Int64, by actor: Actor, _ reason: String) {
    change(id) { $0.end = reason }
    if executor?.proposal == id {
      finish(.aborted, by: actor)
    } else {
      change(id) { $0.outcome = .aborted }
      move(id, to: .aborted, by: actor, [("reason", .string(reason))])
    }
  }

  private func find(
    _ id: Int64, in states: Set<ProposalState>, for actor: Actor
  ) -> Result<Matter, DeskRefusal> {
    guard actor.kind == .person else { return .failure(.notForYou("only a person decides")) }
    guard let matter = matter(id) else { return .failure(absence(of: id)) }
    return states.contains(matter.state) ? .success(matter) : .failure(.notOpen(id, matter.state))
  }

  private func absence(of id: Int64) -> DeskRefusal {
    closed.last { $0.proposal.id == id }.map { .notOpen(id, $0.state) } ?? .noSuchProposal(id)
  }

  // MARK: Letting run

  /// Lets a proposal run that nobody looks at, if the governor and the model agree.
  mutating func letRun(_ id: Int64, by approver: Approval.Approver) {
    guard let matter = matter(id) else { return }
    let all = circumstances(for: matter.proposal.actor)
    if let finding = precedence(over: matter) {
      let verdict = policy.review(matter.proposal, approver: approver, words: [], all)
      return turnDown(id, verdict.adding([finding]))
    }
    switch policy.approve(
      matter.proposal, by: approver, words: [], forecast: matter.forecast, all)
    {
    case .success(let approval):
      decided(id, "approved", .watch)
      approved(id, approval, by: .watch, verdict: matter.verdict)
    case .failure(let verdict): turnDown(id, verdict)
    }
  }

  private mutating func turnDown(_ id: Int64, _ verdict: Verdict) {
    change(id) { $0.verdict = verdict }
    decided(id, "rejected", .watch, verdict: verdict)
    move(id, to: .rejected, by: .watch, [("verdict", verdict.json)])
  }

  private mutating func approved(
    _ id: Int64, _ approval: Approval, by actor: Actor, verdict: Verdict
  ) {
    let time = time
    change(id) {
      $0.approval = approval
      $0.verdict = verdict
      $0.stepDone = time
    }
    move(
      id, to: .approved, by: actor,
      [
        ("verdict", verdict.json), ("approval", approval.json),
        ("forecast", matter(id)?.forecast?.json ?? .null),
      ])
    supersede(by: id)
  }

  /// What waits for the same control gives way to what was approved later (L6).
  private mutating func supersede(by id: Int64) {
    guard let newer = matter(id) else { return }
    for older in rivals(of: newer) {
      change(older.proposal.id) { $0.end = "proposal \(id) moves the same control" }
      move(older.proposal.id, to: .superseded, by: .watch, [("by_proposal", .integer(id))])
    }
  }

  /// What was let run, waits, and moves a control that a newer one moves as well. What is so already
  /// takes nothing from anybody.
  private func rivals(of newer: Matter) -> [Matter] {
    let isNothing = newer.proposal.steps.allSatisfy { step in
      guard let setting = step.command.setting, step.when == .atOnce else { return false }
      return sight?.level(of: setting.control) == setting.level
    }
    guard !isNothing else { return [] }
    return matters.filter { older in
      older.proposal.id != newer.proposal.id && older.proposal.id != executor?.proposal
        && (older.state == .approved || older.state == .executing)
        && !older.controls.isDisjoint(with: newer.controls)
    }
  }

  /// What a person let run goes before what runs unasked (L6).
  func precedence(over unasked: Matter) -> Finding? {
    rivals(of: unasked).first { !$0.isUnasked }.map { .busy(waiting: $0.proposal.id) }
  }

  // MARK: Running out of time

  /// What has waited too long is worth nothing any more (L4).
  mutating func expireMatters() {
    for matter in matters {
      switch matter.state {
      case .proposed where time >= matter.proposal.expires,
        .awaitingVeto where time >= matter.proposal.expires:
        expire(matter.proposal.id, "its time has passed")
      case .recommended where time >= matter.waitsUntil,
        .pendingApproval where time >= matter.waitsUntil:
        expire(matter.proposal.id, "nobody has approved it in time")
      case .approved, .executing:
        guard matter.proposal.id != executor?.proposal, let approval = matter.approval,
          time >= approval.expires
        else { continue }
        expire(matter.proposal.id, "its approval has passed")
      default: continue
      }
    }
  }

  mutating func expire(_ id: Int64, _ why: String) {
    change(id) { $0.end = why }
    move(id, to: .expired, by: .watch, [("reason", .string(why))])
  }
}
