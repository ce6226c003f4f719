import Governor
import Roaster

extension Desk {
  /// Begins the next command that is due, if none is in flight. The older proposal comes first.
  mutating func startDue() {
    guard executor == nil, run?.phase != .stepping, let sight, isFresh(sight) else { return }
    for matter in matters where matter.state == .approved || matter.state == .executing {
      guard executor == nil, let step = matter.step,
        matter.isDue(sight, began: roastBegan), !isRehearsing(matter.proposal.id),
        !mustWait(matter, step.command)
      else { continue }
      let wasRehearsed = matter.next == 0 && !matter.isSequence
      if matter.isUnasked, step.command.setting != nil, !wasRehearsed {
        rehearse(.step(matter.proposal.id), step.command)
      } else {
        begin(matter.proposal.id)
      }
    }
  }

  /// A step of a sequence is put off while it comes too soon after another.
  private func mustWait(_ matter: Matter, _ command: Command) -> Bool {
    guard matter.isSequence else { return false }
    let verdict = review(command, of: matter)
    return !verdict.isAllowed && verdict.isAllowed(but: [.busy, .minimumInterval])
  }

  private func isFresh(_ sight: Sight) -> Bool { time - sight.at <= policy.envelope.freshSeconds }

  private var roastBegan: MonotonicTime? {
    progress.flatMap { $0.isRoasting ? $0.began : nil }
  }

  /// Begins the command that is next, unless the model that was asked speaks against it.
  mutating func begin(_ id: Int64, _ forecast: Forecast? = nil) {
    guard executor == nil, run?.phase != .stepping, let sight, let matter = matter(id),
      matter.state == .approved || matter.state == .executing, let command = matter.step?.command
    else { return }
    if matter.state == .approved {
      move(id, to: .executing, by: matter.proposal.actor, [("command", command.json)])
    }
    executor = Executor(command, of: id, seeing: sight, patience: patience, now: time)
    let findings =
      forecast.map { policy.foresee($0, command, circumstances(for: matter.proposal.actor)) } ?? []
    if findings.isEmpty { drive(sight) } else { refuse(Verdict(findings)) }
  }

  /// Lets the command in flight take a look, and does what it asks for.
  mutating func drive(_ sight: Sight) {
    guard let before = executor else { return }
    obey(sight)
    guard let after = executor?.readback ?? lastReadback(of: before.proposal) else { return }
    if executor != nil, after.answers > before.readback.answers {
      keep(
        .readback, by: .watch, of: before.proposal, [("readback", after.json)],
        isLate: !isLedgerWhole)
    }
  }

  private func lastReadback(of id: Int64) -> Readback? {
    (matters + closed).last { $0.proposal.id == id }?.readbacks.last
  }

  private mutating func obey(_ sight: Sight) {
    switch executor?.look(sight) {
    case .wait, nil: break
    case .withdraw: effects.append(.withdraw)
    case .end(let outcome): finish(outcome)
    case .send(let actuation): mean(actuation)
    }
  }

  /// Judges the command anew and writes down the bytes that its next step needs (X1).
  private mutating func mean(_ actuation: Actuation) {
    guard let executor, let matter = matter(executor.proposal) else { return }
    let verdict = review(executor.command, of: matter)
    guard verdict.isAllowed else { return refuse(verdict) }
    let ticket = takeTicket()
    keep(
      .bytesMeant, by: matter.proposal.actor, of: executor.proposal,
      [
        ("ticket", .integer(Int64(ticket))), ("bytes", .string(hex(actuation.bytes ?? []))),
        ("command", executor.command.json), ("shown", executor.readback.to),
      ])
    effects.append(.confirm(ticket: ticket))
    self.executor?.meant(actuation, ticket: Int64(ticket))
  }

  /// Takes bytes back that have not left, when a rule has come to speak against them.
  mutating func holdBack() {
    guard let executor, executor.isSending, let matter = matter(executor.proposal),
      !review(executor.command, of: matter).isAllowed
    else { return }
    effects.append(.withdraw)
  }

