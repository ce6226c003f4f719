import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// Trips, alarms and breakers, as the desk acts on them.
@Suite struct DeskWatchTests {
  @Test(arguments: Autonomy.allCases)
  func `a trip stops the machine from L3 up, and latches everywhere`(level: Autonomy) async {
    let desk = await SimulatedDesk.roasting(level: level)
    desk.at(9) { $0.propose(.fan, 4, by: SimulatedDesk.person) }
    desk.at(9.5) { desk in
      desk.desk.trip(.runawayRise, .object([("rise", .number(50))]))
      desk.desk.trip(.runawayRise, .null)
      desk.hear(.tick)
    }
    await desk.run(8)
    let acts = level >= .approve
    #expect((desk.heater == 0) == acts)
    #expect(desk.received.isEmpty == !acts)
    #expect(desk.desk.level <= .approve)
    #expect(desk.audit(.trip).count == 2)
    #expect(
      desk.states(1).last == (acts ? .aborted : level == .assist ? .rejected : .pendingApproval))
    desk.at(desk.seconds + 1) { desk in
      let tag = desk.propose(.fan, 4, by: SimulatedDesk.person)
      #expect(desk.rules(tag).contains("tripped"))
      #expect(desk.refusal(desk.set(.audit)) != nil)
      desk.ask(.reset(reason: "cooled down"))
    }
    await desk.run(2)
    #expect(desk.desk.trips.isEmpty && !desk.desk.breakers.isLowered)
  }

  @Test func `a trip without a link waits loudly`() async {
    let desk = await SimulatedDesk.roasting()
    desk.set(.approve)
    desk.desk.trip(.infraredTooHot, .null)
    desk.hear(.tick)
    #expect(desk.desk.alarms.contains { $0["code"]?.stringValue == "abort_waits" })
    await desk.run(4)
    #expect(desk.heater == 0)
  }

  @Test func `heat that is on at the start is told, left on, and over when it is off`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      #expect($0.desk.alarms.count == 1)
      $0.turn(.heater, by: -9)
    }
    await desk.run(3)
    let alarm = desk.desk.alarms.first
    #expect(alarm?["code"]?.stringValue == "heat_unattended")
    #expect(alarm?["ended"]?.stringValue != nil)
    #expect(desk.received.isEmpty)
    let tag = desk.ask(.acknowledge(alarm: 1))
    #expect(desk.answer(tag)?["acknowledged_by"]?.stringValue == "alice")
    #expect(desk.desk.alarms.isEmpty)
    #expect(desk.refusal(desk.ask(.acknowledge(alarm: 1))) == .noSuchAlarm(1))
  }

  @Test func `an alarm stays until it is over and seen`() {
    let desk = SimulatedDesk(.init())
    desk.desk.heed([.began(.boardHot, facts: .null), .began(.boardHot, facts: .null)])
    desk.hear(.tick)
    #expect(desk.desk.alarms.count == 1)
    desk.ask(.acknowledge(alarm: 1))
    #expect(desk.desk.alarms.count == 1)
    desk.desk.heed([.ended(.boardHot), .ended(.boardHot)])
    #expect(desk.desk.alarms.isEmpty)
    desk.desk.heed([.began(.levelLowered, facts: .null)])
    desk.ask(.acknowledge(alarm: 2))
    #expect(desk.desk.alarms.isEmpty)
    for _ in 0..<150 { desk.desk.heed([.began(.riseHigh, facts: .null), .ended(.riseHigh)]) }
    #expect(desk.desk.alarms.count == 100)
    desk.desk.heed([.trip(.beanTooHot, facts: .null)])
    #expect(desk.desk.trips == [.beanTooHot])
  }

  @Test func `three failures of one kind pause it until a person resets`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 1), from: 0)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    for number in 0..<4 {
      desk.at(9 + Double(number) * 16) {
        $0.propose(.fan, 5)
        $0.approve(Int64(number + 1))
      }
    }
    await desk.run(60)
    #expect(desk.outcomes == ["lost", "lost", "lost"])
    #expect(desk.rules(8).contains("breaker_open") || desk.rules(9).contains("breaker_open"))
    let state = desk.kept.reversed().lazy.compactMap { record in
      if case .state(let json) = record { json } else { nil }
    }.first
    #expect(state?["breakers"]?["paused"]?.arrayValue?.map(\.stringValue) == ["fan"])
  }

  @Test func `a window that ends while a rule speaks ends in a refusal, one of no worth expires`()
    async
  {
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) {
      $0.propose(.fan, 4)
      if let drum = Command(.drum, level: 6) { $0.propose([.init(drum)], expiresAfter: 5) }
    }
    for second in stride(from: 12.0, to: 32, by: 4) {
      desk.at(second) { $0.ask(.signOfLife, from: SimulatedDesk.agent) }
    }
    desk.at(27) { $0.turn(.heater, by: -1) }
    await desk.run(24)
    #expect(desk.states(1) == [.proposed, .awaitingVeto, .rejected])
    #expect(desk.states(2) == [.proposed, .awaitingVeto, .expired])
    #expect(desk.received.isEmpty)
  }

  @Test func `a dry run says what would be, and does nothing`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) { desk in
      for kind in [Command.Kind.fan, .beginRoast] {
        let level = kind == .fan ? 4 : nil
        guard let command = Command(kind, level: level) else { continue }
        desk.ask(.dryRun(.init(steps: [.init(command)], reason: "?")), from: SimulatedDesk.agent)
      }
    }
    await desk.run(3)
    #expect(desk.answer(2)?["status"]?.stringValue == "approved")
    #expect(desk.answer(2)?["forecast"]?["misfit_celsius"]?.numberValue == 1)
    #expect(desk.answer(3)?["status"]?.stringValue == "rejected")
    #expect(desk.answer(3)?["verdict"]?["allowed"]?.boolValue == false)
    #expect(desk.transitions().isEmpty && desk.received.isEmpty)
  }

  @Test func `with beans in, what waits for a person is rehearsed from their beginning`() async {
    let desk = SimulatedDesk(.init())
    desk.at(1) {
      $0.twin.perform(.load(grams: 500))
      $0.twin.perform(.prs)
      $0.set(.approve)
    }
    desk.at(60) {
      $0.hear(.batch(grams: 500))
      #expect($0.desk.charged != nil)
      $0.propose(.heater, 8)
      #expect($0.answers[2] == nil)
    }
    await desk.run(62)
    #expect(desk.questions.last?.grams == 500)
    #expect((40...65).contains(desk.questions.last?.past.count ?? 0))
    #expect(desk.answer(2)?["forecast"]?["steepest_rise_celsius_per_minute"]?.numberValue == 10)
    #expect(desk.answer(2)?["status"]?.stringValue == "pending_approval")
  }
}
