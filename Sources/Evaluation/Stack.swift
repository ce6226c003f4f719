import Driver
import Governor
import Roaster
import Shadow
import Simulator
import Store

/// The whole stack of a daemon on one task, in simulated time: twin, session, outbox, roast machine,
/// desk, rehearsal and store.
///
/// It is the transport that the session's runner uses, and passes every byte on to the twin: only who
/// carries the bytes knows how time passes, so whatever is due happens while the runner waits. One task
/// uses it.
final class Stack: Transport, @unchecked Sendable {
  static let person = Actor(.person, name: "operator", credential: 1)
  static let agent = Actor(.agent, name: "pilot", credential: 2)

  let twin: Twin
  private(set) var desk: Desk
  private(set) var machine = RoastMachine()
  private(set) var chronicle: TrialChronicle
  /// What the desk has answered, by tag; whoever reads one takes it away.
  private var answers: [UInt64: Result<JSON, DeskRefusal>] = [:]
  /// The last valid status, and how the roast stands since.
  private(set) var status: Status?
  private(set) var progress: RoastProgress?
  /// Hears ten times a second that time has passed.
  var onTick: ((Stack) -> Void)?
  /// Whether the trial is over.
  var isOver = false

  private let foresight: any Foresight
  private let outbox = Outbox()
  private let limit: Double
  private var random: SeededGenerator
  private var agenda: [(at: Double, input: Desk.Input)] = []
  private var diskFree = 0.0
  private var lastTag: UInt64 = 0
  private var isBusy = false
  private var waiting: [Desk.Input] = []
  private var nextTick = 0.0

  /// From keeping to being on the disk, and how long a rehearsal takes.
  private static let diskSeconds = 0.001...0.03
  private static let rehearsalSeconds = 0.008

  /// A stack over a twin, which ends after so many seconds at the latest.
  init(
    _ setup: Bullet.Setup, foresight: any Foresight, seed: UInt64, limit: Double
  ) throws(StoreFault) {
    twin = Twin(Workshop(setup), pace: .unlimited)
    desk = Desk(DeskOpening(), now: twin.now)
    chronicle = try TrialChronicle(now: twin.now.wall)
    random = SeededGenerator(seed: seed)
    self.foresight = foresight
    self.limit = limit
  }

  var seconds: Double { twin.now.monotonic - MonotonicTime(nanoseconds: 0) }

  /// Runs until the trial is over.
  func run() async {
    var runner = SessionRunner(Session(), over: self, outbox: outbox)
    await runner.run { [self] in
      report($0, $1)
    } wrote: { [self] in
      hear(.wrote($0, $1))
    }
    chronicle.finish()
  }

  /// Asks the desk; the answer is found under the tag.
  func ask(_ request: Desk.Request, from actor: Actor) -> UInt64 {
    lastTag += 1
    hear(.ask(request, from: actor, tag: lastTag))
    return lastTag
  }

  /// The desk's answer, once.
  func answer(_ tag: UInt64) -> Result<JSON, DeskRefusal>? { answers.removeValue(forKey: tag) }

  /// Says what the batch weighs.
  func weigh(_ grams: Double) { hear(.batch(grams: grams)) }

  // MARK: What happens

  /// The desk hears something; what it wants done is done in order.
  private func hear(_ input: Desk.Input) {
    waiting.append(input)
    guard !isBusy else { return }
    isBusy = true
    while !waiting.isEmpty {
      for effect in desk.step(waiting.removeFirst(), now: twin.now) { perform(effect) }
    }
    isBusy = false
  }

  private func perform(_ effect: Desk.Effect) {
    switch effect {
    case .keep(let record): chronicle.keep(record)
    case .confirm(let ticket):
      diskFree = max(diskFree, seconds + .random(in: Self.diskSeconds, using: &random))
      let isOnDisk = chronicle.flush()
      later(diskFree, .recorded(ticket: ticket, isOnDisk: isOnDisk))
    case .answer(let tag, let result): answers[tag] = result
    case .write(let write): outbox.put(write)
    case .withdraw: outbox.withdraw()
    case .expect(let step): machine.expect(step)
    case .rehearse(let tag, let question):
      later(
        seconds + Self.rehearsalSeconds,
        .rehearsed(tag: tag, foresight.rehearse(question)))
    case .tell: break
    }
  }

  private func later(_ at: Double, _ input: Desk.Input) {
    let place = agenda.firstIndex { $0.at > at } ?? agenda.count
    agenda.insert((at, input), at: place)
  }

  private func report(_ report: Session.Report, _ link: Link) {
    switch report {
    case .linkChanged:
      hear(.link(isUp: link.phase == .up, link.identification, isTwin: true))
    case .telemetry(let point):
      let news = machine.step(point)
      let progress = machine.progress
      if point.status.isValid { status = point.status }
      self.progress = progress
      chronicle.take(point, news, progress)
      hear(.telemetry(point, news, progress, unexplained: machine.unexplainedChanges))
    case .failure: break
    }
  }

  /// Lets happen what is due by now.
  private func pass() {
    let now = seconds
    while nextTick <= now {
      nextTick += 0.1
      hear(.tick)
      onTick?(self)
    }
    while let first = agenda.first, first.at <= now {
      agenda.removeFirst()
      hear(first.input)
    }
  }

  // MARK: Transport

  var now: Moment { twin.now }

  private var hasEnded: Bool { isOver || seconds >= limit }

  func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    if hasEnded { throw .ended }
    return try await twin.open(serial: serial, skipping: skipping)
  }

  func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    if hasEnded { throw .ended }
    try await twin.send(bytes, timeoutMilliseconds: timeoutMilliseconds)
  }

  func receive(_ count: Int, timeoutMilliseconds: Int) async throws(TransportFault) -> [UInt8] {
    defer { pass() }
    return try await twin.receive(count, timeoutMilliseconds: timeoutMilliseconds)
  }

  func clearStall() async throws(TransportFault) { try await twin.clearStall() }
  func close() async { await twin.close() }

  func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    let next = min(nextTick, agenda.first?.at ?? .infinity)
    let due = MonotonicTime(nanoseconds: Int64(max(next, seconds + 0.001) * 1e9))
    await twin.wait(until: orArrival ? min(deadline, due) : deadline, orArrival: orArrival)
    pass()
  }
}