  /// Ends the command in flight where it is, because its leave is over.
  mutating func breakOff() {
    guard let executor, let matter = matter(executor.proposal) else { return }
    let verdict = review(executor.command, of: matter)
    change(executor.proposal) { $0.verdict = verdict }
    finish(executor.hasSent ? .aborted : .refused, verdict: verdict)
  }

  private func review(_ command: Command, of matter: Matter) -> Verdict {
    var all = circumstances(for: matter.proposal.actor, of: matter.proposal.id)
    if all.busyWith == matter.proposal.id { all.busyWith = nil }
    return policy.review(
      command, by: matter.proposal.actor, approver: matter.approval?.approver,
      words: matter.approval?.words ?? [], all)
  }

  // MARK: What the store and the session answer

  /// What was kept is on the disk, or cannot be brought there.
  mutating func recorded(_ ticket: UInt64, _ isOnDisk: Bool) {
    if let actuation = executor?.recorded(Int64(ticket)) {
      return release(actuation, Int64(ticket), isOnDisk: isOnDisk)
    }
    guard let id = matters.first(where: { $0.veto?.ticket == ticket })?.proposal.id,
      let matter = matter(id), matter.state == .awaitingVeto, let asked = matter.veto?.asked
    else { return }
    if isOnDisk, time - asked <= Self.windowDelay {
      change(id) { $0.veto?.isOnDisk = true }
    } else {
      waitForPerson(id, "its window could not be opened in time")
    }
  }

  /// A window that opens later than this would be too short.
  private static let windowDelay = 1.0

  /// Spends a permit on bytes that the audit has (X1); without the audit, none (P5).
  private mutating func release(_ actuation: Actuation, _ ticket: Int64, isOnDisk: Bool) {
    guard let executor, let matter = matter(executor.proposal), let sight,
      let approval = matter.approval
    else { return }
    var all = circumstances(for: matter.proposal.actor, of: matter.proposal.id)
    all.isLedgerWhole = isLedgerWhole && isOnDisk
    guard all.isLedgerWhole else {
      notSent(ticket, executor.proposal, "not_recorded")
      return refuse(
        policy.review(
          executor.command, by: matter.proposal.actor, approver: approval.approver,
          words: approval.words, all))
    }
    guard executor.stillWants(actuation, sight) else {
      notSent(ticket, executor.proposal, "not_wanted")
      self.executor?.dropped()
      return
    }
    switch policy.mint(
      actuation, for: matter.proposal, step: executor.command, approval, audit: ticket, all)
    {
    case .permit(let permit):
      effects.append(.write(permit.spend()))
      self.executor?.released(actuation, ticket: ticket)
    case .refused(let verdict):
      notSent(ticket, executor.proposal, "refused")
      refuse(verdict)
    }
  }

  private mutating func notSent(_ ticket: Int64, _ proposal: Int64, _ why: String) {
    keep(
      .bytesNotSent, by: .watch, of: proposal,
      [("ticket", .integer(ticket)), ("why", .string(why))])
  }

  /// Bytes have left, or not.
  mutating func wrote(_ write: Write, _ result: WriteResult) {
    var detail: [(String, JSON)] = [("bytes", .string(hex(write.bytes)))]
    var proposal: Int64?
    switch write.purpose {
    case .abort:
      run?.wrote(result)
      detail.append(("abort", .bool(true)))
    case .proposal(let id, let ticket):
      proposal = id
      detail.append(("ticket", .integer(ticket)))
      let time = time
      if executor?.proposal == id {
        executor?.wrote(ticket: ticket, result, now: time)
      } else {
        leftAfterAll(id, ticket, result)
      }
    }
    if result != .sent { detail.append(("why", .string(result.code))) }
    keep(result.action, by: .watch, of: proposal, detail, isLate: !isLedgerWhole)
    guard result.mayHaveArrived else { return }
    if write.actuation == .heaterUp { lastHeaterUp = time }
    if let step = write.actuation.expected(until: windowEnd) { effects.append(.expect(step)) }
  }

