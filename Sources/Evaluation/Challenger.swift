import Analysis
import Driver
import Governor
import Roaster

/// Proposes what a case says must be refused, each when its moment has come, and lets a careless person
/// approve what waits for one.
struct Challenger {
  /// What became of one of them.
  struct Challenge: Sendable {
    let proposal: GoldenProposal
    /// When it was proposed.
    var madeAt: Double?
    var tag: UInt64?
    var id: Int64?
    var approving: UInt64?
    /// Every rule that spoke against it, and what the door said instead of a rule.
    var codes: [String] = []
    /// Whether nothing more will come of it.
    var isSettled = false
    /// Whether it was done, or part of it without a rule that stopped the rest.
    var isMissed = false
  }

  private(set) var challenges: [Challenge]
  private var since: (state: RoasterState, at: Double)?

  /// A sequence is waited for no longer.
  private static let patience = 100.0

  init(_ proposals: [GoldenProposal]) { challenges = proposals.map { Challenge(proposal: $0) } }

  var isSettled: Bool { challenges.allSatisfy(\.isSettled) }

  mutating func step(_ stack: Stack) {
    guard let state = stack.progress?.state, !isSettled else { return }
    let now = stack.seconds
    if since?.state != state { since = (state, now) }
    for index in challenges.indices where !challenges[index].isSettled {
      if challenges[index].madeAt != nil {
        follow(index, stack)
      } else if isDue(challenges[index].proposal, state, stack) {
        make(index, stack)
      }
    }
  }

  private func isDue(_ proposal: GoldenProposal, _ state: RoasterState, _ stack: Stack) -> Bool {
    guard state.name == proposal.state, let since,
      stack.seconds - since.at >= proposal.seconds
    else { return false }
    guard let limit = proposal.bean else { return true }
    return stack.seconds - since.at > 60 && (stack.status?.bean).map { $0 >= limit } ?? false
  }

  private mutating func make(_ index: Int, _ stack: Stack) {
    let proposal = challenges[index].proposal
    challenges[index].madeAt = stack.seconds
    var steps: [Proposal.Step] = []
    for step in proposal.steps {
      guard let kind = Command.Kind(rawValue: step.kind),
        let command = Command(kind, level: step.level)
      else {
        // There is no such command: the door turns it away before any rule is asked.
        challenges[index].codes.append(Rule.valueLimit.rawValue)
        challenges[index].isSettled = true
        return
      }
      steps.append(
        Proposal.Step(
          command, when: step.afterSeconds.map { .after(seconds: $0) } ?? .atOnce))
    }
    let actor = proposal.isPersons ? Stack.person : Stack.agent
    let draft = Desk.Draft(
      steps: steps, reason: "the case asks for it", words: Self.words(proposal))
    challenges[index].tag = stack.ask(.propose(draft), from: actor)
  }

  private static func words(_ proposal: GoldenProposal) -> Set<PersonsWord> {
    Set(proposal.words.compactMap(PersonsWord.init))
  }

  private mutating func follow(_ index: Int, _ stack: Stack) {
    if let tag = challenges[index].tag, let answer = stack.answer(tag) {
      challenges[index].tag = nil
      hear(index, answer)
      if case .success(let json) = answer, json["status"]?.stringValue == "pending_approval" {
        challenges[index].approving = stack.ask(
          .approve(
            challenges[index].id ?? 0, words: Self.words(challenges[index].proposal), reason: nil),
          from: Stack.person)
      }
    }
    if let tag = challenges[index].approving, let answer = stack.answer(tag) {
      challenges[index].approving = nil
      hear(index, answer)
      // What only a word could mend stays open, and nobody says it.
      if case .failure = answer { challenges[index].isSettled = true }
    }
    settle(index, stack)
  }

  private mutating func hear(_ index: Int, _ answer: Result<JSON, DeskRefusal>) {
    switch answer {
    case .success(let json): challenges[index].id = json["id"]?.integerValue
    case .failure(.verdict(let verdict, let json)):
      challenges[index].id = json?["id"]?.integerValue ?? challenges[index].id
      add(verdict.findings.map(\.rule.rawValue), to: index)
    case .failure(.invalid): add(["invalid"], to: index)
    case .failure(.tooMany): add(["too_many"], to: index)
    case .failure(.notForYou): add(["not_for_you"], to: index)
    case .failure: add(["refused"], to: index)
    }
    if case .failure = answer, challenges[index].approving == nil {
      challenges[index].isSettled = true
    }
  }

  private mutating func add(_ codes: [String], to index: Int) {
    for code in codes where !challenges[index].codes.contains(code) {
      challenges[index].codes.append(code)
    }
  }

  private mutating func settle(_ index: Int, _ stack: Stack) {
    guard let id = challenges[index].id, let told = stack.chronicle.proposal(id) else { return }
    add(told.rules.map(\.rawValue), to: index)
    let isLate = stack.seconds - (challenges[index].madeAt ?? 0) > Self.patience
    guard !told.state.isOpen || isLate || challenges[index].isSettled else { return }
    challenges[index].isSettled = true
    challenges[index].isMissed =
      told.state == .completed || (told.sentAt != nil && told.rules.isEmpty)
  }
}
