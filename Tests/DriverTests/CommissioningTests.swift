import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// The first commands that a unit is given (Specs/governor.md M1 to M8).
@Suite struct CommissioningTests {
  /// A unit that has not passed, ready and empty, with a person beside it at L2.
  private func unit(_ change: (inout SimulatedDesk.Setup) -> Void = { _ in }) -> SimulatedDesk {
    var setup = SimulatedDesk.Setup()
    setup.isCommissioned = false
    change(&setup)
    let desk = SimulatedDesk(setup)
    desk.at(1) { $0.set(.recommend) }
    return desk
  }

  private func phase(_ desk: SimulatedDesk) -> String? {
    desk.desk.commissioningStanding["phase"]?.stringValue
  }

  private func why(_ desk: SimulatedDesk) -> String? {
    desk.desk.commissioningStanding["why"]?.stringValue
  }

  private func results(_ desk: SimulatedDesk) -> [JSON] {
    desk.desk.commissioningStanding["results"]?.arrayValue ?? []
  }

  /// A person does as they are told, half a second after each question, from `begin` on. What
  /// `instead` does at a step (`fan go`, `fan confirm`) it does in their place.
  private func attend(
    _ desk: SimulatedDesk, instead: [String: (SimulatedDesk) -> Void] = [:], from start: Double = 2
  ) {
    desk.at(start) { $0.say(.begin) }
    for tenth in 1..<1600 {
      desk.at(start + Double(tenth) / 2) { desk in
        let standing = desk.desk.commissioningStanding
        guard let phase = standing["phase"]?.stringValue, let step = standing["step"]?.stringValue
        else { return }
        if let other = instead["\(step) \(phase)"] { return other(desk) }
        switch phase {
        case "go":
          if step == "heater", desk.twin.bullet.state == .ready { desk.twin.perform(.prs) }
          desk.say(.go)
        case "confirm": desk.say(.yes)
        default: break
        }
      }
    }
  }

  @Test func `the whole sequence passes, and the unit takes commands from then on`() async throws {
    let desk = unit()
    var early: UInt64 = 0
    desk.at(1.5) { early = $0.propose(.fan, 3, by: SimulatedDesk.person) }
    attend(desk)
    await desk.run(110)
    #expect(desk.rules(early) == ["not_commissioned"])
    #expect(phase(desk) == "passed", "\(desk.desk.commissioningStanding.text)")
    #expect(
      results(desk).compactMap { $0["step"]?.stringValue } == [
        "readings", "fan", "heater", "drum", "cooling", "shut_down",
      ])
    for result in results(desk) {
      #expect(result["passed"] == .bool(true))
      let commands = result["commands"]?.arrayValue ?? []
      let frames = result["frames"]?.arrayValue ?? []
      #expect(frames.allSatisfy { $0.stringValue?.utf8.count == 256 })
      #expect(frames.count == (result["step"]?.stringValue == "readings" ? 2 : commands.count + 1))
      #expect(commands.allSatisfy { ($0["delays_ms"]?.arrayValue ?? []).count == 1 })
    }
    #expect(
      desk.received
        == [
          Actuation.fanUp, .fanDown, .heaterDown, .heaterUp, .drum(try #require(DrumLevel(8))),
          .drum(try #require(DrumLevel(9))), .prs, .prs,
        ].compactMap(\.bytes))
    #expect(desk.outcomes == Array(repeating: "confirmed", count: 8))
    #expect(DeskPropertyTests.problems(of: desk) == [])
    let rows = desk.audit(.commissioned)
    #expect(rows.count == 8)
    #expect(rows.last?.detail["passed"]?["serial"] != nil)
    #expect(desk.desk.commissioningStanding["needed"] == .bool(false))

    let after = DeskOpening(after: desk.kept)
    var again = SimulatedDesk.Setup()
    again.isCommissioned = false
    again.opening = after
    let next = SimulatedDesk(again)
    next.at(1) { $0.set(.recommend) }
    var tag: UInt64 = 0
    next.at(2) { tag = $0.propose(.fan, 3, by: SimulatedDesk.person) }
    await next.run(3)
    #expect(next.answer(tag)?["status"]?.stringValue == "pending_approval")
  }

  @Test func `another firmware, another number and another kind of machine begin anew`() async {
    let passed = unit()
    attend(passed)
    await passed.run(110)
    let opening = DeskOpening(after: passed.kept)
    let known = passed.setup.bullet.identification
    var other = known
    other.firmware += 1
    var third = known
    third.serial += 1
    for (identification, isTwin, needed) in [
      (known, false, false), (other, false, true), (third, false, true), (known, true, false),
    ] {
      var setup = SimulatedDesk.Setup()
      setup.isCommissioned = isTwin
      setup.opening = opening
      setup.bullet.identification = identification
      let desk = SimulatedDesk(setup)
      await desk.run(2)
      #expect(desk.desk.commissioningStanding["needed"] == .bool(needed))
    }
    // What a twin has passed is worth nothing on a machine of its number.
    let twin = unit { $0.isCommissioned = true }
    attend(twin)
    await twin.run(110)
    #expect(phase(twin) == "passed")
    let machine = unit { $0.opening = DeskOpening(after: twin.kept) }
    await machine.run(2)
    #expect(machine.desk.commissioningStanding["needed"] == .bool(true))
  }

