import Governor
import Roaster

extension Desk {
  /// What a person at the machine says in its commissioning.
  public enum CommissioningWord: String, CaseIterable, Sendable { case begin, go, yes, no, stop }

  /// Whether commands may go to what is on the line (P4).
  var isCommissioned: Bool { isTwin || commissioned != nil }

  /// What is known of it, if it has passed.
  private var commissioned: CommissionedUnit? {
    units.first { $0.isOf(identification, isTwin: isTwin) }
  }

  /// How long an effect is waited for (M6, M7).
  var patience: Patience {
    if commissioning?.isUnderWay == true { return .trying }
    return commissioned.map { Patience(longestMilliseconds: $0.milliseconds) } ?? Patience()
  }

  /// How the commissioning stands, what to do, and what it has shown.
  public var commissioningStanding: JSON {
    let none: [(key: String, value: JSON)] = [
      ("phase", .string("none")), ("step", .null), ("number", .null),
      ("of", JSON(Commissioning.Step.allCases.count)),
      ("text", .string(isCommissioned ? "Nothing is needed." : Self.beginText)),
      ("seconds_left", .null), ("roasting_seconds_left", .null), ("why", .null),
      ("longest_delay_ms", .null), ("results", .array([])),
    ]
    return .object(
      [
        ("needed", .bool(!isCommissioned)), ("simulated", .bool(isTwin)),
        ("passed", commissioned?.json ?? .null),
        (
          "machine",
          identification.map { known in
            .object([
              ("serial", .integer(Int64(known.serial))),
              ("firmware", .integer(Int64(known.firmware))),
              ("roasts", .integer(Int64(known.roasts))),
            ])
          } ?? .null
        ),
        ("reading", sight.map(\.status.json) ?? .null),
      ] + (commissioning?.json(now: time) ?? none))
  }

  private static let beginText =
    "Preheat the roaster at its panel with no beans, to 200 C or less, and begin when it asks for "
    + "beans."

  // MARK: A person's words

  mutating func commission(
    _ word: CommissioningWord, _ actor: Actor
  ) -> Result<JSON, DeskRefusal> {
    guard actor.kind == .person else {
      return .failure(.notForYou("only a person beside the machine commissions it"))
    }
    if let refusal = word == .begin ? begin(by: actor) : say(word, actor) {
      return .failure(refusal)
    }
    return .success(commissioningStanding)
  }

  /// Begins anew: what was passed before counts no more (M2).
  private mutating func begin(by actor: Actor) -> DeskRefusal? {
    if commissioning?.isUnderWay == true { return .notNow("it is under way") }
    if isLinkUp, let sight, sight.state != .ready { return .notNow(Self.beginText) }
    let verdict = policy.review(
      .press(.beginRoast), by: actor, approver: .person(actor), words: [.beansAreIn],
      excused(actor))
    guard verdict.isAllowed, let identification else {
      return .verdict(verdict, proposal: nil)
    }
    commissioning = Commissioning(identification, now: time)
    units.removeAll { $0.isOf(identification, isTwin: isTwin) }
    keepState()
    keep(.commissioned, by: actor, [("machine", machine), ("begun", .bool(true))])
    return nil
  }

  private mutating func say(_ word: CommissioningWord, _ actor: Actor) -> DeskRefusal? {
    guard let now = commissioning, now.isUnderWay else { return .notNow("it is not under way") }
    switch (word, now.phase) {
    case (.go, .go): return go(now.step, actor)
    case (.yes, .confirm): confirm(actor)
    case (.no, .confirm): endCommissioning("a person said no", by: actor)
    case (.stop, _): endCommissioning("a person stopped it", by: actor)
    default: return .notNow("it waits for something else: \(now.phase.rawValue)")
    }
    return nil
  }

