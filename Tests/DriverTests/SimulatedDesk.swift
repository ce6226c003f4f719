import Driver
import Governor
import Roaster
import Simulator

/// The whole stack on one task, in simulated time: twin, session, outbox, roast machine and desk, and a
/// journal that acknowledges after a delay drawn from the seed.
///
/// It is the transport that the session's runner uses, because only who carries the bytes knows how
/// time passes; whatever is due happens while the runner waits. One task uses it.
final class SimulatedDesk: Transport, @unchecked Sendable {
  /// What is simulated.
  struct Setup {
    var seed: UInt64 = 1
    var bullet = Bullet.Setup()
    var opening = DeskOpening()
    var isCommissioned = true
    /// From keeping to being on the disk.
    var diskSeconds: ClosedRange<Double> = 0.001...0.03
    /// What the model says of everything.
    var forecast = Forecast(bean: [180], infrared: [200], steepestRise: 10, misfit: 1)
    /// Nothing is done any more once so many records were kept.
    var crashesAfter: Int?
  }

  /// A write that came back from the runner, and what was so when it was tried.
  struct Sent {
    let write: Write
    let result: WriteResult
    let at: Double
    let level: Autonomy
    let isLatched: Bool
    /// Seconds since the last valid status, and that status.
    let age: Double
    let shown: Status?
    /// Whether its audit was confirmed.
    let isRecorded: Bool
  }

  static let person = Actor(.person, name: "alice", credential: 1)
  static let agent = Actor(.agent, name: "pilot", credential: 2)

  let setup: Setup
  let twin: Twin
  var desk: Desk
  private(set) var machine = RoastMachine()
  /// What the store was given, in order.
  private(set) var kept: [DeskRecord] = []
  private(set) var answers: [UInt64: Result<JSON, DeskRefusal>] = [:]
  private(set) var told: [(kind: Desk.TellKind, json: JSON)] = []
  private(set) var sent: [Sent] = []
  /// Every request but the four queries that reached the twin.
  private(set) var received: [[UInt8]] = []
  /// How long each of them was given.
  private(set) var timeouts: [Int] = []
  /// Called when such a request has reached the twin, before its runner says so.
  var onReceived: ((SimulatedDesk) -> Void)?
  /// How such requests fail on the line.
  var sendFault: TransportFault?
  /// The roaster answers each poll, with something that is no status (Specs/wire.md W8).
  var isBabbling = false
  /// What the model says from now on, if it says anything.
  var forecast: Forecast?
  var isModelSilent = false
  /// What it was asked.
  private(set) var questions: [Rehearsal] = []
  /// When hands turned knobs.
  var handled: [Double] = []
  /// Hears of each record as it is kept.
  var onKeep: ((DeskRecord, SimulatedDesk) -> Void)?
  /// Called while bytes lie in the outbox.
  var onWrite: ((SimulatedDesk) -> Void)?
  /// News of the roast.
  private(set) var events: [RoastEvent] = []
  var isDiskWhole = true {
    didSet { hear(.ledger(isWhole: isDiskWhole)) }
  }

  private let outbox = Outbox()
  private var random: SeededGenerator
  private var agenda: [(at: Double, act: (SimulatedDesk) -> Void)] = []
  private var diskFree = 0.0
  private var lastTag: UInt64 = 0
  private var asked: Query?
  private var last: (at: Double, status: Status)?
  private var recorded: Set<UInt64> = []
  private var isBusy = false
  private var waiting: [Desk.Input] = []
  private var end = 0.0
  private var nextTick = 0.0
  private(set) var isDead = false

  init(_ setup: Setup, continuing other: SimulatedDesk? = nil) {
    self.setup = setup
    random = SeededGenerator(seed: setup.seed ^ 0xDE5C)
    twin = other?.twin ?? Twin(Workshop(setup.bullet), pace: .unlimited)
    desk = Desk(setup.opening, now: twin.now)
    nextTick = twin.now.monotonic.seconds
  }

  var seconds: Double { twin.now.monotonic.seconds }

  // MARK: What happens

  /// Does something so many seconds after the beginning of the twin's time.
  func at(_ seconds: Double, _ act: @escaping (SimulatedDesk) -> Void) {
    let place = agenda.firstIndex { $0.at > seconds } ?? agenda.count
    agenda.insert((seconds, act), at: place)
  }

  /// Asks the desk at once; the answer is found under the tag.
  @discardableResult
  func ask(_ request: Desk.Request, from actor: Actor = person) -> UInt64 {
    lastTag += 1
    hear(.ask(request, from: actor, tag: lastTag))
    return lastTag
  }

