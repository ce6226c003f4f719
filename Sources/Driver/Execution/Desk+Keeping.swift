import Governor
import Roaster

extension Desk {
  /// The open proposal of that number.
  func matter(_ id: Int64) -> Matter? { matters.first { $0.proposal.id == id } }

  mutating func change(_ id: Int64, _ edit: (inout Matter) -> Void) {
    guard let place = matters.firstIndex(where: { $0.proposal.id == id }) else { return }
    edit(&matters[place])
  }

  /// A number that is given once in the life of the store.
  mutating func takeTicket() -> UInt64 {
    defer { nextTicket += 1 }
    return nextTicket
  }

  mutating func answer(_ tag: UInt64, _ result: Result<JSON, DeskRefusal>) {
    effects.append(.answer(tag: tag, result))
  }

  mutating func keep(
    _ action: AuditAction, by actor: Actor, of proposal: Int64? = nil,
    _ detail: [(String, JSON)], isLate: Bool = false
  ) {
    let record = AuditRecord(
      at: now, actor: actor, action: action, proposal: proposal,
      detail: .object(detail.filter { !$0.1.isNull }.map { (key: $0.0, value: $0.1) }),
      isLate: isLate)
    effects.append(.keep(.audit(record)))
  }

  /// A decision about a proposal, by a person or by a rule.
  mutating func decided(
    _ id: Int64, _ decision: String, _ actor: Actor, reason: String? = nil,
    verdict: Verdict? = nil
  ) {
    keep(
      .decided, by: actor, of: id,
      [
        ("decision", .string(decision)), ("reason", JSON(reason)),
        ("verdict", verdict?.json ?? .null),
      ])
  }

  /// Hands a new proposal to the store, before anything comes of it.
  mutating func keepMade(_ id: Int64) {
    guard let matter = matter(id), !matter.isKept else { return }
    let proposal = matter.proposal
    effects.append(
      .keep(
        .proposal(
          proposal, level: matter.level, verdict: matter.verdict, forecast: matter.forecast)))
    keep(
      .proposed, by: proposal.actor, of: id,
      [("steps", proposal.stepsJSON), ("reason", .string(proposal.reason))])
    effects.append(
      .keep(
        .transition(
          TransitionRecord(
            proposal: id, at: now, from: nil, to: .proposed, actor: proposal.actor, detail: .null)))
    )
    change(id) { $0.isKept = true }
  }

  /// A proposal becomes something else: the one place where it does (L1).
  mutating func move(
    _ id: Int64, to state: ProposalState, by actor: Actor, _ detail: [(String, JSON)]
  ) {
    keepMade(id)
    guard let place = matters.firstIndex(where: { $0.proposal.id == id }) else { return }
    let before = matters[place].state
    precondition(before.successors.contains(state), "\(before) does not become \(state)")
    matters[place].state = state
    effects.append(
      .keep(
        .transition(
          TransitionRecord(
            proposal: id, at: now, from: before, to: state, actor: actor,
            detail: .object(detail.filter { !$0.1.isNull }.map { (key: $0.0, value: $0.1) })))))
    let matter = matters[place]
    tell(matter)
    guard !state.isOpen else { return }
    tellActor(matter)
    matters.remove(at: place)
    closed.append(matter)
    if closed.count > Self.closedLimit { closed.removeFirst() }
  }

  mutating func tell(_ matter: Matter) {
    effects.append(.tell(.proposal, matter.json(now: time)))
  }

  /// The proposal as it stands now.
  func show(_ id: Int64) -> JSON {
    ((matters + closed).last { $0.proposal.id == id })?.json(now: time) ?? .null
  }

  /// What must outlive the daemon.
  mutating func keepState() { effects.append(.keep(.state(lasting))) }

  private var lasting: JSON {
    .object([
      ("level", .string(level.name)),
      ("abort", latch.map(\.json) ?? .null),
      ("trips", .array(trips.map(\.rawValue).sorted().map(JSON.string))),
      ("breakers", breakers.json), ("broken_row", brokenRow.map(JSON.integer) ?? .null),
      ("commissioned", .array(units.map(\.json))),
    ])
  }
}

extension Desk.Latch {
  var json: JSON {
    .object([
      ("actor", .string(actor)), ("at", .string(at)), ("reason", JSON(reason)),
      ("fire", .bool(isFire)),
    ])
  }

  init?(_ json: JSON) {
    guard let actor = json["actor"]?.stringValue, let at = json["at"]?.stringValue else {
      return nil
    }
    self.init(
      actor: actor, at: at, reason: json["reason"]?.stringValue,
      isFire: json["fire"]?.boolValue ?? false)
  }
}
