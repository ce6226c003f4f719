import Governor
import Roaster
import Testing

@testable import Driver

/// Where one command goes by what it sees, apart from rules and store.
@Suite struct ExecutorTests {
  private static func sight(
    _ seconds: Double, heater: Int? = 5, state: RoasterState = .roasting,
    shown: RoasterState? = nil, news: [RoastEvent] = [], unexplained: [LevelChange] = []
  ) -> Sight {
    var wire = WireStatus()
    wire.heater = heater.map { UInt8($0) } ?? 77
    wire.state = (shown ?? state).code
    return Sight(
      status: Status(wire), state: state, at: MonotonicTime(seconds: seconds), news: news,
      unexplained: unexplained)
  }

  private static func executor(_ level: Int, at seconds: Double = 0) -> Executor {
    Executor(
      Command(.heater, level: level) ?? .press(.beginRoast), of: 1, seeing: sight(seconds),
      now: MonotonicTime(seconds: seconds))
  }

  /// Lets it send the step that it asks for.
  private static func send(
    _ executor: inout Executor, _ actuation: Actuation, ticket: Int64, at seconds: Double,
    _ result: WriteResult = .sent
  ) {
    executor.meant(actuation, ticket: ticket)
    #expect(executor.recorded(ticket + 1) == nil)
    #expect(executor.recorded(ticket) == actuation)
    executor.released(actuation, ticket: ticket)
    executor.wrote(ticket: ticket, result, now: MonotonicTime(seconds: seconds))
  }

  @Test func `what is so already is confirmed without a byte`() {
    var executor = Self.executor(5)
    #expect(executor.look(Self.sight(0)) == .wait)
    #expect(executor.look(Self.sight(0.1)) == .end(.confirmed))
    #expect(!executor.hasSent)
  }

  @Test func `what arrived perhaps is read back like what was sent`() {
    var executor = Self.executor(6)
    #expect(executor.look(Self.sight(0)) == .send(.heaterUp))
    Self.send(&executor, .heaterUp, ticket: 1, at: 0.01, .failed(.timeout))
    #expect(executor.look(Self.sight(0.5, heater: 6)) == .wait)
    #expect(executor.look(Self.sight(1.2, heater: 6)) == .end(.confirmed))
    #expect(executor.readback.sent == 1 && executor.readback.delays == [490])
  }

  @Test func `what came too late is decided again`() {
    for result in [WriteResult.late, .withdrawn] {
      var executor = Self.executor(6)
      Self.send(&executor, .heaterUp, ticket: 1, at: 0.4, result)
      #expect(!executor.hasSent)
      #expect(executor.look(Self.sight(0.5)) == .send(.heaterUp))
      executor.dropped()
      #expect(executor.look(Self.sight(0.6)) == .send(.heaterUp))
    }
  }

  @Test func `a step taken twice is taken back, and none follows it before its window is over`() {
    var executor = Self.executor(7)
    Self.send(&executor, .heaterUp, ticket: 1, at: 0)
    #expect(executor.look(Self.sight(0.2, heater: 7)) == .wait)
    #expect(executor.readback.doubled == 1)
    #expect(executor.look(Self.sight(1.1, heater: 7)) == .end(.confirmed))

    var over = Self.executor(6)
    Self.send(&over, .heaterUp, ticket: 1, at: 0)
    #expect(over.look(Self.sight(0.2, heater: 7)) == .send(.heaterDown))
    Self.send(&over, .heaterDown, ticket: 2, at: 0.21)
    #expect(over.look(Self.sight(0.4, heater: 5)) == .wait)
    #expect(over.look(Self.sight(1.1, heater: 5)) == .wait)
    #expect(over.look(Self.sight(1.3, heater: 5)) == .send(.heaterUp))
    #expect(over.readback.doubled == 2)
  }

  @Test func `a state in doubt, a level that cannot be read and a foreign change hold it`() {
    var executor = Self.executor(7)
    let change = LevelChange(
      control: .fan, from: 2, to: 5, at: MonotonicTime(seconds: 0.1), origin: nil)
    #expect(executor.look(Self.sight(0.1, unexplained: [change])) == .wait)
    #expect(executor.look(Self.sight(0.2, shown: .off)) == .wait)
    #expect(executor.look(Self.sight(0.3, heater: nil)) == .wait)
    #expect(!executor.stillWants(.heaterUp, Self.sight(0.3, heater: nil)))
    #expect(executor.look(Self.sight(0.4)) == .send(.heaterUp))
    #expect(executor.stillWants(.heaterUp, Self.sight(0.4)))
    #expect(!executor.stillWants(.heaterUp, Self.sight(0.4, heater: 7)))
    #expect(!executor.stillWants(.heaterUp, Self.sight(0.4, unexplained: [change])))
    #expect(!executor.stillWants(.heaterUp, Self.sight(0.4, state: .cooling)))
  }

