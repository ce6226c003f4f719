import Roaster

/// A twin and its one USB port, for clients known by number: requests and time in, answers out.
///
/// A value without clock or socket; `ServerLoop` gives it both.
struct TwinHost: Sendable {
  private(set) var workshop: Workshop
  let speed: Double
  /// One name for each time that a server is started, so that a client knows another one.
  let life: String
  /// The twin's time: as far as it has been simulated.
  private(set) var elapsed: Int64 = 0
  /// Whether it is not as far as it should be.
  private(set) var isBehind = false
  /// Who has it open.
  private(set) var holder: Int?

  private var cable = Cable()
  private var reading: Reading?

  /// A read that waits for its reply.
  private struct Reading {
    let client: Int
    let count: Int
    let deadline: Int64
  }

  init(_ workshop: Workshop, speed: Double, life: String) {
    self.workshop = workshop
    self.speed = speed
    self.life = life
  }

  private static let product: UInt16 = 0xA27E
  /// What `load` pours in when no weight is said.
  private static let usualGrams = 400.0

  private var serial: String { "TWIN-\(workshop.bullet.serial)" }
  private var seconds: Double { Double(elapsed) / 1e9 }
  var isOnTheBus: Bool { !workshop.bullet.activeFaults.contains { $0.fault == .unplugged } }

  // MARK: Time

  /// Lets time pass to `target`, tick by tick as long as `mayGoOn`, which is asked after each.
  mutating func advance(to target: Int64, while mayGoOn: () -> Bool) {
    let target = min(target, StampedAnswer.longest)
    let limit = Double(target) / 1e9 - Bullet.tickSeconds + 1e-9
    while workshop.bullet.seconds <= limit {
      workshop.advance(to: workshop.bullet.seconds + Bullet.tickSeconds)
      if holder != nil, !isOnTheBus { unplug() }
      guard mayGoOn() else { break }
    }
    isBehind = workshop.bullet.seconds <= limit
    let reached = isBehind ? Int64(workshop.bullet.seconds * 1e9) : target
    elapsed = max(elapsed, reached)
  }

  /// When something is due that a client waits for.
  var nextDue: Int64? {
    guard let reading else { return nil }
    guard let due = cable.nextDue else { return reading.deadline }
    return min(reading.deadline, Int64((due * 1e9).rounded(.up)))
  }

  /// The answer to the read that waits, once there is one.
  mutating func dueAnswer() -> (client: Int, answer: TwinAnswer)? {
    guard let waiting = reading else { return nil }
    var answer: TwinAnswer? = .fault(.gone)
    if holder == waiting.client { answer = read(waiting) }
    guard let answer else { return nil }
    reading = nil
    return (waiting.client, answer)
  }

  private mutating func unplug() {
    holder = nil
    cable.reset()
  }

  // MARK: Requests

  /// The answer to a request; nil if it comes later, from `dueAnswer`.
  mutating func take(_ request: TwinRequest, from client: Int) -> TwinAnswer? {
    switch request {
    case .open(let serial): open(serial, for: client)
    case .send(let bytes):
      ifHeld(by: client) { host in
        host.cable.send(bytes, to: &host.workshop)
        return .sent
      }
    case .receive(let count, let milliseconds):
      receive(
        Reading(
          client: client, count: count, deadline: elapsed + Int64(milliseconds) * 1_000_000))
    case .clear:
      ifHeld(by: client) { host in
        host.cable.clearHalt()
        return .cleared
      }
    case .close:
      close(for: client)
    case .panel(let words): perform(words)
    case .state: .state(state.text)
    case .time: .time(life: life, isOnTheBus: isOnTheBus)
    }
  }

  /// Whether that client's read waits; nothing else of its is taken meanwhile.
  func isReading(_ client: Int) -> Bool { reading?.client == client }

  /// A client went away, which closes what it had open.
  mutating func leave(_ client: Int) {
    if reading?.client == client { reading = nil }
    if holder == client { unplug() }
  }

  private mutating func open(_ asked: String?, for client: Int) -> TwinAnswer {
    let isMeant = asked == nil || asked == serial || asked == "\(workshop.bullet.serial)"
    guard isOnTheBus, isMeant else { return .fault(.absent) }
    guard holder == nil || holder == client else { return .fault(.busy) }
    holder = client
    cable.reset()
    return .opened(product: Self.product, serial: serial, life: life)
  }

  private mutating func close(for client: Int) -> TwinAnswer {
    leave(client)
    return .closed
  }

  private mutating func ifHeld(
    by client: Int, _ body: (inout TwinHost) -> TwinAnswer
  ) -> TwinAnswer {
    holder == client ? body(&self) : .fault(.gone)
  }

  private mutating func receive(_ asked: Reading) -> TwinAnswer? {
    guard holder == asked.client else { return .fault(.gone) }
    if let answer = read(asked) { return answer }
    reading = asked
    return nil
  }

  /// What reading brings now; nil while there is still time for something to come.
  private mutating func read(_ asked: Reading) -> TwinAnswer? {
    switch cable.receive(by: seconds) {
    case .packet(let bytes, _): bytes.count > asked.count ? .fault(.overflow) : .received(bytes)
    case .halted: .fault(.stalled)
    case .nothing: elapsed >= asked.deadline ? .fault(.timeout) : nil
    }
  }

  /// The longest word that a hand has a use for; a number of twenty digits is none.
  private static let longestWord = 16

  private mutating func perform(_ words: String) -> TwinAnswer {
    let areShort = words.split(separator: " ").allSatisfy { $0.count <= Self.longestWord }
    guard areShort, let act = Attendant.Act(words, grams: Self.usualGrams) else {
      return .refused(TwinRefusal(.unknownAct, words))
    }
    switch act {
    case .perform(let action): workshop.perform(action)
    case .set(let control, let level):
      workshop.perform(.turn(control, by: level - workshop.bullet.level(of: control)))
    }
    return .state(state.text)
  }
}