  /// Lets time pass without a session, as before the daemon starts.
  func skip(to seconds: Double) async {
    await twin.wait(until: MonotonicTime(seconds: seconds), orArrival: false)
    nextTick = max(nextTick, self.seconds)
  }

  /// Runs a session for so many seconds more.
  func run(_ seconds: Double) async {
    end = self.seconds + seconds
    var runner = SessionRunner(Session(), over: self, outbox: outbox)
    await runner.run { [self] in
      report($0, $1)
    } wrote: { [self] in
      wrote($0, $1)
    }
  }

  /// The desk hears something; what it wants done is done in order.
  func hear(_ input: Desk.Input) {
    guard !isDead else { return }
    waiting.append(input)
    guard !isBusy else { return }
    isBusy = true
    while !waiting.isEmpty {
      for effect in desk.step(waiting.removeFirst(), now: twin.now) where !isDead {
        perform(effect)
      }
    }
    isBusy = false
  }

  func perform(_ effect: Desk.Effect) {
    switch effect {
    case .keep(let record):
      kept.append(record)
      onKeep?(record, self)
      if let limit = setup.crashesAfter, kept.count >= limit { isDead = true }
    case .confirm(let ticket):
      diskFree = max(diskFree, seconds + .random(in: setup.diskSeconds, using: &random))
      at(diskFree) { desk in
        if desk.isDiskWhole { desk.recorded.insert(ticket) }
        desk.hear(.recorded(ticket: ticket, isOnDisk: desk.isDiskWhole))
      }
    case .answer(let tag, let result): answers[tag] = result
    case .write(let write):
      outbox.put(write)
      onWrite?(self)
    case .withdraw: outbox.withdraw()
    case .expect(let step): machine.expect(step)
    case .rehearse(let tag, let question):
      questions.append(question)
      guard !isModelSilent else { return }
      let forecast = forecast ?? setup.forecast
      at(seconds + 0.008) { $0.hear(.rehearsed(tag: tag, forecast)) }
    case .tell(let kind, let json): told.append((kind, json))
    }
  }

  private func report(_ report: Session.Report, _ link: Link) {
    switch report {
    case .linkChanged:
      hear(
        .link(
          isUp: link.phase == .up, link.identification, isTwin: setup.isCommissioned))
    case .telemetry(let point):
      if point.status.isValid { last = (point.moment.monotonic.seconds, point.status) }
      let news = machine.step(point)
      events += news
      hear(
        .telemetry(point, news, machine.progress, unexplained: machine.unexplainedChanges))
    case .failure: break
    }
  }

  private func wrote(_ write: Write, _ result: WriteResult) {
    var isRecorded = true
    if case .proposal(_, let ticket) = write.purpose {
      isRecorded = recorded.contains(UInt64(ticket))
    }
    sent.append(
      Sent(
        write: write, result: result, at: seconds, level: desk.level,
        isLatched: desk.standing["abort"]?["latched"]?.boolValue ?? true,
        age: last.map { seconds - $0.at } ?? .infinity, shown: last?.status,
        isRecorded: isRecorded))
    hear(.wrote(write, result))
  }

  /// Lets happen what is due by now.
  private func pass() {
    while nextTick <= seconds {
      nextTick += 0.1
      hear(.tick)
    }
    while let first = agenda.first, first.at <= seconds {
      agenda.removeFirst()
      first.act(self)
    }
  }

  // MARK: Transport

  var now: Moment { twin.now }

  func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    if seconds >= end { throw .ended }
    return try await twin.open(serial: serial, skipping: skipping)
  }

  func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    if seconds >= end || isDead { throw .ended }
    if let sendFault, Query(bytes: bytes) == nil { throw sendFault }
    try await twin.send(bytes, timeoutMilliseconds: timeoutMilliseconds)
    asked = Query(bytes: bytes) ?? asked
    guard Query(bytes: bytes) == nil else { return }
    received.append(bytes)
    timeouts.append(timeoutMilliseconds)
    onReceived?(self)
  }

  func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    defer { pass() }
    var bytes = try await twin.receive(count, timeoutMilliseconds: timeoutMilliseconds)
    if isBabbling, asked == .status1 { bytes[41] ^= 0xFF }
    return bytes
  }

  func clearStall() async throws(TransportFault) { try await twin.clearStall() }
  func close() async { await twin.close() }

  func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    let next = min(nextTick, agenda.first?.at ?? .infinity)
    let target =
      orArrival ? min(deadline, MonotonicTime(seconds: max(next, seconds + 0.001))) : deadline
    await twin.wait(until: target, orArrival: orArrival)
    pass()
  }
}

extension MonotonicTime {
  var seconds: Double { self - MonotonicTime(nanoseconds: 0) }
}
