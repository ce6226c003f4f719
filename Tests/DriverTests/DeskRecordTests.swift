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
}
