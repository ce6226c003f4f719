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
  }

  init(_ opening: DeskOpening, now: Moment) {
    desk = Desk(opening, now: now)
    view = DeskView(standing: .null, alarms: [], proposals: [])
    look()
  }

  /// How the desk stood when it last did something, or time passed.
  private(set) var view: DeskView

  mutating func look() {
    view = DeskView(
      standing: desk.standing, alarms: desk.alarms, proposals: desk.proposals,
      commissioning: desk.commissioningStanding)
  }

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

  /// Whether bytes can be carried grows old with the readings, so ticks tell it too.
  mutating func tellDeskOfLink(_ link: Link) {
    let isUp = chronicle.link.release == nil && link.state(at: transport.now.monotonic) == .up
    govern(.link(isUp: isUp, link.identification, isTwin: chronicle.origin.isSimulated))
  }

  /// What time alone brings about.
  mutating func tickDesk() {
    tellDeskOfLink(chronicle.link.link)
    govern(.batch(grams: chronicle.gramsIn))
    govern(.tick)
  }

  mutating func command(
    _ request: Desk.Request, _ actor: Actor, _ reply: @escaping RequestDesk.Reply
  ) {
    let isAbort = if case .abort = request { true } else { false }
    let tag = duty.remember(DeskDuty.Waiting(reply: reply, waitsForDisk: !isAbort))
    govern(.ask(request, from: actor, tag: tag))
  }

  /// Gives the desk one input and does what it asks for, in order.
  mutating func govern(_ input: Desk.Input) {
    var entries: [Entry] = []
    var answers: [(RequestDesk.Reply, RequestDesk.Outcome)] = []
    let effects = duty.desk.step(input, now: transport.now)
    if case .tick = input { duty.look() } else if !effects.isEmpty { duty.look() }
    for effect in effects {
      switch effect {
      case .keep(let record): entries.append(.desk(record))
      case .confirm(let ticket):
        let feed = feed
        parts.journal.append(entries) { result in
          feed.put(.recorded(ticket: ticket, isOnDisk: (try? result.get()) != nil))
        }
        entries = []
      case .answer(let tag, let result):
        guard let waiter = duty.waiting.removeValue(forKey: tag) else { break }
        if waiter.waitsForDisk {
          answers.append((waiter.reply, Self.done(result)))
        } else {
          waiter.reply(Self.done(result))
        }
      case .write(let write): duty.outbox.put(write)
      case .withdraw: duty.outbox.withdraw()
      case .expect(let step): expect(step)
      case .rehearse(let tag, let question): rehearse(tag, question)
      case .tell(let kind, let json): tell(kind, json)
      }
    }
    finish(entries, answers)
  }

  /// Answers go out when what they tell of is on the disk.
  private func finish(
    _ entries: [Entry], _ answers: [(RequestDesk.Reply, RequestDesk.Outcome)]
  ) {
    guard !entries.isEmpty || !answers.isEmpty else { return }
    parts.journal.append(entries) { written in
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
    let (foresight, feed) = (parts.foresight, feed)
    Task { feed.put(.rehearsed(tag: tag, foresight.rehearse(question))) }
  }

  private func tell(_ kind: Desk.TellKind, _ json: JSON) {
    parts.stream.publish(kind.rawValue, json.text)
    guard kind != .proposal else { return }
    parts.log(
      kind == .autonomy ? .notice : .error, kind.rawValue,
      [("what", json["text"]?.stringValue ?? json.text)])
    parts.hook?.announce(.object([("event", .string(kind.rawValue))] + (json.members ?? [])))
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
