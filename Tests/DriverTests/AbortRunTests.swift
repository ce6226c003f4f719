import Roaster
import Testing

@testable import Driver

/// S2 and S6 of Specs/governor.md, poll by poll.
@Suite struct AbortRunTests {
  private func sight(
    _ heater: UInt8, at seconds: Double, state: RoasterState = .roasting,
    unexplained: [LevelChange] = []
  ) -> Sight {
    var wire = WireStatus()
    wire.heater = heater
    wire.state = state.code
    return Sight(
      status: Status(wire), state: state, at: MonotonicTime(seconds: seconds), news: [],
      unexplained: unexplained)
  }

  /// One that has seen the heater at 0 for good as of 1.2 s.
  private func watching() -> AbortRun {
    var run = AbortRun(began: MonotonicTime(seconds: 1))
    let looks = [(0, 1), (1, 1.05), (0, 1.1), (0, 1.15), (0, 1.2)]
      .map { (heater, seconds) in run.look(sight(heater, at: seconds)) }
    #expect(looks == [false, false, false, false, true])
    #expect(run.phase == .watching)
    return run
  }

  @Test func `a step is due at once, and again a poll later when the last one is settled`() {
    var run = AbortRun(began: MonotonicTime(seconds: 1))
    #expect(run.isDue(MonotonicTime(seconds: 1)))
    run.stepped(MonotonicTime(seconds: 1))
    #expect(!run.isDue(MonotonicTime(seconds: 2)))
    run.wrote(.late)
    #expect(run.steps == 0 && run.isDue(MonotonicTime(seconds: 1.095)))
    #expect(!run.isDue(MonotonicTime(seconds: 1.09)))
    run.stepped(MonotonicTime(seconds: 2))
    run.withdrawn()
    #expect(run.isDue(MonotonicTime(seconds: 2.1)))
    run.wrote(.sent)
    #expect(run.steps == 1)
  }

  @Test func `heat that comes on again within ten seconds is stepped down again`() {
    var run = watching()
    _ = run.look(sight(0, at: 11.1))
    _ = run.look(sight(77, at: 11.12))
    #expect(run.phase == .watching)
    _ = run.look(sight(1, at: 11.15))
    #expect(run.phase == .stepping)
    _ = run.look(sight(0, at: 11.2))
    _ = run.look(sight(0, at: 11.25))
    #expect(run.phase == .stepping)
  }

  @Test func `after ten seconds it is over`() {
    var run = watching()
    _ = run.look(sight(0, at: 11.2))
    #expect(run.phase == .over)
    let isSettled = run.look(sight(0, at: 11.3))
    #expect(!isSettled && run.phase == .over)
  }

  @Test func `a change that may be a hand's is waited for, and a change of state ends it`() {
    var run = watching()
    let change = LevelChange(
      control: .heater, from: 0, to: 1, at: MonotonicTime(seconds: 3), origin: nil)
    _ = run.look(sight(1, at: 3, unexplained: [change]))
    #expect(run.phase == .watching)
    _ = run.look(sight(1, at: 12, unexplained: [change]))
    #expect(run.phase == .watching)
    _ = run.look(sight(1, at: 12.1, state: .cooling))
    #expect(run.phase == .over)
  }
}
