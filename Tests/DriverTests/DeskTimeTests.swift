import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// What the desk waits for, it waits for as long as it says.
@Suite struct DeskTimeTests {
  /// Seconds that a proposal was in a state.
  private func seconds(_ desk: SimulatedDesk, _ id: Int64, in state: ProposalState) -> Double? {
    let all = desk.transitions(id)
    guard let came = all.first(where: { $0.to == state }),
      let went = all.first(where: { $0.from == state })
    else { return nil }
    return went.at.monotonic - came.at.monotonic
  }

  private func isAbout(_ seconds: Double?, _ limit: Double) -> Bool {
    seconds.map { (limit..<limit + 0.25).contains($0) } ?? false
  }

  @Test func `what waits for a person waits two minutes, or as long as it says up to ten`() async {
    let desk = await SimulatedDesk.roasting(level: .recommend)
    desk.at(9) {
      let first = $0.answer($0.propose(.fan, 4))
      #expect(first?["expires_seconds"]?.numberValue == 120)
      let second = $0.answer($0.propose([.init(.press(.beginCooling))], expiresAfter: 1000))
      #expect(second?["expires_seconds"]?.numberValue == 600)
    }
    await desk.run(605)
    #expect(isAbout(seconds(desk, 1, in: .recommended), 120))
    #expect(isAbout(seconds(desk, 2, in: .recommended), 600))
  }

  @Test func `a window is open for twenty seconds`() async {
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) { $0.propose(.fan, 4) }
    for second in stride(from: 14.0, to: 32, by: 4) {
      desk.at(second) { $0.ask(.signOfLife, from: SimulatedDesk.agent) }
    }
    await desk.run(24)
    #expect(isAbout(seconds(desk, 1, in: .awaitingVeto), 20))
  }

  @Test(arguments: [(0.85, ProposalState.approved), (1.1, .pendingApproval)])
  func `a window must be on the disk within a second`(disk: Double, next: ProposalState) async {
    var setup = SimulatedDesk.Setup()
    setup.diskSeconds = disk...disk
    let desk = await SimulatedDesk.roasting(setup, level: .veto)
    desk.at(9) { $0.propose(.fan, 4) }
    for second in stride(from: 14.0, to: 32, by: 4) {
      desk.at(second) { $0.ask(.signOfLife, from: SimulatedDesk.agent) }
    }
    await desk.run(24)
    #expect(desk.states(1).prefix(3) == [.proposed, .awaitingVeto, next])
  }

  @Test func `a model has two seconds`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.isModelSilent = true
    var asked = 0.0
    desk.at(9) {
      asked = $0.seconds
      $0.propose(.fan, 4)
    }
    await desk.run(4)
    let answered = desk.transitions(1).last?.at.monotonic.seconds
    #expect(desk.states(1).last == .rejected)
    #expect(isAbout(answered.map { $0 - asked }, 2))
  }

  @Test func `a level is borrowed for eight hours at most, and no longer than was said`() async {
    let desk = await SimulatedDesk.roasting()
    func borrow(_ seconds: Double) -> Desk.Request {
      .setLevel(
        .audit, reason: "r", readiness: nil, override: Desk.Override(reason: "r", seconds: seconds))
    }
    desk.at(9) {
      #expect($0.refusal($0.ask(borrow(8 * 3600 + 1))) != nil)
      #expect($0.refusal($0.ask(borrow(0))) != nil)
      let standing = $0.answer($0.ask(borrow(8 * 3600)))
      #expect(standing?["level"]?.stringValue == "L5")
      #expect(standing?["override_seconds"]?.numberValue == 28_800)
      $0.set(.recommend)
      $0.ask(borrow(3))
    }
    await desk.run(6)
    #expect(desk.desk.standing["override_seconds"]?.isNull == true)
    let rows = desk.audit(.levelChanged)
    #expect(rows.last?.detail["to"]?.stringValue == "L3")
    #expect(
      isAbout(rows.last.map { $0.at.monotonic - rows[rows.count - 2].at.monotonic }, 3))
  }

  @Test func `what was approved and waits is over with the connection`() async throws {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.unplugged, from: 10, lasting: 2)])
    let fan = try #require(Command(.fan, level: 4))
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9) {
      $0.propose([.init(fan, when: .roast(seconds: 30))])
      $0.approve(1)
      $0.propose(.fan, 4)
    }
    await desk.run(6)
    #expect(desk.states(2) == [.proposed, .pendingApproval])
    #expect(desk.states(1) == [.proposed, .pendingApproval, .approved, .expired])
    #expect(desk.detail(1, "reason")?.stringValue == "the connection was lost")
  }

  @Test func `when the level is lowered, what ran by itself waits for a person from then`()
    async throws
  {
    let desk = await SimulatedDesk.roasting(level: .veto)
    let drum = try #require(Command(.drum, level: 8))
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.propose([.init(drum)], expiresAfter: 30)
    }
    desk.at(15) { $0.set(.approve) }
    await desk.run(130)
    #expect(isAbout(seconds(desk, 1, in: .pendingApproval), 120))
    #expect(isAbout(seconds(desk, 2, in: .pendingApproval), 24))
  }
}