  @Test func `bytes in the outbox are withdrawn before it yields`() {
    var executor = Self.executor(7)
    executor.meant(.heaterUp, ticket: 1)
    executor.released(.heaterUp, ticket: 1)
    let change = LevelChange(
      control: .heater, from: 5, to: 4, at: MonotonicTime(seconds: 0.1), origin: nil)
    #expect(executor.look(Self.sight(0.1, heater: 4, unexplained: [change])) == .withdraw)
    #expect(executor.look(Self.sight(0.2, state: .cooling)) == .withdraw)
    executor.wrote(ticket: 1, .withdrawn, now: MonotonicTime(seconds: 0.25))
    #expect(executor.look(Self.sight(0.3, state: .cooling)) == .end(.overtaken))
  }

  @Test func `it ends after 90 s, or 5 s of silence`() {
    var executor = Self.executor(7)
    #expect(executor.lapse(MonotonicTime(seconds: 4.9)) == nil)
    #expect(executor.lapse(MonotonicTime(seconds: 5)) == .end(.timedOut))
    for second in 1..<90 {
      #expect(executor.look(Self.sight(Double(second), heater: nil)) == .wait)
    }
    #expect(executor.look(Self.sight(90)) == .end(.timedOut))
  }

  @Test func `what was not understood while others moved counts neither way`() {
    var executor = Self.executor(7)
    Self.send(&executor, .heaterUp, ticket: 1, at: 0)
    let change = LevelChange(
      control: .fan, from: 2, to: 3, at: MonotonicTime(seconds: 0.1), origin: nil)
    #expect(executor.look(Self.sight(0.1, unexplained: [change])) == .wait)
    #expect(executor.look(Self.sight(1.5, unexplained: [change])) == .wait)
    #expect(executor.look(Self.sight(2)) == .send(.heaterUp))
    #expect(executor.readback.lost == 0 && executor.readback.delays.isEmpty)
  }

  @Test func `a step is lost when a second has passed, and bytes in the outbox are left there`() {
    var executor = Self.executor(7)
    executor.meant(.heaterUp, ticket: 1)
    #expect(executor.look(Self.sight(0.1)) == .wait)
    executor.released(.heaterUp, ticket: 1)
    #expect(executor.look(Self.sight(0.2)) == .wait)
    executor.wrote(ticket: 1, .sent, now: MonotonicTime(seconds: 1))
    #expect(executor.readback.sent == 1)
    #expect(executor.look(Self.sight(1.9)) == .wait)
    #expect(executor.readback.lost == 0)
    #expect(executor.look(Self.sight(2)) == .send(.heaterUp))
    #expect(executor.readback.lost == 1)
    Self.send(&executor, .heaterUp, ticket: 2, at: 2)
    #expect(executor.look(Self.sight(2.3, heater: 6)) == .send(.heaterUp))
    #expect(executor.readback.doubled == 0 && executor.readback.delays == [300])
  }

  @Test(arguments: [(Control.heater, 1), (.fan, 0)])
  func `a step is doubled too when the roast machine says so`(control: Control, doubled: Int) {
    var executor = Self.executor(8)
    Self.send(&executor, .heaterUp, ticket: 1, at: 0)
    let change = LevelChange(
      control: control, from: 5, to: 6, at: MonotonicTime(seconds: 0.1), origin: .commanded,
      isDoubled: true)
    let news = RoastEvent(
      kind: .levelChanged(change), batch: 1, change: .announced, source: .machine, at: change.at,
      announced: Moment(monotonic: change.at, wall: WallTime(milliseconds: 0)), roastSeconds: nil,
      bean: nil, infrared: nil, gapSeconds: nil)
    _ = executor.look(Self.sight(0.2, heater: 6, news: [news]))
    #expect(executor.readback.doubled == doubled)
  }

  @Test(arguments: [false, true])
  func `after seven steps lost in a row it is lost, or partly done`(hasHadEffect: Bool) {
    var executor = Self.executor(8)
    var level = 5
    var now = 0.0
    if hasHadEffect {
      Self.send(&executor, .heaterUp, ticket: 100, at: now)
      level = 6
      now = 0.5
      #expect(executor.look(Self.sight(now, heater: level)) == .send(.heaterUp))
    }
    for ticket in 1...6 {
      Self.send(&executor, .heaterUp, ticket: Int64(ticket), at: now)
      now += 1
      #expect(executor.look(Self.sight(now, heater: level)) == .send(.heaterUp))
    }
    Self.send(&executor, .heaterUp, ticket: 7, at: now)
    let end = executor.look(Self.sight(now + 1, heater: level))
    #expect(end == .end(hasHadEffect ? .partly : .lost))
  }
}
