import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

@Suite struct OutboxTests {
  /// Writes are made by the governor alone, so they are taken from where it lets one through.
  private static func writes() async -> (ordinary: Write, abort: Write)? {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 3)
      $0.approve(1)
    }
    desk.at(11) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(5)
    guard let ordinary = desk.sent.first?.write, let abort = desk.sent.last?.write else {
      return nil
    }
    return (ordinary, abort)
  }

  @Test func `it holds one write, and each comes back once`() async throws {
    let (ordinary, abort) = try #require(await Self.writes())
    let time = try #require(ordinary.notAfter)
    let outbox = Outbox()
    #expect(outbox.take(now: time) == nil)
    outbox.put(ordinary)
    let taken = try #require(outbox.take(now: time))
    #expect(taken.write == ordinary && taken.isOver == nil)
    #expect(outbox.take(now: time) == nil)

    outbox.put(ordinary)
    #expect(outbox.take(now: time.advanced(milliseconds: 1))?.isOver == .late)

    outbox.put(ordinary)
    outbox.put(abort)
    outbox.put(ordinary)
    #expect(outbox.take(now: time)?.isOver == .withdrawn)
    #expect(outbox.take(now: time)?.isOver == .withdrawn)
    let stop = try #require(outbox.take(now: time.advanced(milliseconds: 100_000)))
    #expect(stop.write == abort && stop.isOver == nil)

    outbox.put(abort)
    outbox.withdraw()
    outbox.withdraw()
    #expect(outbox.take(now: time)?.isOver == .withdrawn)
    #expect(outbox.take(now: time) == nil)
  }

  @Test func `what is there is sent even if nobody asks what became of it`() async throws {
    let (_, abort) = try #require(await Self.writes())
    let outbox = Outbox()
    outbox.put(abort)
    await Task {
      let twin = Twin(Workshop(Bullet.Setup()), pace: .unlimited)
      var runner = SessionRunner(Session(), over: twin, outbox: outbox)
      var polls = 0
      await runner.run { _, _ in
        polls += 1
        if polls == 30 { withUnsafeCurrentTask { unsafe $0?.cancel() } }
      }
    }.value
    #expect(outbox.take(now: MonotonicTime(seconds: 0)) == nil)
  }
}
