import Driver
import Governor
import Roaster
import Store

/// What the loop keeps for the desk: a machine on the transport's own clock, and who waits.
struct DeskDuty {
  var desk: Desk
  /// Hears what the chronicle hears, but not what people say of the roast, nor roasts of before.
  var machine = RoastMachine()
  var waiting: [UInt64: Waiting] = [:]
  var nextTag: UInt64 = 0
  let outbox = Outbox()

  struct Waiting {
    let reply: RequestDesk.Reply
    /// Everybody but who aborts: that is acknowledged without a disk.
    let waitsForDisk: Bool
    let isProposal: Bool
  }

  init(_ opening: DeskOpening, now: Moment) {
    desk = Desk(opening, now: now)
    view = DeskView(standing: .null, alarms: [], proposals: [])
    look()
  }

  /// How the desk stood when it last did something, or time passed.
  private(set) var view: DeskView

  /// Looks again; what to tell everybody if something else than the time has changed.
  @discardableResult
  mutating func look() -> JSON? {
    view = DeskView(
      standing: desk.standing, alarms: desk.alarms, proposals: desk.proposals,
      commissioning: desk.commissioningStanding)
    let lasting = Self.lasting.map { view.standing[$0] ?? .null }
    defer { told = lasting }
    return lasting == told ? nil : view.standing
  }

  private var told: [JSON] = []
  /// What of the standing does not change by time alone.
  private static let lasting = [
    "level", "earlier_level", "steering", "in_flight", "abort", "breakers", "audit_broken_row",
    "open",
  ]

  mutating func remember(_ waiter: Waiting) -> UInt64 {
    nextTag += 1
    waiting[nextTag] = waiter
    return nextTag
  }
}

extension Service {
  /// Lets the desk hear what the session reports.
  mutating func tellDesk(_ report: Session.Report, _ link: Link) {
    switch report {
    case .telemetry(let point):
      let news = duty.machine.step(point)
      govern(
        .telemetry(
          point, news, duty.machine.progress, unexplained: duty.machine.unexplainedChanges))
    case .linkChanged, .failure: tellDeskOfLink(link)
    }
  }

  mutating func tellDeskOfLink(_ link: Link) {
    // A reading that grows old takes the line away from nobody: an abort needs none.
    let isUp = chronicle.link.release == nil && link.phase == .up
    govern(.link(isUp: isUp, link.identification, isTwin: chronicle.origin.isSimulated))
  }

  /// What time alone brings about.
  mutating func tickDesk() {
    tellDeskOfLink(chronicle.link.link)
    govern(.batch(grams: chronicle.gramsIn))
    govern(.tick)
  }

  /// Goes through the whole audit on a thread of its own, at the start and once a day: opening the
  /// store has looked at its end only (Specs/governor.md D3).
  func checkAudit() {
    let (feed, path, log) = (feed, parts.databasePath, parts.log)
    DetachedThread.start {
      let archive = Archive(path: path)
      defer { archive.close() }
      do throws(StoreFault) {
        if let row = try archive.verifyAudit().brokenRow { feed.put(.auditBroken(row: row)) }
      } catch { log(.warning, "audit_not_verified", [("problem", error.text)]) }
    }
  }

  mutating func command(
    _ request: Desk.Request, _ actor: Actor, _ reply: @escaping RequestDesk.Reply
  ) {
    let isAbort = if case .abort = request { true } else { false }
    let isProposal = if case .propose = request { true } else { false }
    // Whoever stops the roaster wants it back from other programs first.
    if isAbort { attach() }
    let tag = duty.remember(
      DeskDuty.Waiting(reply: reply, waitsForDisk: !isAbort, isProposal: isProposal))
    govern(.ask(request, from: actor, tag: tag))
  }

