import Governor
import Roaster

extension Desk {
  /// Makes a proposal of a draft, has it rehearsed where that can say something, and sends it where
  /// its level and its verdict send it.
  mutating func propose(_ draft: Draft, _ actor: Actor, _ tag: UInt64) {
    if let refusal = objection(to: draft, of: actor) { return answer(tag, .failure(refusal)) }
    if let key = draft.key, let known = matter(of: actor, key: key) {
      return answerAgain(known, draft, key, tag)
    }
    let isFull =
      matters.count >= Self.openLimit
      || matters.count { $0.proposal.actor == actor } >= Self.openLimitOfActor
    guard !isFull, proposalCount.admits(actor, now: time) else {
      return answer(tag, .failure(.tooMany))
    }
    if actor.kind == .agent, level.isUnattended { steering.insert(actor) }
    var matter = self.matter(of: draft, actor, id: nextProposal)
    matter.tags = [tag]
    nextProposal += 1
    matters.append(matter)
    if mayRehearse(matter) {
      rehearse(.made(matter.proposal.id), draft.steps[0].command)
    } else {
      send(matter.proposal.id)
    }
  }

  /// Judges a draft and has it rehearsed, and does nothing else.
  mutating func dryRun(_ draft: Draft, _ actor: Actor, _ tag: UInt64) {
    if let refusal = objection(to: draft, of: actor) { return answer(tag, .failure(refusal)) }
    guard dryCount.admits(actor, now: time) else { return answer(tag, .failure(.tooMany)) }
    let matter = matter(of: draft, actor, id: 0)
    guard mayRehearse(matter), rehearsals.count < Self.openLimit else {
      return answer(tag, .success(dryAnswer(matter)))
    }
    rehearse(.dry(matter, tag: tag), draft.steps[0].command)
  }

  /// What a dry run is answered.
  func dryAnswer(_ matter: Matter) -> JSON {
    let (verdict, route) = judged(matter)
    return .object([
      ("verdict", verdict.json), ("status", .string(route.rawValue)),
      ("forecast", matter.forecast?.json ?? .null),
    ])
  }

  /// What is wrong with a draft before any rule is asked.
  private func objection(to draft: Draft, of actor: Actor) -> DeskRefusal? {
    if actor.kind == .system { return .notForYou("the system proposes nothing") }
    guard (1...Self.stepLimit).contains(draft.steps.count) else {
      return .invalid("a proposal has 1 to \(Self.stepLimit) steps")
    }
    guard draft.reason.contains(where: { !$0.isWhitespace }) else {
      return .invalid("a proposal needs a reason")
    }
    guard draft.expiresAfter.map({ $0 > 0 && $0.isFinite }) ?? true else {
      return .invalid("what it expires after is a number of seconds over 0")
    }
    guard draft.steps.allSatisfy(\.when.isSensible) else {
      return .invalid("a condition is out of the range of what it waits for")
    }
    for (index, step) in draft.steps.enumerated() {
      guard case .press(let press) = step.command, press.word != nil else { continue }
      guard index == 0, step.when == .atOnce else {
        return .invalid(
          "\(step.command.text) needs a person's word of that moment: it comes first, and at once")
      }
    }
    return nil
  }

  static let stepLimit = 50

  func matter(of draft: Draft, _ actor: Actor, id: Int64) -> Matter {
    let seconds = min(draft.expiresAfter ?? Self.proposalSeconds, Self.proposalSeconds)
    let expires = time.advanced(seconds: seconds)
    let batch = progress?.batch ?? 0
    return Matter(
      proposal: Proposal(
        id: id, steps: draft.steps, actor: actor, reason: draft.reason, batch: batch, made: now,
        expires: expires, key: draft.key),
      draft: draft, level: level, words: actor.kind == .person ? draft.words : [], batch: batch,
      verdict: Verdict(),
      waitsUntil: draft.expiresAfter == nil ? time.advanced(seconds: Self.personSeconds) : expires)
  }

  // MARK: Keys

  private func matter(of actor: Actor, key: String) -> Matter? {
    (matters + closed).last { $0.proposal.actor == actor && $0.proposal.key == key }
  }