  @Test func `a person's no, at any step, ends it as not passed`() async {
    for step in ["readings", "fan", "heater", "drum", "cooling", "shut_down"] {
      let desk = unit()
      attend(desk, instead: ["\(step) confirm": { $0.say(.no) }])
      await desk.run(110)
      expectFailed(desk, "a person said no", at: step)
    }
  }

  @Test func `a person who stops, or is silent, ends it as not passed`() async {
    for step in ["fan", "heater", "cooling"] {
      for phase in ["go", "confirm"] {
        let stopped = unit()
        attend(stopped, instead: ["\(step) \(phase)": { $0.say(.stop) }])
        await stopped.run(110)
        expectFailed(stopped, "a person stopped it", at: step)
        let silent = unit()
        attend(silent, instead: ["\(step) \(phase)": { _ in }])
        await silent.run(200)
        expectFailed(silent, "nobody has answered for 60 s", at: step)
      }
    }
  }

  @Test func `a step that is lost is not sent again, and one taken twice does not pass`() async {
    for (fault, words) in [
      (Fault.stepLost(probability: 1), "a step had no effect"),
      (.stepDoubled(probability: 1), "a step was taken twice"),
    ] {
      let desk = unit {
        $0.bullet.faults = FaultPlan([TimedFault(fault, from: 0)])
      }
      attend(desk)
      await desk.run(60)
      expectFailed(desk, words, at: "fan")
      if fault == .stepLost(probability: 1) { #expect(desk.received.count == 1) }
    }
  }

  @Test func `a hand at the panel, an abort and a lost connection end it as not passed`() async {
    let hand = unit()
    attend(
      hand,
      instead: ["heater running": { $0.turn(.heater, by: 1) }])
    await hand.run(110)
    expectFailed(hand, "the command ended as overtaken", at: "heater")

    let aborted = unit()
    attend(
      aborted, instead: ["drum running": { $0.ask(.abort(reason: nil, fire: false)) }])
    await aborted.run(110)
    expectFailed(aborted, "an abort or a trip is latched", at: "drum")
    #expect(aborted.heater == 0)

    let unplugged = unit {
      $0.bullet.faults = FaultPlan([TimedFault(.unplugged, from: 24, lasting: 3)])
    }
    attend(unplugged)
    await unplugged.run(60)
    expectFailed(unplugged, "the connection was lost", at: "fan")
  }

  @Test func `an empty roast of two minutes ends it, and the person is told to end the roast`()
    async
  {
    let desk = unit()
    var told: String?
    attend(
      desk,
      instead: [
        "drum go": { desk in
          if desk.seconds > 90 { desk.say(.go) }
        },
        "drum confirm": { _ in },
        "drum failed": { told = $0.desk.commissioningStanding["text"]?.stringValue },
      ])
    await desk.run(200)
    expectFailed(desk, "it has roasted empty for 120 s", at: "drum")
    #expect(told?.contains("Press PRS") == true)
  }

  @Test func `readings that cannot be true do not pass, and are named`() async {
    let desk = unit { $0.bullet.volts = 60 }
    attend(desk)
    await desk.run(40)
    expectFailed(desk, "mains_volts cannot be true", at: "readings")
    #expect((results(desk).last?["suspect"]?["mains_volts"]?.integerValue ?? 0) > 50)
    #expect(desk.received.isEmpty)

    let silent = unit {
      $0.bullet.faults = FaultPlan([TimedFault(.late(milliseconds: 900), from: 2.5, lasting: 19)])
    }
    attend(silent)
    await silent.run(40)
    #expect(phase(silent) == "failed")
    #expect(results(silent).last?["step"]?.stringValue == "readings")
  }

  @Test func `while it runs nothing else does, and nobody but a person says anything`() async {
    for isTwin in [true, false] {
      let desk = unit { $0.isCommissioned = isTwin }
      var others: [UInt64] = []
      var words: [UInt64] = []
      attend(
        desk,
        instead: [
          "fan running": { desk in
            desk.set(.audit)
            others.append(desk.propose(.fan, 5))
            others.append(desk.propose(.fan, 5, by: SimulatedDesk.person))
            words.append(
              desk.ask(.commission(.go), from: SimulatedDesk.agent))
          }
        ])
      await desk.run(110)
      #expect(!others.isEmpty)
      for tag in others { #expect(desk.rules(tag).contains("not_commissioned")) }
      for tag in words {
        #expect(
          desk.refusal(tag) == .notForYou("only a person beside the machine commissions it"))
      }
      #expect(desk.received.count == 8)
      #expect(phase(desk) == "passed")
    }
  }

  @Test func `it begins only above L1, on a ready machine, and its words only when they are due`()
    async
  {
    let first = SimulatedDesk(
      {
        var setup = SimulatedDesk.Setup()
        setup.isCommissioned = false
        return setup
      }())
    var tag: UInt64 = 0
    first.at(2) { tag = $0.say(.begin) }
    await first.run(3)
    #expect(first.rules(tag) == ["autonomy_level"])

    let roasting = await SimulatedDesk.roasting(
      {
        var setup = SimulatedDesk.Setup()
        setup.isCommissioned = false
        return setup
      }(), level: .recommend)
    roasting.at(9) { tag = $0.say(.begin) }
    await roasting.run(3)
    #expect(roasting.refusal(tag) != nil)
    #expect(roasting.rules(tag) == [])

    let desk = unit()
    var early: [UInt64] = []
    for word in Desk.CommissioningWord.allCases where word != .begin {
      desk.at(1.5) { early.append($0.say(word)) }
    }
    attend(desk)
    desk.at(3) { desk in
      for word in [Desk.CommissioningWord.begin, .go, .yes, .no] { early.append(desk.say(word)) }
    }
    await desk.run(4)
    #expect(early.count == 8)
    for tag in early { #expect(desk.refusal(tag) != nil) }
    #expect(phase(desk) == "reading")
  }

  @Test func `a pass counts no more from the beginning of the next, and not again when that fails`()
    async
  {
    let desk = unit()
    attend(desk)
    await desk.run(110)
    #expect(phase(desk) == "passed")
    let again = unit { $0.opening = DeskOpening(after: desk.kept) }
    attend(again, instead: ["fan go": { $0.say(.stop) }])
    await again.run(40)
    expectFailed(again, "a person stopped it", at: "fan")
  }

  @Test func `the delay that was measured is waited for afterwards`() async {
    let slow = unit { $0.bullet.stepDelay = 1.6...1.7 }
    attend(slow)
    await slow.run(130)
    #expect(phase(slow) == "passed", "\(slow.desk.commissioningStanding.text)")
    let longest = slow.desk.commissioningStanding["longest_delay_ms"]?.integerValue ?? 0
    #expect((1600...2000).contains(longest))
    var setup = SimulatedDesk.Setup()
    setup.isCommissioned = false
    setup.bullet.stepDelay = 1.6...1.7
    setup.opening = DeskOpening(after: slow.kept)
    let next = SimulatedDesk(setup)
    next.at(1) { $0.set(.recommend) }
    next.at(2) { $0.propose(.fan, 3, by: SimulatedDesk.person) }
    next.at(3) { $0.approve($0.setup.opening.nextProposal) }
    await next.run(20)
    #expect(next.outcomes == ["confirmed"])
    #expect(next.audit(.outcome).last?.detail["readback"]?["steps_lost"] == .integer(0))
  }

  @Test func `where a level leaves no room it is said, and from the highest fan it goes down`()
    async
  {
    let desk = unit()
    desk.at(1) { $0.turn(.fan, by: 11) }
    var refused: UInt64?
    attend(
      desk,
      instead: [
        "heater go": { desk in
          if desk.twin.bullet.state == .ready {
            desk.twin.perform(.prs)
          } else if refused == nil {
            desk.twin.perform(.turn(.heater, by: -9))
            refused = 0
          } else if desk.sightOfHeater == 0 {
            refused = desk.say(.go)
          }
        }
      ], from: 15)
    await desk.run(120)
    #expect(desk.received == [Actuation.fanDown, .fanUp].compactMap(\.bytes))
    let words = "the level that the roaster shows leaves no room for a step and back"
    #expect(desk.refusal(refused ?? 0) == .notNow(words))
    expectFailed(desk, "nobody has answered for 60 s", at: "heater")
    #expect(Commissioning.Step.readings.plan(Status(WireStatus())) == nil)
  }

  @Test func `a state of its own accord ends it`() async {
    let desk = unit()
    attend(desk, instead: ["drum go": { $0.twin.perform(.prs) }])
    await desk.run(110)
    #expect(why(desk)?.hasPrefix("the roaster is ") == true)
    expectFailed(desk, why(desk) ?? "", at: "drum")
  }

  private func expectFailed(_ desk: SimulatedDesk, _ words: String, at step: String) {
    let note: Comment = "\(step): \(desk.desk.commissioningStanding.text)"
    #expect(phase(desk) == "failed", note)
    #expect(why(desk) == words, note)
    #expect(results(desk).last?["step"]?.stringValue == step, note)
    #expect(results(desk).last?["passed"] == .bool(false), note)
    #expect(desk.desk.commissioningStanding["needed"] == .bool(true), note)
    #expect(desk.audit(.commissioned).last?.detail["result"]?["why"]?.stringValue == words, note)
    #expect(DeskPropertyTests.problems(of: desk) == [], note)
    #expect(desk.desk.proposals.isEmpty, note)
  }
}

extension SimulatedDesk {
  /// A person beside the machine says something.
  @discardableResult
  func say(_ word: Desk.CommissioningWord) -> UInt64 { ask(.commission(word)) }

  /// The heater's level as the desk has heard it.
  var sightOfHeater: Int? {
    desk.commissioningStanding["reading"]?["heater_level"]?.integerValue.map(Int.init)
  }
}