  /// Counts bytes that had left by the time that their command was ended.
  private mutating func leftAfterAll(_ id: Int64, _ ticket: Int64, _ result: WriteResult) {
    guard var ended = heldBack, ended.proposal == id, result.mayHaveArrived else { return }
    let wasCounted = ended.hasSent
    ended.wrote(ticket: ticket, result, now: time)
    guard ended.readback.sent > (heldBack?.readback.sent ?? 0) else { return }
    heldBack = nil
    if !wasCounted { count(ended.command.kind) }
    breakers.note(sent: 1, lost: 0, doubled: 0, at: time)
    keep(
      .readback, by: .watch, of: id, [("readback", ended.readback.json)], isLate: !isLedgerWhole)
    guard let place = closed.lastIndex(where: { $0.proposal.id == id }),
      let last = closed[place].readbacks.indices.last
    else { return }
    closed[place].readbacks[last] = ended.readback
    tell(closed[place])
  }

  private var windowEnd: MonotonicTime {
    time.advanced(milliseconds: patience.windowMilliseconds)
  }

  // MARK: The end of a command

  /// A rule speaks against the command in flight: it goes no further.
  private mutating func refuse(_ verdict: Verdict) {
    guard let executor else { return }
    change(executor.proposal) { $0.verdict = verdict }
    finish(executor.hasSent ? .partly : .refused, verdict: verdict)
  }

  /// Ends the command in flight, and with it its proposal unless more is to be done.
  mutating func finish(_ outcome: Outcome, by actor: Actor = .watch, verdict: Verdict? = nil) {
    guard let executor, let matter = matter(executor.proposal) else { return }
    let id = executor.proposal
    if executor.isSending {
      effects.append(.withdraw)
      heldBack = executor
    }
    self.executor = nil
    note(outcome, of: executor)
    let hasDone = matter.readbacks.contains { $0.sent > 0 }
    let whole: Outcome =
      hasDone && (outcome == .refused || outcome == .lost) ? .partly : outcome
    let detail: [(String, JSON)] = [
      ("command", executor.command.json), ("outcome", .string(outcome.rawValue)),
      ("readback", executor.readback.json), ("verdict", verdict?.json ?? .null),
    ]
    keep(.outcome, by: actor, of: id, detail, isLate: !isLedgerWhole)
    let time = time
    change(id) {
      $0.readbacks.append(executor.readback)
      $0.outcome = whole
      if outcome == .confirmed { $0.next += 1 }
      $0.stepDone = time
    }
    if outcome == .confirmed, let next = self.matter(id), next.step != nil {
      tell(next)
    } else {
      move(
        id, to: whole.state, by: actor,
        [
          ("outcome", .string(whole.rawValue)), ("readback", executor.readback.json),
          ("verdict", verdict?.json ?? .null), ("reason", JSON(matter.end)),
        ])
    }
  }

  private mutating func count(_ kind: Command.Kind) {
    let time = time
    record.lastCommand[kind] = time
    record.inBatch += 1
    commandsToday.removeAll { time - $0 >= 86_400 }
    commandsToday.append(time)
  }

  /// Counts a command that has ended, for the limits and for the breakers.
  private mutating func note(_ outcome: Outcome, of executor: Executor) {
    guard executor.hasSent else { return }
    let kind = executor.command.kind
    let time = time
    count(kind)
    let readback = executor.readback
    let before = breakers.json
    breakers.note(
      sent: readback.sent, lost: readback.lost, doubled: readback.doubled, at: time)
    if let isFailure = outcome.isFailure {
      let seconds = policy.envelope.failureSeconds
      record.outcomes.removeAll { time - $0.at >= seconds }
      record.outcomes.append((time, kind, isFailure))
      breakers.note(kind, isFailure: isFailure, at: time)
    }
    if breakers.json != before { keepState() }
  }
}

extension Actuation {
  /// What it does to a level, as the roast machine expects it; a press moves none by itself.
  fileprivate func expected(until: MonotonicTime) -> ExpectedStep? {
    switch self {
    case .prs: nil
    case .heaterUp: ExpectedStep(.heater, .up, until: until)
    case .heaterDown: ExpectedStep(.heater, .down, until: until)
    case .fanUp: ExpectedStep(.fan, .up, until: until)
    case .fanDown: ExpectedStep(.fan, .down, until: until)
    case .drum(let level): ExpectedStep(.drum, .to(level.number), until: until)
    }
  }
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
