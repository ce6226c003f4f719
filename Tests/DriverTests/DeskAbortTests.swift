import Driver
import Fixtures
import Governor
import Roaster
import Simulator
import Testing

/// Stopping always works (S1 to S6).
@Suite struct DeskAbortTests {
  @Test func `from heater 9 to a confirmed 0 in under 1.5 s with steps of 100 ms`() async throws {
    for seed in UInt64(0)..<UInt64(20 * Fixtures.effort) {
      var setup = SimulatedDesk.Setup()
      setup.seed = seed
      setup.bullet.stepDelay = 0.1...0.1
      let desk = await SimulatedDesk.roasting(setup)
      desk.twin.perform(.turn(.heater, by: 9))
      let asked = 8.5 + Double(seed % 97) / 970
      desk.at(asked) { $0.ask(.abort(reason: "enough", fire: false)) }
      await desk.run(3)
      let first = try #require(desk.sent.first)
      #expect(first.at - asked < 0.02, "seed \(seed)")
      let confirmed = try #require(desk.audit(.readback).first)
      #expect(confirmed.at.monotonic.seconds - asked < 1.5, "seed \(seed)")
      #expect(desk.heater == 0)
      #expect(desk.sent.allSatisfy { $0.write.actuation == .heaterDown })
      #expect(desk.audit(.bytesMeant).count == desk.received.count)
    }
  }

  /// What may go on while somebody aborts.
  enum Trouble: CaseIterable {
    case none, unplugged, late, lostReplies, corrupted, stall, noDisk, stale, stuck, doubled, probe
    case notCommissioned, commandInFlight, brokenAudit

    func faults(from at: Double) -> [TimedFault] {
      let fault: Fault? =
        switch self {
        case .unplugged: .unplugged
        case .late: .late(milliseconds: 1200)
        case .lostReplies, .stale: .lost
        case .corrupted: .corrupted
        case .stall: .stall
        case .stuck: .stepLost(probability: 0.5)
        case .doubled: .stepDoubled(probability: 0.5)
        case .probe: .probeOpen
        default: nil
        }
      let steps: [TimedFault] = [TimedFault(.stepLost(probability: 0.2), from: 0)]
      return steps + (fault.map { [TimedFault($0, from: at - 1, lasting: 4)] } ?? [])
    }
  }

  @Test(arguments: Trouble.allCases, Autonomy.allCases)
  func `it works at any moment, at every level and in any trouble`(
    trouble: Trouble, level: Autonomy
  ) async {
    for run in 0..<(1 * Fixtures.effort) {
      let seed = UInt64(level.rawValue * 1000 + run)
      var random = SeededGenerator(
        seed: seed &* 31 &+ UInt64(Trouble.allCases.firstIndex(of: trouble) ?? 0))
      let at = Double.random(in: 12...120, using: &random)
      var setup = SimulatedDesk.Setup()
      setup.seed = seed
      setup.bullet.seed = seed
      setup.isCommissioned = trouble != .notCommissioned
      setup.bullet.faults = FaultPlan(trouble.faults(from: at))
      let desk = SimulatedDesk(setup)
      desk.twin.perform(.load(grams: 500))
      desk.twin.perform(.prs)
      await desk.skip(to: at - 3)
      desk.at(at - 2.5) { $0.set(level) }
      if trouble == .noDisk { desk.at(at - 1) { $0.isDiskWhole = false } }
      if trouble == .brokenAudit { desk.at(at - 1) { $0.hear(.auditBroken(row: 3)) } }
      if trouble == .commandInFlight {
        desk.at(at - 0.3) {
          $0.propose(.heater, 9, by: SimulatedDesk.person)
          $0.approve(1)
        }
      }
      desk.at(at) { $0.ask(.abort(reason: nil, fire: false), from: SimulatedDesk.agent) }
      await desk.run(13)
      let note: Comment = "\(trouble) at \(level), seed \(seed)"
      #expect(desk.heater == 0, note)
      #expect(desk.desk.standing["abort"]?["latched"]?.boolValue == true, note)
      #expect(desk.desk.standing["abort"]?["stepping"]?.boolValue == false, note)
      for item in desk.sent where item.at > at + 0.01 && item.result == .sent {
        #expect(item.write.purpose == .abort, note)
      }
      #expect(desk.desk.proposals.isEmpty, note)
      if trouble == .noDisk { #expect(desk.audit(.abort).allSatisfy { $0.isLate }, note) }
      #expect(DeskPropertyTests.problems(of: desk) == [], note)
    }
  }

  @Test(arguments: [1.0, 2.5, 9, 40, 300])
  func `it works in every state, and goes on until the heater reads 0`(at: Double) async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.start = .cold
    let desk = SimulatedDesk(setup)
    desk.at(2) { $0.twin.perform(.prs) }
    desk.at(8) { $0.twin.perform(.prs) }
    desk.at(20) { $0.twin.perform(.prs) }
    desk.at(at) { $0.ask(.abort(reason: nil, fire: false)) }
    if at > 60 { await desk.skip(to: at - 4) }
    await desk.run(at > 60 ? 12 : at + 8)
    #expect(!desk.received.isEmpty)
    #expect(desk.sent.allSatisfy { $0.write == desk.sent[0].write })
  }