  /// Runs a step through the ordinary path, if the rules let it (M4).
  private mutating func go(_ step: Commissioning.Step, _ actor: Actor) -> DeskRefusal? {
    guard let sight, let steps = step.plan(sight.status) else {
      return .notNow("the level that the roaster shows leaves no room for a step and back")
    }
    let (matter, verdict) = judged(steps, step, actor)
    guard verdict.isAllowed else { return .verdict(verdict, proposal: nil) }
    let id = matter.proposal.id
    nextProposal += 1
    matters.append(matter)
    move(id, to: .pendingApproval, by: actor, [("verdict", verdict.json)])
    let time = time
    commissioning?.go(id, time)
    _ = approve(id, from: [.pendingApproval], actor, step.words, nil)
    return nil
  }

  /// The proposal that a step would be, and what stands against it but P4.
  private func judged(
    _ steps: [Proposal.Step], _ step: Commissioning.Step, _ actor: Actor
  ) -> (Matter, Verdict) {
    let draft = Draft(steps: steps, reason: step.reason, words: step.words)
    let matter = matter(of: draft, actor, id: nextProposal)
    let verdict = policy.review(
      matter.proposal, approver: .person(actor), words: step.words, excused(actor))
    return (matter, verdict)
  }

  private func excused(_ actor: Actor) -> Circumstances {
    var all = circumstances(for: actor)
    all.isCommissioned = true
    return all
  }

  private mutating func confirm(_ actor: Actor) {
    let time = time
    guard let result = commissioning?.confirmed(time) else { return }
    keepResult(result, by: actor)
    guard let commissioning, commissioning.phase == .passed else { return }
    let unit = CommissionedUnit(
      serial: commissioning.identification.serial, firmware: commissioning.identification.firmware,
      isTwin: isTwin, milliseconds: commissioning.longestMilliseconds, at: now.wall.text)
    units.append(unit)
    keepState()
    keep(.commissioned, by: actor, [("machine", machine), ("passed", unit.json)])
  }

  private mutating func keepResult(_ result: JSON, by actor: Actor) {
    keep(
      .commissioned, by: actor, [("machine", machine), ("result", result)],
      isLate: !isLedgerWhole)
  }

  private var machine: JSON {
    .object([
      ("serial", JSON(commissioning.map { Int($0.identification.serial) })),
      ("firmware", JSON(commissioning.map { Int($0.identification.firmware) })),
      ("twin", .bool(isTwin)),
    ])
  }

  // MARK: Its course

  /// Ends it as not passed, with what is in flight for it (M5).
  mutating func endCommissioning(_ why: String, by actor: Actor = .watch) {
    guard let before = commissioning, before.isUnderWay else { return }
    if let proposal = before.proposal, let matter = matter(proposal) {
      commissioning?.note(matter.readbacks)
      stop(proposal, by: actor, why)
    }
    let time = time
    guard let result = commissioning?.fail(why, now: time) else { return }
    keepResult(result, by: actor)
  }

  /// What comes of time, of what the roaster shows, and of the step in flight.
  mutating func followCommissioning() {
    guard let before = commissioning, before.isUnderWay else { return }
    guard isLinkUp, identification == before.identification else {
      return endCommissioning("the connection was lost")
    }
    if latch != nil || !trips.isEmpty { return endCommissioning("an abort or a trip is latched") }
    let time = time
    if let sight {
      commissioning?.see(sight.state, now: time)
      if let why = commissioning?.obstacle(sight.state, now: time) { return endCommissioning(why) }
    }
    var why: String?
    if before.hasRead(time) {
      why = commissioning?.judgeReadings(time)
    } else if before.phase == .running, let id = before.proposal,
      let matter = (matters + closed).last(where: { $0.proposal.id == id })
    {
      commissioning?.note(matter.readbacks)
      let readback = executor?.proposal == id ? executor?.readback : matter.readbacks.last
      why = readback.flatMap(before.fault)
      if why == nil, !matter.state.isOpen {
        why = commissioning?.judgeRun(matter.outcome, now: time)
      }
    }
    if let why { endCommissioning(why) }
  }
}