  /// The same wish sent twice is one (L5).
  private mutating func answerAgain(
    _ known: Matter, _ draft: Draft, _ key: String, _ tag: UInt64
  ) {
    guard known.draft == draft else { return answer(tag, .failure(.keyReused(key))) }
    if known.isKept {
      answer(tag, reply(known))
    } else {
      change(known.proposal.id) { $0.tags.append(tag) }
    }
  }

  /// What its actor hears of it.
  private func reply(_ matter: Matter) -> Result<JSON, DeskRefusal> {
    let json = matter.json(now: time)
    return matter.state == .rejected
      ? .failure(.verdict(matter.verdict, proposal: json)) : .success(json)
  }

  // MARK: Sending it on its way

  /// A model can say something of a control while beans are in, and must where nobody is asked.
  private func mayRehearse(_ matter: Matter) -> Bool {
    guard matter.draft.steps[0].command.setting != nil else { return false }
    let (_, route) = judged(matter)
    switch route {
    case .rejected: return false
    case .recommended, .pendingApproval: return charged != nil
    case .awaitingVeto, .approved: return true
    }
  }

  /// The verdict on it as of now, with what was rehearsed, and where that sends it.
  private func judged(_ matter: Matter) -> (Verdict, Route) {
    let all = circumstances(for: matter.proposal.actor)
    var verdict = policy.review(matter.proposal, approver: nil, words: matter.words, all)
    let isUnasked = matter.proposal.actor.kind == .agent && level.isUnattended
    if isUnasked, let finding = precedence(over: matter) { verdict = verdict.adding([finding]) }
    if let forecast = matter.forecast, isUnasked {
      verdict = verdict.adding(policy.foresee(forecast, matter.draft.steps[0].command, all))
    }
    return (verdict, policy.route(matter.proposal, verdict, all))
  }

  /// Gives a new proposal its verdict and sends it on its way.
  mutating func send(_ id: Int64) {
    guard var matter = matter(id) else { return }
    let (verdict, route) = judged(matter)
    matter.verdict = verdict
    change(id) { $0 = matter }
    keepMade(id)
    switch route {
    case .approved: letRun(id, by: .level)
    case .awaitingVeto: openWindow(id)
    case .rejected:
      decided(id, "rejected", .watch, verdict: verdict)
      move(id, to: .rejected, by: .watch, [("verdict", verdict.json)])
    case .recommended, .pendingApproval:
      move(id, to: route.state, by: matter.proposal.actor, [("verdict", verdict.json)])
    }
    if let sent = self.matter(id) { tellActor(sent) }
  }

  /// Answers whoever waits to hear where a new proposal went.
  mutating func tellActor(_ matter: Matter) {
    for tag in matter.tags { answer(tag, reply(matter)) }
    change(matter.proposal.id) { $0.tags = [] }
  }

  /// Writes the window's end down, and opens it (A6).
  private mutating func openWindow(_ id: Int64) {
    let until = time.advanced(seconds: Self.vetoSeconds)
    let ticket = takeTicket()
    let window = Matter.Window(until: until, ticket: ticket, asked: time)
    change(id) { $0.veto = window }
    guard let matter = matter(id) else { return }
    let wall = WallTime(
      milliseconds: now.wall.milliseconds + Int64((Self.vetoSeconds * 1000).rounded()))
    move(
      id, to: .awaitingVeto, by: matter.proposal.actor,
      [("verdict", matter.verdict.json), ("veto_until", .string(wall.text))])
    effects.append(.confirm(ticket: ticket))
  }
}

extension Proposal.Condition {
  /// Whether what it waits for can come about.
  fileprivate var isSensible: Bool {
    switch self {
    case .atOnce: true
    case .after(let seconds), .roast(let seconds): (0...3600).contains(seconds)
    case .bean(let celsius), .infrared(let celsius): (0...400).contains(celsius.degrees)
    }
  }
}

extension MonotonicTime {
  func advanced(seconds: Double) -> MonotonicTime {
    advanced(milliseconds: Int64((seconds * 1000).rounded()))
  }
}
