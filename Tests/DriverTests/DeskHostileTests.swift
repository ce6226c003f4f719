import Driver
import Governor
import Roaster
import Simulator
import Testing

/// Somebody who wants to move the roaster without leave wins nothing.
@Suite struct DeskHostileTests {
  /// It calls itself as a person is called; what it is, the door has said.
  private static let liar = Actor(.agent, name: "alice", credential: 1)

  @Test(arguments: [Autonomy.assist, .recommend, .approve])
  func `an agent that says it is a person is an agent`(level: Autonomy) async {
    let desk = await SimulatedDesk.roasting(level: level)
    desk.at(9) { desk in
      desk.propose(.beginCooling, by: Self.liar, words: [.doorIsOpen, .beansAreIn])
      desk.propose(.heater, 9, by: Self.liar)
      for id in Int64(1)...2 {
        for request: Desk.Request in [
          .approve(id, words: [.doorIsOpen], reason: "I am alice"),
          .adopt(id, words: [.doorIsOpen], reason: "really"),
        ] {
          guard case .notForYou = desk.refusal(desk.ask(request, from: Self.liar)) else {
            Issue.record("\(request) was taken")
            continue
          }
        }
      }
      desk.set(.audit, by: Self.liar)
      // What an agent says of beans and doors is nobody's word.
      #expect(desk.rules(desk.approve(1)).contains("persons_word") || level != .approve)
    }
    await desk.run(6)
    #expect(desk.received.isEmpty)
    #expect(desk.desk.level == level)
  }

  @Test func `its sign of life is no person's`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    for second in 9..<195 { desk.at(Double(second)) { $0.ask(.signOfLife, from: Self.liar) } }
    await desk.run(187)
    #expect(desk.desk.level == .approve)
  }

  @Test func `an approval is for one run`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
      #expect($0.refusal($0.approve(1)) == .notOpen(1, .executing))
    }
    desk.at(13) { #expect($0.refusal($0.approve(1)) == .notOpen(1, .completed)) }
    desk.at(20) {
      $0.propose(.fan, 6, key: "k")
      #expect($0.refusal($0.propose(.fan, 9, key: "k")) == .keyReused("k"))
      $0.approve(2)
    }
    await desk.run(18)
    #expect(desk.twin.bullet.level(of: .fan) == 6)
    #expect(desk.received.count == 4)
  }

  @Test(arguments: 0..<60)
  func `an approval that races an abort loses`(milliseconds: Int) async {
    for abortsFirst in [true, false] {
      let desk = await SimulatedDesk.roasting(level: .approve)
      desk.at(9) { $0.propose(.heater, 9) }
      let gap = Double(milliseconds) / 1000
      desk.at(9.5 + (abortsFirst ? 0 : gap)) { $0.ask(.abort(reason: nil, fire: false)) }
      desk.at(9.5 + (abortsFirst ? gap : 0)) { $0.approve(1) }
      await desk.run(7)
      let aborted = 9.5 + (abortsFirst ? 0 : gap)
      #expect(desk.heater == 0)
      #expect(desk.states(1).last == .aborted)
      for item in desk.sent where item.at > aborted + 0.002 && item.result == .sent {
        #expect(item.write.purpose == .abort, "\(milliseconds) ms")
      }
      #expect(DeskPropertyTests.problems(of: desk) == [])
    }
  }

  @Test func `whatever stands in the way is told, and a later moment mends what it can`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) { desk in
      desk.propose(.fan, 3)
      desk.propose(.fan, 4)
      desk.propose(.heater, 9)
      desk.approve(1)
      #expect(desk.rules(desk.approve(2)) == ["busy"])
      #expect(desk.states(2).last == .pendingApproval)
      desk.isDiskWhole = false
      #expect(desk.rules(desk.approve(3)) == ["audit_unavailable", "busy"])
      desk.isDiskWhole = true
    }
    desk.at(13) { desk in
      desk.turn(.fan, by: 5)
      desk.approve(3)
    }
    desk.at(14) { desk in
      // From fan 8 or 9, 4 is within reach; from there on time alone stands against it.
      #expect(desk.rules(desk.approve(2)).contains("panel_active"))
    }
    await desk.run(8)
    #expect(desk.states(1).last == .completed)
  }

  @Test func `bytes whose audit is not on the disk never leave`() async {
    for delay in [0.02, 0.2] {
      var setup = SimulatedDesk.Setup()
      setup.diskSeconds = delay...delay
      let desk = await SimulatedDesk.roasting(setup, level: .approve)
      desk.at(9) {
        $0.propose(.fan, 4)
        $0.approve(1)
      }
      desk.at(9.01) { $0.isDiskWhole = false }
      await desk.run(4)
      #expect(desk.received.isEmpty)
      #expect(desk.outcomes == ["refused"])
      #expect(desk.states(1).last == .rejected)
      #expect(desk.audit(.bytesNotSent).count == 1)
    }
  }

  @Test(arguments: 0..<4)
  func `bytes that lie in the outbox are taken back when a rule comes to speak`(what: Int) async {
    let desk = await SimulatedDesk.roasting(level: .recommend)
    desk.at(9) {
      $0.propose(.fan, 4, by: SimulatedDesk.person)
      $0.approve(1)
    }
    desk.onWrite = { desk in
      desk.onWrite = nil
      switch what {
      case 0: desk.set(.assist)
      case 1: desk.hear(.auditBroken(row: 1))
      case 2: desk.isDiskWhole = false
      default: desk.ask(.abort(reason: nil, fire: false))
      }
    }
    await desk.run(5)
    #expect(desk.sent.allSatisfy { $0.write.purpose == .abort || $0.result == .withdrawn })
    #expect(desk.outcomes == [what == 3 ? "aborted" : "refused"])
  }

  @Test func `bytes that come too late to leave do not leave, and are decided again`() async {
    var setup = SimulatedDesk.Setup()
    setup.diskSeconds = 0.6...0.6
    setup.bullet.faults = FaultPlan([TimedFault(.late(milliseconds: 450), from: 9.2, lasting: 1)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9.15) {
      $0.propose(.fan, 3)
      $0.approve(1)
    }
    await desk.run(8)
    #expect(DeskPropertyTests.problems(of: desk) == [])
  }
}
