@testable import Driver
import Fixtures
import Governor
import Roaster
import Simulator
import Testing

/// The daemon may die between any two records (T1, T2).
@Suite struct DeskCrashTests {
  /// Something of everything: approvals, steps, a sequence, a window for a veto, and an abort.
  private static func life(_ level: Autonomy, crashesAfter: Int?) async -> SimulatedDesk {
    var setup = SimulatedDesk.Setup()
    setup.crashesAfter = crashesAfter
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 0.2), from: 0)])
    let desk = await SimulatedDesk.roasting(setup, level: level)
    let command = Command(.heater, level: 9) ?? .press(.beginCooling)
    desk.at(8.5) {
      $0.propose(.fan, 5)
      $0.approve(1)
    }
    desk.at(12) {
      $0.propose([.init(command), .init(command, when: .after(seconds: 2))])
      $0.approve(2)
    }
    desk.at(13) { $0.propose(.drum, 6, by: SimulatedDesk.person) }
    desk.at(14.5) {
      $0.propose(.heater, 4)
      $0.approve(4)
    }
    desk.at(16) { $0.ask(.abort(reason: "end", fire: false)) }
    await desk.run(10)
    return desk
  }

  @Test(arguments: [Autonomy.approve, .veto, .audit])
  func `after a crash between any two records nothing goes on, and all is told as it is`(
    level: Autonomy
  ) async {
    let whole = await Self.life(level, crashesAfter: nil)
    #expect(whole.kept.count > 40)
    for count in 1..<whole.kept.count {
      let desk = await Self.life(level, crashesAfter: count)
      let note: Comment = "\(level), after record \(count)"
      #expect(desk.isDead && desk.kept.count == count, note)
      let meant = desk.audit(.bytesMeant).compactMap { $0.detail["bytes"]?.stringValue }
      let received = desk.received.map(DeskPropertyTests.hex)
      #expect(meant.count >= received.count && meant.starts(with: received), note)

      var setup = SimulatedDesk.Setup()
      setup.opening = DeskOpening(after: desk.kept)
      // What had left shows by then.
      await desk.skip(to: desk.seconds + 1)
      let next = SimulatedDesk(setup, continuing: desk)
      let heater = next.heater
      // Longer than a window for a veto, now and then.
      await next.run(count % 10 == 0 ? 25 : 3)
      #expect(next.received.isEmpty, note)
      #expect(next.heater == heater, note)
      #expect(next.desk.level == .assist, note)
      #expect(
        next.desk.standing["earlier_level"]?.stringValue
          == setup.opening.state?["level"]?.stringValue, note)
      #expect(next.desk.proposals.isEmpty, note)
      Self.checkEnds(desk, next, setup.opening, note)
      if heater > 0 {
        #expect(next.desk.alarms.contains { $0["code"]?.stringValue == "heat_unattended" }, note)
      }
      let wasLatched = setup.opening.state?["abort"]?.members != nil
      #expect(next.desk.standing["abort"]?["latched"]?.boolValue == wasLatched, note)
    }
  }

  /// Every proposal that was open is ended by the restart, and by nothing else.
  private static func checkEnds(
    _ desk: SimulatedDesk, _ next: SimulatedDesk, _ opening: DeskOpening, _ note: Comment
  ) {
    let ends = next.transitions()
    #expect(ends.map(\.proposal) == opening.open.map(\.id).sorted(), note)
    for end in ends {
      let last = desk.states(end.proposal).last ?? .proposed
      #expect(end.from == last, note)
      #expect(end.to == (last == .executing ? .failed : .expired), note)
      guard last == .executing else { continue }
      let meant = desk.audit(.bytesMeant).filter { $0.proposal == end.proposal }
      #expect(end.detail["bytes_meant"]?.arrayValue?.count == meant.count, note)
    }
  }

  @Test func `a number is never given twice, and a key of before is free again`() async {
    let desk = await Self.life(.approve, crashesAfter: 30)
    var setup = SimulatedDesk.Setup()
    setup.opening = DeskOpening(after: desk.kept)
    let next = SimulatedDesk(setup, continuing: desk)
    next.set(.approve)
    next.at(next.seconds + 2) { $0.propose(.fan, 6) }
    await next.run(4)
    let ids = next.kept.compactMap { record in
      if case .proposal(let proposal, _, _, _) = record { proposal.id } else { nil }
    }
    #expect(ids == [setup.opening.nextProposal])
    #expect(next.desk.nextTicket >= UInt64(setup.opening.nextAudit))
  }

  @Test func `latches, trips, breakers and a broken audit outlive the daemon`() async throws {
    let first = await SimulatedDesk.roasting(level: .approve)
    first.at(9) {
      $0.desk.trip(.beanTooHot, .null)
      $0.hear(.tick)
      $0.hear(.auditBroken(row: 12))
    }
    await first.run(6)
    #expect(first.heater == 0)
    var setup = SimulatedDesk.Setup()
    setup.opening = DeskOpening(after: first.kept)
    let next = SimulatedDesk(setup, continuing: first)
    await next.run(2)
    let standing = next.desk.standing
    #expect(standing["abort"]?["trips"]?.arrayValue?.map(\.stringValue) == ["bean_too_hot"])
    #expect(standing["audit_broken_row"]?.integerValue == 12)
    #expect(standing["breakers"]?["lowered_by"]?.arrayValue?.count == 1)
    #expect(next.refusal(next.set(.recommend)) == .latched("a trip is latched"))
    next.ask(.reset(reason: "looked into"))
    #expect(next.desk.standing["audit_broken_row"]?.isNull == true)
    #expect(next.answer(next.set(.recommend)) != nil)
  }

  @Test func `after a restart nobody says that the heater was stepped down`() async {
    let first = await SimulatedDesk.roasting()
    first.at(8.5) { $0.ask(.abort(reason: nil, fire: false)) }
    await first.run(0.6)
    var setup = SimulatedDesk.Setup()
    setup.opening = DeskOpening(after: first.kept)
    let next = SimulatedDesk(setup, continuing: first)
    let advice = next.desk.advice.first ?? ""
    #expect(advice.contains("may still be on") && !advice.contains("was stepped"))
  }

  @Test(arguments: [
    "null", "7", "{}", #"{"level":"L9"}"#, #"{"level":"L2 recommend","abort":true}"#,
  ])
  func `what was latched and cannot be read counts as latched`(text: String) async throws {
    var setup = SimulatedDesk.Setup()
    setup.opening.state = try JSON(reading: text.utf8)
    let desk = SimulatedDesk(setup)
    desk.hear(.tick)
    let abort = desk.desk.standing["abort"]
    #expect(abort?["latched"]?.boolValue == true && abort?["by"]?.stringValue == "restart")
    #expect(desk.desk.level == .assist)
    #expect(desk.desk.alarms.first?["code"]?.stringValue == "state_lost")
    #expect(desk.refusal(desk.set(.recommend)) == .latched("an abort is latched"))
    desk.ask(.reset(reason: "looked"))
    #expect(desk.answer(desk.set(.recommend)) != nil)
    #expect(desk.desk.alarms.allSatisfy { $0["ended"]?.isNull == false })
  }
}
