import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// What the desk tells and has written down of a command (D1, X5).
@Suite struct DeskRecordTests {
  @Test func `a command of two steps is told step by step`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) { $0.propose(.heater, 5) }
    await desk.run(6)
    #expect(desk.outcomes == ["confirmed"] && desk.received.count == 2)
    let readback = desk.detail(1, "readback")
    #expect(readback?["steps_sent"]?.integerValue == Int64(desk.received.count))
    #expect(readback?["steps_doubled"]?.integerValue == 0)
    #expect(readback?["delays_ms"]?.arrayValue?.count == desk.received.count)
    #expect(desk.audit(.readback).count == desk.received.count)
    #expect(desk.audit(.bytesMeant).count == desk.received.count)
    #expect(desk.detail(1, "approval")?["approver"]?["kind"]?.stringValue == "level")
    #expect(desk.desk.record.inBatch == 1)
  }

  @Test func `bytes that are not wanted any more, or come too late, are told with why`() async {
    var setup = SimulatedDesk.Setup()
    setup.diskSeconds = 0.25...0.25
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
    }
    desk.at(9.02) { $0.turn(.heater, by: -1) }
    await desk.run(6)
    #expect(desk.received.isEmpty)
    #expect(desk.audit(.bytesNotSent).map { $0.detail["why"]?.stringValue } == ["not_wanted"])

    let late = await SimulatedDesk.roasting(level: .approve)
    late.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
    }
    late.onWrite = { desk in
      desk.onWrite = nil
      desk.set(.assist)
    }
    await late.run(4)
    #expect(late.audit(.bytesNotSent).map { $0.detail["why"]?.stringValue } == ["withdrawn"])
  }

  @Test func `before anything was heard a command lacks all that it rests on`() {
    let desk = SimulatedDesk(.init())
    desk.set(.approve)
    let abort = desk.desk.standing["abort"]
    #expect(abort?["latched"]?.boolValue == false && abort?["fire"]?.boolValue == false)
    let tag = desk.propose(.fan, 4)
    for rule in ["link_down", "not_identified", "not_commissioned", "stale_telemetry"] {
      #expect(desk.rules(tag).contains(rule), "\(rule)")
    }
  }

  @Test func `an abort under way with a link waits for none`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      let abort = $0.answer($0.ask(.abort(reason: nil, fire: false)))
      #expect(abort?["stepping"]?.boolValue == true)
      #expect(abort?["waits_for_link"]?.boolValue == false)
    }
    await desk.run(3)
  }

  @Test func `heat that was gained is remembered, and nothing else`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) { $0.propose(.heater, 9) }
    desk.at(14) {
      $0.propose(.fan, 3)
      $0.ask(.signOfLife, from: SimulatedDesk.agent)
    }
    desk.at(18) { $0.propose(.heater, 8) }
    await desk.run(16)
    #expect(desk.outcomes == ["confirmed", "confirmed", "confirmed"])
    #expect(desk.desk.record.heaterRises.map(\.levels) == [1, 1])
  }

  @Test func `the words that a person must yet say are told`() async {
    let desk = await SimulatedDesk.roasting(level: .recommend)
    func needed(_ tag: UInt64) -> [String]? {
      desk.answer(tag)?["words_needed"]?.arrayValue?.compactMap(\.stringValue)
    }
    desk.at(9) {
      #expect(needed($0.propose(.beginCooling)) == ["door_is_open"])
      #expect(needed($0.propose(.fan, 4)) == [])
    }
    await desk.run(2)
  }

  @Test func `of too many alarms one that has ended is forgotten first`() {
    var desk = Desk(DeskOpening(), now: SimulatedDesk(.init()).twin.now)
    desk.beginAlarm(.boardHot)
    for _ in 0..<Desk.alarmLimit {
      desk.beginAlarm(.riseHigh)
      desk.endAlarm(.riseHigh)
    }
    #expect(desk.alarms.count == Desk.alarmLimit)
    #expect(desk.alarms.first?["code"]?.stringValue == "board_hot")
  }

  @Test func `an audit that is broken at the start is told, and at L1 lowers nothing`() {
    var setup = SimulatedDesk.Setup()
    setup.opening.brokenRow = 5
    let opened = DeskOpening(brokenRow: 5)
    #expect(opened.brokenRow == 5)
    let desk = SimulatedDesk(setup)
    desk.hear(.auditBroken(row: 7))
    #expect(desk.desk.standing["audit_broken_row"]?.integerValue == 5)
    let whole = SimulatedDesk(.init())
    whole.hear(.auditBroken(row: 7))
    #expect(whole.desk.standing["audit_broken_row"]?.integerValue == 7)
    #expect(whole.audit(.levelChanged).isEmpty && whole.audit(.alarm).count == 1)
  }

  @Test func `bytes are told by two digits each`() {
    #expect(hex([0, 0x0F, 0x10, 0xFF]) == "000f10ff")
  }

  @Test func `a sequence of which nothing was sent is refused, not partly done`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let drum = try #require(Command(.drum, level: desk.twin.bullet.level(of: .drum)))
    let fan = try #require(Command(.fan, level: desk.twin.bullet.level(of: .fan) + 5))
    desk.at(9) {
      $0.propose([.init(drum), .init(fan)])
      $0.approve(1)
    }
    await desk.run(5)
    #expect(desk.outcomes == ["confirmed", "refused"])
    #expect(desk.states(1).last == .rejected)
  }

  @Test func `what nobody looked at is rehearsed when it is made, and again if it has waited`()
    async throws
  {
    let drum = try #require(Command(.drum, level: 6))
    for (when, count) in [(Proposal.Condition.atOnce, 1), (.after(seconds: 2), 2)] {
      let desk = await SimulatedDesk.roasting(level: .audit)
      desk.at(9) { $0.propose([.init(drum, when: when)]) }
      await desk.run(7)
      #expect(desk.questions.count == count)
      #expect(desk.outcomes == ["confirmed"])
      #expect(desk.detail(1, "readback")?["steps_doubled"]?.integerValue == 0)
    }
  }

  @Test func `an abort's step is taken back with the link`() {
    let now = SimulatedDesk(.init()).twin.now
    var desk = Desk(DeskOpening(), now: now)
    let roaster = Identification(serial: 1234, firmware: 562, roasts: 99)
    func happenings(_ input: Desk.Input) -> [String] {
      desk.step(input, now: now).compactMap { effect in
        switch effect {
        case .write: "write"
        case .withdraw: "withdraw"
        default: nil
        }
      }
    }
    #expect(happenings(.link(isUp: true, roaster, isTwin: true)).isEmpty)
    let abort = Desk.Request.abort(reason: nil, fire: false)
    #expect(happenings(.ask(abort, from: SimulatedDesk.person, tag: 1)) == ["write"])
    #expect(happenings(.link(isUp: false, nil, isTwin: false)) == ["withdraw"])
  }

  @Test func `a rehearsal of something else holds nothing up`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.isModelSilent = true
    desk.at(9) {
      guard let fan = Command(.fan, level: 4) else { return }
      $0.ask(.dryRun(.init(steps: [.init(fan)], reason: "what if")), from: SimulatedDesk.agent)
      $0.propose(.beginCooling, by: SimulatedDesk.person, words: [.doorIsOpen])
      $0.approve(1)
    }
    desk.at(10) { #expect($0.received.count == 1) }
    await desk.run(3)
  }

  @Test func `what is stopped while it is rehearsed is written down as made before`() async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.isModelSilent = true
    desk.at(9) { $0.propose(.fan, 4) }
    desk.at(10) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(3)
    #expect(desk.states(1) == [.proposed, .aborted])
    #expect(desk.audit(.proposed).count == 1)
  }
}