  @Test func `it is sent on readings two seconds old, while polls bring no status`() async throws {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) { $0.isBabbling = true }
    desk.at(11) { desk in
      #expect(desk.rules(desk.propose(.fan, 4)).contains("stale_telemetry"))
      desk.ask(.abort(reason: nil, fire: false))
    }
    await desk.run(5)
    let first = try #require(desk.sent.first)
    #expect(first.at - 11 < 0.03 && first.age >= 1.9 && first.result == .sent)
    #expect(desk.heater == 0)
    // Nothing was read back, so it goes on.
    #expect(desk.desk.standing["abort"]?["stepping"]?.boolValue == true)
    #expect(!desk.desk.alarms.contains { $0["code"]?.stringValue == "abort_waits" })
  }

  @Test func `it leaves while answers time out, between one request and the next`() async throws {
    for asked in [9.0, 9.35, 9.9] {
      var setup = SimulatedDesk.Setup()
      setup.bullet.faults = FaultPlan([TimedFault(.lost, from: 8.9, lasting: 9)])
      let desk = await SimulatedDesk.roasting(setup, level: .approve)
      desk.at(asked) { $0.ask(.abort(reason: nil, fire: false)) }
      await desk.run(6)
      let first = try #require(desk.sent.first)
      #expect(first.result == .sent && first.at - asked < 1.1, "\(asked): \(first.at)")
    }
  }

  @Test func `its audit is written beside its bytes, and says so`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(4)
    let meant = desk.audit(.bytesMeant)
    #expect(!meant.isEmpty && meant.allSatisfy(\.isLate))
  }

  @Test func `while the link is down it waits loudly, and goes on when it is back`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.unplugged, from: 9, lasting: 4)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(8.95) { $0.ask(.abort(reason: "smoke", fire: true)) }
    desk.at(11) {
      #expect($0.desk.alarms.contains { $0["code"]?.stringValue == "abort_waits" })
      #expect($0.desk.standing["abort"]?["waits_for_link"]?.boolValue == true)
    }
    await desk.run(10)
    #expect(desk.heater == 0)
    let alarm = desk.desk.alarms.last { $0["code"]?.stringValue == "abort_waits" }
    #expect(alarm?["ended"]?.stringValue != nil)
  }

  @Test func `asked while the link is down it begins when there is one`() async {
    let desk = await SimulatedDesk.roasting()
    desk.ask(.abort(reason: nil, fire: false))
    #expect(desk.desk.alarms.contains { $0["code"]?.stringValue == "abort_waits" })
    await desk.run(4)
    #expect(desk.heater == 0)
  }

  @Test func `it latches until a person resets it with a reason`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.ask(.abort(reason: "look", fire: false), from: SimulatedDesk.agent)
    }
    desk.at(13) { desk in
      #expect(desk.rules(desk.propose(.fan, 4)).contains("aborted"))
      #expect(desk.refusal(desk.ask(.reset(reason: "r"), from: SimulatedDesk.agent)) != nil)
      #expect(desk.refusal(desk.ask(.reset(reason: " "))) == .invalid("a reset needs a reason"))
      #expect(desk.refusal(desk.set(.audit)) == .latched("an abort is latched"))
      #expect(desk.answer(desk.set(.recommend)) != nil)
      #expect(desk.answer(desk.ask(.reset(reason: "looked"))) != nil)
      #expect(desk.answer(desk.set(.approve)) != nil)
      desk.propose(.fan, 4)
      #expect(desk.answer(desk.approve(3)) != nil)
    }
    await desk.run(9)
    #expect(desk.states(1).last == .aborted)
    #expect(desk.states(3).last == .completed)
    #expect(desk.twin.bullet.level(of: .fan) == 4)
    #expect(desk.desk.standing["abort"]?["advice"]?.arrayValue?.isEmpty == true)
  }

  @Test func `a reset ends an abort that cannot come to its end`() async {
    let desk = SimulatedDesk(.init())
    desk.at(1) { $0.ask(.abort(reason: nil, fire: false)) }
    desk.at(3) { desk in
      #expect(desk.desk.standing["abort"]?["stepping"]?.boolValue == true)
      desk.ask(.reset(reason: "the heater only holds the preheat"))
    }
    await desk.run(5)
    let last = desk.sent.last { $0.result == .sent }
    #expect((last?.at ?? 9) < 3.2)
  }

  @Test func `heat that comes on again by a late step is stepped down again`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.stepDelay = 0...0.1
    let desk = await SimulatedDesk.roasting(setup)
    desk.at(9) { $0.ask(.abort(reason: nil, fire: false)) }
    desk.at(12) {
      #expect($0.heater == 0)
      // As a step of ours that the machine took late.
      $0.hear(.wrote($0.sent[0].write, .failed(.timeout)))
      $0.perform(.expect(ExpectedStep(.heater, .up, until: MonotonicTime(seconds: 13))))
      $0.twin.perform(.turn(.heater, by: 1))
    }
    await desk.run(8)
    #expect(desk.heater == 0)
  }

  @Test func `heat that a hand turns on after it is left on`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) { $0.ask(.abort(reason: nil, fire: false)) }
    desk.at(14) { $0.turn(.heater, by: 4) }
    await desk.run(12)
    #expect(desk.heater == 4)
    #expect(desk.desk.standing["abort"]?["latched"]?.boolValue == true)
  }

  @Test func `an agent that aborts later changes nothing of who stopped and why`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      $0.ask(.abort(reason: "smoke", fire: false))
      let again = $0.answer(
        $0.ask(.abort(reason: "mine", fire: true), from: SimulatedDesk.agent))
      #expect(again?["by"]?.stringValue == "alice" && again?["reason"]?.stringValue == "smoke")
      #expect(again?["fire"]?.boolValue == false)
    }
    await desk.run(3)
  }

  @Test func `a heater that never reads 0 is stepped down once a second after a minute`() async {
    let desk = SimulatedDesk(.init())
    desk.at(1) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(91)
    let late = desk.sent.filter { $0.at > 75 && $0.at <= 90 }
    #expect((13...16).contains(late.count), "\(late.count)")
    #expect(desk.sent.count { $0.at < 11 } > 90)
  }

  @Test func `with a fire it says so, and says again that it stopped when asked again`() async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      let first = $0.answer($0.ask(.abort(reason: "a", fire: false)))
      #expect(first?["advice"]?.arrayValue?[1].stringValue?.contains("drop them") == true)
      let again = $0.answer($0.ask(.abort(reason: nil, fire: true)))
      #expect(again?["advice"]?.arrayValue?[0].stringValue?.hasPrefix("Fire") == true)
      #expect(again?["reason"]?.stringValue == "a")
    }
    await desk.run(6)
    let meant = desk.audit(.bytesMeant).count
    #expect(meant == desk.received.count)
    #expect(desk.audit(.abort).count == 2)
  }

  @Test(arguments: [true, false])
  func `its rows are marked late when the store could not write them`(isWhole: Bool) async {
    let desk = await SimulatedDesk.roasting()
    desk.at(9) {
      $0.isDiskWhole = isWhole
      $0.ask(.abort(reason: nil, fire: false))
    }
    await desk.run(6)
    #expect(desk.heater == 0)
    for action in [AuditAction.abort, .bytesMeant, .bytesSent, .readback] {
      let rows = desk.audit(action)
      // The bytes of an abort wait for no row that tells of them.
      let isLate = !isWhole || action == .bytesMeant
      #expect(!rows.isEmpty && rows.allSatisfy { $0.isLate == isLate }, "\(action)")
    }
  }
}
