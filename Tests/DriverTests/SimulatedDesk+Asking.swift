import Driver
import Governor
import Roaster
import Simulator

extension SimulatedDesk {
  /// A twin that has been roasting for some seconds when the desk starts.
  static func roasting(
    _ setup: Setup = Setup(), level: Autonomy? = nil, grams: Double = 500
  ) async -> SimulatedDesk {
    let desk = SimulatedDesk(setup)
    desk.twin.perform(.load(grams: grams))
    desk.twin.perform(.prs)
    await desk.skip(to: 8)
    if let level { desk.at(8.2) { $0.set(level) } }
    return desk
  }

  /// Sets the level as a person may, with an override where the record does not earn it.
  @discardableResult
  func set(_ level: Autonomy, by actor: Actor = person) -> UInt64 {
    ask(
      .setLevel(
        level, reason: "for the test", readiness: nil,
        override: level.isUnattended ? Desk.Override(reason: "for the test", seconds: 3600) : nil),
      from: actor)
  }

  /// Proposes one command, or several steps.
  @discardableResult
  func propose(
    _ kind: Command.Kind, _ level: Int? = nil, by actor: Actor = agent, key: String? = nil,
    words: Set<PersonsWord> = []
  ) -> UInt64 {
    guard let command = Command(kind, level: level) else { fatalError("no such command") }
    return propose([Proposal.Step(command)], by: actor, key: key, words: words)
  }

  @discardableResult
  func propose(
    _ steps: [Proposal.Step], by actor: Actor = agent, key: String? = nil,
    words: Set<PersonsWord> = [], expiresAfter: Double? = nil
  ) -> UInt64 {
    ask(
      .propose(
        Desk.Draft(
          steps: steps, reason: "for the test", expiresAfter: expiresAfter, key: key, words: words)),
      from: actor)
  }

  @discardableResult
  func approve(_ id: Int64, words: Set<PersonsWord> = [], by actor: Actor = person) -> UInt64 {
    ask(.approve(id, words: words, reason: nil), from: actor)
  }

  /// A hand turns a knob.
  func turn(_ control: Control, by steps: Int) {
    handled.append(seconds)
    twin.perform(.turn(control, by: steps))
  }

  // MARK: What came of it

  /// The states that a proposal went through, as the store was told.
  func states(_ id: Int64) -> [ProposalState] { transitions(id).map(\.to) }

  func transitions(_ id: Int64? = nil) -> [TransitionRecord] {
    kept.compactMap { record in
      if case .transition(let transition) = record, id == nil || transition.proposal == id {
        transition
      } else {
        nil
      }
    }
  }

  func audit(_ action: AuditAction? = nil) -> [AuditRecord] {
    kept.compactMap { record in
      if case .audit(let row) = record, action == nil || row.action == action { row } else { nil }
    }
  }

  /// The outcomes of all commands, in order.
  var outcomes: [String] { audit(.outcome).compactMap { $0.detail["outcome"]?.stringValue } }

  /// The last detail that a proposal's transitions told under that name.
  func detail(_ id: Int64, _ name: String) -> JSON? {
    transitions(id).reversed().lazy.compactMap { $0.detail[name] }.first
  }

  /// The codes of the rules that refused what was asked under that tag.
  func rules(_ tag: UInt64) -> [String] {
    guard case .failure(.verdict(let verdict, _)) = answers[tag] else { return [] }
    return verdict.findings.map(\.rule.rawValue)
  }

  func refusal(_ tag: UInt64) -> DeskRefusal? {
    if case .failure(let refusal) = answers[tag] { refusal } else { nil }
  }

  func answer(_ tag: UInt64) -> JSON? { try? answers[tag]?.get() }

  var heater: Int { twin.bullet.level(of: .heater) }
}

extension DeskOpening {
  /// What a store would say after those records.
  init(after kept: [DeskRecord]) {
    self.init()
    var states: [Int64: ProposalState] = [:]
    var meant: [Int64: [JSON]] = [:]
    var sent: [Int64: [JSON]] = [:]
    for record in kept {
      switch record {
      case .proposal(let proposal, _, _, _):
        nextProposal = max(nextProposal, proposal.id + 1)
        states[proposal.id] = .proposed
      case .transition(let transition): states[transition.proposal] = transition.to
      case .state(let json): state = json
      case .audit(let row):
        if let ticket = row.detail["ticket"]?.integerValue {
          nextAudit = max(nextAudit, ticket + 1)
        }
        guard let proposal = row.proposal else { continue }
        if row.action == .bytesMeant { meant[proposal, default: []].append(row.detail) }
        if row.action == .bytesSent { sent[proposal, default: []].append(row.detail) }
        if row.action == .outcome { commandsToday += 1 }
      }
    }
    open = states.filter(\.value.isOpen).map { id, state in
      OpenProposal(id: id, state: state, meant: meant[id] ?? [], sent: sent[id] ?? [])
    }
  }
}
