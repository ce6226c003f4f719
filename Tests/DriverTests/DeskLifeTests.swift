import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// The life of proposals (L1 to L8, A1 to A6).
@Suite struct DeskLifeTests {
  private static let agent = SimulatedDesk.agent
  private static let person = SimulatedDesk.person

  // MARK: The window for a veto

  @Test func `at L4 a proposal runs when 20 s have passed without a veto`() async {
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) { $0.propose(.fan, 4) }
    for second in stride(from: 14.0, to: 40, by: 4) {
      desk.at(second) { $0.ask(.signOfLife, from: Self.agent) }
    }
    desk.at(28.9) { #expect($0.received.isEmpty) }
    await desk.run(26)
    #expect(
      desk.states(1) == [.proposed, .awaitingVeto, .approved, .executing, .completed])
    #expect(desk.detail(1, "veto_until")?.stringValue?.hasPrefix("2025-06-15T15:07:09") == true)
    #expect(desk.detail(1, "approval")?["approver"]?["kind"]?.stringValue == "unvetoed")
    #expect(desk.detail(1, "forecast")?["misfit_celsius"]?.numberValue == 1)
  }

  @Test func `a veto in time ends it, and a person may approve early`() async {
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.propose(.drum, 6)
    }
    desk.at(12) {
      $0.ask(.veto(1, reason: "no"))
      $0.approve(2)
    }
    await desk.run(8)
    #expect(desk.states(1).last == .vetoed)
    #expect(desk.states(2).last == .completed)
    #expect(desk.twin.bullet.level(of: .fan) == 2)
  }

  @Test func `what the model speaks against does not run unasked`() async {
    var setup = SimulatedDesk.Setup()
    setup.forecast = Forecast(bean: [240], infrared: [200], steepestRise: 5, misfit: 1)
    for level in [Autonomy.veto, .audit] {
      let desk = await SimulatedDesk.roasting(setup, level: level)
      desk.at(9) { $0.propose(.heater, 9) }
      await desk.run(3)
      #expect(desk.rules(2) == ["rehearsed_breach"])
      #expect(desk.states(1).last == .rejected)
    }
  }

  @Test func `a model that does not answer cannot rehearse`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.isModelSilent = true
    desk.at(9) { $0.propose(.heater, 9) }
    await desk.run(5)
    #expect(desk.rules(2) == ["cannot_rehearse"])
  }

  @Test func `a window whose end is not on the disk is none`() async {
    for (disk, isWhole) in [(0.001...0.01, false), (1.5...1.6, true)] {
      var setup = SimulatedDesk.Setup()
      setup.diskSeconds = disk
      let desk = await SimulatedDesk.roasting(setup, level: .veto)
      desk.at(9) {
        $0.propose(.fan, 4)
        $0.isDiskWhole = isWhole
      }
      await desk.run(5)
      #expect(desk.states(1) == [.proposed, .awaitingVeto, .pendingApproval])
    }
  }

  // MARK: Presence

  @Test func `without the pilot or a person the level is L3 and says so`() async {
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) { $0.propose(.fan, 4) }
    await desk.run(13)
    #expect(desk.desk.level == .approve)
    #expect(desk.states(1).last == .pendingApproval)
    let codes = desk.desk.alarms.compactMap { $0["code"]?.stringValue }
    #expect(Set(codes) == ["level_lowered", "heat_unattended"])

    let alone = await SimulatedDesk.roasting(level: .audit)
    alone.at(8.5) { #expect($0.desk.level == .audit) }
    await alone.run(182)
    #expect(alone.desk.level == .approve)
  }

  @Test func `an override ends, and lowers the level`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      $0.ask(
        .setLevel(
          .veto, reason: "r", readiness: nil, override: .init(reason: "o", seconds: 3)))
      $0.ask(.setLevel(.veto, reason: "again", readiness: nil, override: nil))
    }
    await desk.run(6)
    #expect(desk.desk.level == .approve)
    let changes = desk.audit(.levelChanged).compactMap { $0.detail["reason"]?.stringValue }
    #expect(changes == ["r", "again", "the override has ended"])
  }

  @Test func `a level is raised by a person, a reason, and a record or an override`() async {
    let desk = await SimulatedDesk.roasting()
    func set(
      _ level: Autonomy, _ reason: String = "r", _ readiness: Readiness? = nil,
      _ override: Desk.Override? = nil
    ) -> DeskRefusal? {
      desk.refusal(
        desk.ask(.setLevel(level, reason: reason, readiness: readiness, override: override)))
    }
    var record = ReadinessRecord(level: .approve)
    let poor = Readiness(of: record, for: .veto)
    record.confirmed = 100
    record.golden = GoldenStanding(
      days: 1, isPassed: true, cases: 40, refusals: 12, missedRefusals: 0, machine: "m1",
      onMachine: 5)
    let good = Readiness(of: record, for: .veto)
    #expect(set(.approve, "  ") == .invalid("a change of level needs a reason"))
    #expect(set(.veto, "r", poor) == .notReady(poor.json))
    #expect(set(.audit, "r", good) == .notReady(good.json))
    for override in [
      Desk.Override(reason: "", seconds: 1), .init(reason: "o", seconds: 0),
      .init(reason: "o", seconds: 9 * 3600),
    ] {
      #expect(set(.audit, "r", nil, override) != nil)
    }
    #expect(set(.veto, "r", good) == nil)
    #expect(desk.desk.level == .veto)
    #expect(desk.desk.standing["override_seconds"]?.isNull == true)
    desk.desk.breakers.noteTrip()
    desk.hear(.tick)
    #expect(desk.desk.level == .approve)
    #expect(set(.veto, "r", good) == .latched("a breaker is open"))
    desk.hear(.auditBroken(row: 4))
    desk.hear(.auditBroken(row: 5))
    #expect(desk.desk.level == .assist)
    #expect(set(.recommend) == .latched("the audit is broken"))
  }

  // MARK: Time

  @Test func `what nobody approves in time expires`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.propose([.init(.press(.beginCooling))], expiresAfter: 3)
    }
    desk.at(13) { #expect($0.states(2).last == .expired) }
    desk.at(128) { #expect($0.states(1).last == .pendingApproval) }
    await desk.run(122)
    #expect(desk.states(1).last == .expired)
    #expect(desk.refusal(desk.approve(1)) == .notOpen(1, .expired))
  }

  @Test func `a recommendation is adopted, or expires`() async {
    let desk = await SimulatedDesk.roasting(level: .recommend)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.propose([.init(.press(.beginCooling))], expiresAfter: 2)
      #expect($0.refusal($0.approve(1)) == .notOpen(1, .recommended))
      $0.ask(.adopt(1, words: [], reason: "good"))
    }
    await desk.run(5)
    #expect(desk.states(1) == [.proposed, .recommended, .approved, .executing, .completed])
    #expect(desk.states(2).last == .expired)
  }

  @Test func `with the next batch what is open expires, but what has begun it`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.beginCooling, by: Self.person, words: [.doorIsOpen])
      $0.approve(1)
    }
    desk.at(12) {
      $0.propose(.fan, 5)
      $0.twin.perform(.preheatAgain)
    }
    await desk.run(5)
    #expect(desk.states(1).last == .completed)
    #expect(desk.states(2).last == .expired)
    #expect(desk.detail(2, "reason")?.stringValue == "the next batch has begun")
  }

  @Test func `a press that begins the next batch is not expired by it`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.start = .cold
    let desk = SimulatedDesk(setup)
    for press in [1, 2, 3, 4.5] {
      desk.at(press) { $0.twin.perform(.prs) }
    }
    desk.at(5.5) { $0.twin.perform(.prs) }
    desk.at(8) {
      #expect($0.twin.bullet.state == .off)
      $0.set(.approve)
      $0.propose(.beginPreheat, by: Self.person)
      $0.approve(1)
    }
    await desk.run(12)
    #expect(desk.states(1).last == .completed)
    #expect(desk.detail(1, "outcome")?.stringValue == "confirmed")
    #expect(desk.desk.closed.last.map { $0.batch > $0.proposal.batch } == true)
  }

  // MARK: Keys and limits

  @Test func `the same wish sent twice is one`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) { desk in
      let first = desk.propose(.fan, 4, key: "a")
      let again = desk.propose(.fan, 4, key: "a")
      #expect(desk.answers[first] == nil && desk.answers[again] == nil)
      #expect(desk.refusal(desk.propose(.fan, 5, key: "a")) == .keyReused("a"))
    }
    desk.at(13) { desk in
      let late = desk.answer(desk.propose(.fan, 4, key: "a"))
      #expect(late?["id"]?.integerValue == 1 && late?["outcome"]?.stringValue == "confirmed")
      #expect(
        desk.answer(desk.propose(.fan, 4, by: Self.person, key: "a"))?["id"]?.integerValue == 2)
    }
    await desk.run(6)
    #expect(desk.answer(2)?["id"]?.integerValue == 1)
    #expect(desk.answer(3)?["id"]?.integerValue == 1)
    #expect(desk.states(1).count == 4)
  }

  @Test func `a flood is refused`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) { desk in
      for number in 0..<70 {
        let flooder = Actor(.agent, name: "a\(number / 12)")
        let tag = desk.propose(.fan, 4, by: flooder)
        let isOver = number % 12 >= 10 || desk.desk.proposals.count > 50
        #expect((desk.refusal(tag) == .tooMany) == (isOver || number >= 60), "\(number)")
      }
      #expect(desk.desk.proposals.count == 50)
      for number in 0..<150 {
        desk.hear(.ask(.signOfLife, from: Actor(.agent, name: "b\(number)"), tag: 999))
      }
    }
    await desk.run(2)
    #expect(desk.desk.pilotsSeen.count < 160)
    desk.ask(.abort(reason: nil, fire: false))
    for number in 0..<300 {
      desk.propose(.fan, 4, by: Actor(.agent, name: "c\(number / 30)"))
    }
    #expect(desk.desk.closed.count == 200)
  }

  @Test func `a draft that says nothing sensible is refused`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let fan = Proposal.Step(.press(.beginCooling))
    func refusal(_ draft: Desk.Draft) -> DeskRefusal? {
      let dry = desk.refusal(desk.ask(.dryRun(draft)))
      let real = desk.refusal(desk.ask(.propose(draft)))
      #expect(dry == real)
      return real
    }
    for draft in [
      Desk.Draft(steps: [], reason: "r"),
      .init(steps: Array(repeating: fan, count: 51), reason: "r"),
      .init(steps: [fan], reason: " \n"), .init(steps: [fan], reason: "r", expiresAfter: 0),
      .init(steps: [fan], reason: "r", expiresAfter: .nan),
      .init(steps: [.init(fan.command, when: .after(seconds: -1))], reason: "r"),
      .init(steps: [.init(fan.command, when: .roast(seconds: 1e9))], reason: "r"),
      .init(steps: [.init(fan.command, when: .infrared(Celsius(900)))], reason: "r"),
    ] {
      guard case .invalid = refusal(draft) else {
        Issue.record("\(draft) was taken")
        continue
      }
    }
  }

  // MARK: Sequences

  @Test func `a sequence waits for its conditions, and each command is read back by itself`()
    async
    throws
  {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let fan = try #require(Command(.fan, level: 4))
    let heater = try #require(Command(.heater, level: 8))
    let drum = try #require(Command(.drum, level: 6))
    desk.at(9) {
      $0.propose([
        .init(fan), .init(heater, when: .after(seconds: 3)), .init(drum, when: .roast(seconds: 20)),
        .init(fan, when: .bean(Celsius(60))), .init(drum, when: .infrared(Celsius(60))),
      ])
      $0.approve(1)
    }
    desk.at(11.5) { $0.ask(.dryRun(.init(steps: [.init(drum)], reason: "busy?"))) }
    await desk.run(20)
    #expect(desk.outcomes == Array(repeating: "confirmed", count: 5))
    #expect(desk.states(1) == [.proposed, .pendingApproval, .approved, .executing, .completed])
    let times = desk.sent.map(\.at)
    #expect(times.count == 4 || times.count == 5)
    #expect(DeskPropertyTests.problems(of: desk) == [])
  }

  @Test func `a newer proposal for the same control supersedes what waits`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let fan = try #require(Command(.fan, level: 4))
    desk.at(9) {
      $0.propose([.init(fan, when: .after(seconds: 8))])
      $0.approve(1)
      $0.propose(.fan, 5)
      $0.propose(.drum, 6)
      $0.approve(3)
    }
    desk.at(11) { $0.approve(2) }
    await desk.run(12)
    #expect(desk.states(1).last == .superseded)
    #expect(desk.states(2).last == .completed)
    #expect(desk.states(3).last == .completed)
    #expect(desk.twin.bullet.level(of: .fan) == 5)
  }

  @Test func `a sequence that fails on its way is partly done`() async throws {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 1), from: 11)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    let fan = try #require(Command(.fan, level: 3))
    let heater = try #require(Command(.heater, level: 9))
    desk.at(9) {
      $0.propose([.init(fan), .init(heater, when: .after(seconds: 2))])
      $0.approve(1)
    }
    await desk.run(16)
    #expect(desk.outcomes == ["confirmed", "lost"])
    #expect(desk.states(1).last == .failed)
    #expect(desk.detail(1, "outcome")?.stringValue == "partly")
  }

  @Test func `unasked, each later command of a sequence is rehearsed first`() async throws {
    let desk = await SimulatedDesk.roasting(level: .audit)
    let fan = try #require(Command(.fan, level: 3))
    let heater = try #require(Command(.heater, level: 9))
    desk.at(9) { $0.propose([.init(fan), .init(heater, when: .after(seconds: 6))]) }
    desk.at(12) {
      $0.ask(.signOfLife, from: Self.agent)
      $0.forecast = .cannot("too far off")
    }
    await desk.run(10)
    #expect(desk.outcomes == ["confirmed", "refused"])
    #expect(desk.states(1).last == .failed)
    #expect(desk.received.count == 1)
  }

  @Test func `an approval does not last for ever`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let fan = try #require(Command(.fan, level: 3))
    desk.at(9) {
      $0.propose([.init(fan, when: .bean(Celsius(390)))])
      $0.approve(1)
    }
    await desk.run(3)
    desk.desk.step(
      .tick,
      now: Moment(
        monotonic: desk.now.monotonic.advanced(seconds: 30000), wall: desk.now.wall)
    ).forEach(desk.perform)
    #expect(desk.states(1).last == .expired)
  }
}