  /// Gives the desk one input and does what it asks for, in order.
  mutating func govern(_ input: Desk.Input) {
    var entries: [Entry] = []
    var tickets: [UInt64] = []
    var answers: [(RequestDesk.Reply, RequestDesk.Outcome)] = []
    let effects = duty.desk.step(input, now: transport.now)
    let isTick = if case .tick = input { true } else { false }
    var tells: [(kind: Desk.TellKind, json: JSON)] = []
    if isTick || !effects.isEmpty, let news = duty.look() { tells.append((.autonomy, news)) }
    for effect in effects {
      switch effect {
      case .keep(let record): entries.append(.desk(record))
      case .confirm(let ticket): tickets.append(ticket)
      case .answer(let tag, let result):
        guard let waiter = duty.waiting.removeValue(forKey: tag) else { break }
        guard waiter.waitsForDisk else {
          waiter.reply(Self.done(result))
          break
        }
        answers.append((waiter.reply, Self.done(result)))
        // The same wish sent again keeps nothing, and what it told of then may not be written yet.
        if waiter.isProposal, entries.isEmpty { entries.append(.nextBatch(chronicle.batch)) }
      case .write(let write): duty.outbox.put(write)
      case .withdraw: duty.outbox.withdraw()
      case .expect(let step): expect(step)
      case .rehearse(let tag, let question): rehearse(tag, question)
      case .tell(let kind, let json):
        tell(kind, json)
        if kind == .proposal { tells.append((kind, json)) }
      }
    }
    finish(entries, tickets, answers, tells)
  }

  /// Answers and news go out when what they tell of is on the disk, and so does the leave to send
  /// bytes. News of a store that fails goes out late: nobody is helped by hiding it.
  private func finish(
    _ entries: [Entry], _ tickets: [UInt64],
    _ answers: [(RequestDesk.Reply, RequestDesk.Outcome)],
    _ tells: [(kind: Desk.TellKind, json: JSON)]
  ) {
    guard !entries.isEmpty || !tickets.isEmpty || !answers.isEmpty || !tells.isEmpty else {
      return
    }
    let (feed, stream) = (feed, parts.stream)
    parts.journal.append(entries) { written in
      let isOnDisk = (try? written.get()) != nil
      for ticket in tickets { feed.put(.recorded(ticket: ticket, isOnDisk: isOnDisk)) }
      for (kind, json) in tells { stream.publish(kind.rawValue, json.text) }
      for (reply, outcome) in answers {
        if case .failure(let fault) = written {
          reply(.failure(APIError(fault, kept: true)))
        } else {
          reply(outcome)
        }
      }
    }
  }

  private static func done(_ result: Result<JSON, DeskRefusal>) -> RequestDesk.Outcome {
    switch result {
    case .success(let json): .success(RequestDesk.Done(command: json))
    case .failure(let refusal): .failure(APIError(refusal))
    }
  }

  /// Both machines are told of a step before they hear its effect, each on its own clock.
  private mutating func expect(_ step: ExpectedStep) {
    duty.machine.expect(step)
    chronicle.expect(step)
  }

  private func rehearse(_ tag: UInt64, _ question: Rehearsal) {
    let feed = feed
    parts.rehearsals.rehearse(question) { feed.put(.rehearsed(tag: tag, $0)) }
  }

  private func tell(_ kind: Desk.TellKind, _ json: JSON) {
    guard kind != .proposal else { return }
    // How the desk stands is told whenever it changes, and what it does when that is on the disk.
    if kind != .autonomy { parts.stream.publish(kind.rawValue, json.text) }
    parts.log(
      kind == .autonomy ? .notice : kind == .alarm ? .warning : .error, kind.rawValue,
      [("what", json["text"]?.stringValue ?? json.text)])
    parts.hook?.announce(.object([("event", .string(kind.rawValue)), (kind.rawValue, json)]))
  }
}

extension DeskOpening {
  /// What the store says that an earlier life of the daemon left.
  public init(_ left: Opening.Desk) {
    self.init(
      nextProposal: left.nextProposal, nextAudit: left.nextAudit,
      open: left.open.map { open in
        OpenProposal(
          id: open.id, state: open.state, meant: open.bytes.map(\.detail),
          sent: open.bytes.filter { $0.fate == .sent }.map(\.detail))
      }, state: left.state, commandsToday: left.commandsToday, brokenRow: left.audit.brokenRow)
  }
}
