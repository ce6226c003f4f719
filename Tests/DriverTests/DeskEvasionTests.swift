import Fixtures
import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// Limits hold however somebody goes about it.
@Suite struct DeskEvasionTests {
  private static let agent = SimulatedDesk.agent
  private static let person = SimulatedDesk.person

  @Test(arguments: [0.02, 0.05, 0.1, 0.3])
  func `a rise counts although the command was cancelled before it showed`(gap: Double) async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(8.4) { $0.twin.perform(.turn(.heater, by: -8)) }
    let first = desk.heater
    #expect(first > 0)
    for second in stride(from: 20.0, to: 60, by: 1) {
      desk.at(second) { desk in
        desk.ask(.signOfLife)
        desk.propose(.heater, min(9, desk.heater + 1), by: Self.agent)
      }
      var isCancelled = false
      desk.at(second + 0.05) { desk in
        desk.onWrite = { desk in
          guard !isCancelled, let id = desk.desk.executor?.proposal else { return }
          isCancelled = true
          desk.at(desk.seconds + gap) { $0.ask(.cancel(id, reason: nil), from: Self.agent) }
        }
      }
    }
    await desk.run(52)
    let ups = desk.sent.filter { $0.write.actuation == .heaterUp && $0.result == .sent }
    #expect(ups.count <= 6, "\(ups.map(\.at)) \(desk.heater)")
    #expect(ups.count >= 2)
  }

  @Test func `an ordinary write is given no longer than it is worth`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
    }
    desk.at(13) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(8)
    #expect(desk.timeouts.count > 2)
    for (timeout, item) in zip(desk.timeouts, desk.sent) {
      let left = item.write.notAfter.map { ($0.seconds - item.at) * 1000 } ?? 1000
      #expect(timeout >= 1 && timeout <= max(1, Int(left.rounded())))
    }
  }

  // MARK: Floods

  @Test func `one actor proposes 30 times a minute, and rehearses 60 times`() async throws {
    let desk = await SimulatedDesk.roasting(level: .recommend)
    let fan = Proposal.Step(try #require(Command(.fan, level: 4)))
    desk.at(9) { desk in
      for number in 1...40 {
        let tag = desk.propose(.fan, 4)
        #expect((desk.refusal(tag) == .tooMany) == (number > 30), "\(number)")
        for id in desk.desk.proposals.compactMap({ $0["id"]?.integerValue }) {
          desk.ask(.cancel(id, reason: nil), from: Self.agent)
        }
      }
      #expect(desk.desk.nextProposal == 31)
      for number in 1...70 {
        let tag = desk.ask(.dryRun(.init(steps: [fan], reason: "r")), from: Self.agent)
        #expect((desk.refusal(tag) == .tooMany) == (number > 60), "\(number)")
      }
      #expect(desk.refusal(desk.propose(.fan, 4, by: Self.person)) == nil)
    }
    desk.at(69.1) { #expect($0.refusal($0.propose(.fan, 5)) == nil) }
    await desk.run(62)
  }

  // MARK: Leave

  @Test func `a press that falls due in another state is refused at once`() async throws {
    let fan = try #require(Command(.fan, level: 4))
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(
        [.init(fan), .init(.press(.shutDown), when: .after(seconds: 1))], by: Self.person)
      $0.approve(1)
    }
    await desk.run(9)
    #expect(desk.states(1).last == .failed)
    #expect(desk.desk.closed.last?.verdict.findings.map(\.rule) == [.wrongState])
    #expect(!desk.received.contains { $0 == Actuation.prs.bytes })
  }

  @Test func `what runs unasked does not push aside what a person let run`() async throws {
    let fan = try #require(Command(.fan, level: 4))
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(9) {
      $0.propose([.init(fan, when: .after(seconds: 8))], by: Self.person)
      $0.approve(1)
    }
    desk.at(10) { $0.propose(.fan, 5) }
    // Nothing is taken from anybody by what is so already.
    desk.at(11) { $0.propose(.fan, $0.twin.bullet.level(of: .fan)) }
    await desk.run(12)
    #expect(desk.rules(4) == ["busy"])
    #expect(desk.states(2).last == .rejected)
    #expect(desk.states(3).last == .completed)
    #expect(desk.states(1).last == .completed)
    #expect(desk.twin.bullet.level(of: .fan) == 4)
  }

  @Test func `what nobody has vetoed yields to what a person let run meanwhile`() async throws {
    let fan = try #require(Command(.fan, level: 4))
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) { $0.propose(.fan, 5) }
    desk.at(10) {
      $0.propose([.init(fan, when: .after(seconds: 60))], by: Self.person)
      $0.approve(2)
    }
    for second in stride(from: 14.0, to: 40, by: 4) {
      desk.at(second) { $0.ask(.signOfLife, from: Self.agent) }
    }
    await desk.run(26)
    #expect(desk.states(1).contains(.awaitingVeto) && desk.states(1).last == .rejected)
    #expect(desk.desk.closed.last { $0.proposal.id == 1 }?.verdict.findings.map(\.rule) == [.busy])
    #expect(desk.states(2).last == .approved)
  }

  @Test func `who has handed nothing in for a minute is forgotten`() {
    var count = DraftCount(limit: 1)
    for number in 0..<150 {
      let actor = Actor(.agent, name: "\(number)")
      let first = count.admits(actor, now: MonotonicTime(seconds: 1))
      let second = count.admits(actor, now: MonotonicTime(seconds: 60))
      #expect(first && !second)
    }
    let isAdmitted = count.admits(Self.person, now: MonotonicTime(seconds: 62))
    #expect(isAdmitted && count.handed.count == 1)
  }

  @Test func `a change of nothing supersedes nothing`() async throws {
    let fan = try #require(Command(.fan, level: 4))
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose([.init(fan, when: .after(seconds: 4))])
      $0.approve(1)
      $0.propose(.fan, $0.twin.bullet.level(of: .fan))
      $0.approve(2)
    }
    await desk.run(8)
    #expect(desk.states(1).last == .completed && desk.states(2).last == .completed)
  }

  @Test func `lowering to L1 takes leave back, also when the level is raised at once`()
    async throws
  {
    let fan = try #require(Command(.fan, level: 3))
    let drum = try #require(Command(.drum, level: 6))
    let desk = await SimulatedDesk.roasting(level: .veto)
    desk.at(9) {
      $0.propose([.init(drum, when: .after(seconds: 6))])
      $0.approve(1)
      $0.propose([.init(fan), .init(fan, when: .after(seconds: 3))], by: Self.person)
      $0.approve(2)
      $0.propose(.heater, 8)
    }
    desk.at(9.5) { desk in
      #expect(desk.states(2).last == .executing && desk.states(3).last == .awaitingVeto)
      desk.set(.assist)
      desk.set(.veto)
    }
    await desk.run(10)
    #expect(desk.states(1).last == .expired && desk.states(3).last == .expired)
    #expect(desk.states(2).last == .aborted)
    #expect(desk.detail(1, "reason")?.stringValue?.contains("level") == true)
    #expect(desk.received.count == 1)
  }

  @Test func `a press that needs a person's word comes first and at once`() async throws {
    let fan = Proposal.Step(try #require(Command(.fan, level: 3)))
    let desk = await SimulatedDesk.roasting(level: .approve)
    for steps: [Proposal.Step] in [
      [fan, .init(.press(.beginCooling))],
      [.init(.press(.beginCooling), when: .after(seconds: 5))],
      [.init(.press(.beginRoast)), .init(.press(.beginRoast))],
    ] {
      let refusal = desk.refusal(desk.propose(steps, by: Self.person, words: [.doorIsOpen]))
      guard case .invalid = refusal else {
        Issue.record("\(steps) was taken")
        continue
      }
    }
    desk.at(9) { #expect($0.refusal($0.propose([.init(.press(.beginCooling)), fan])) == nil) }
    await desk.run(2)
  }

  // MARK: Telling the truth

  @Test func `bytes that leave while their command is cancelled count`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
    }
    // The runner has them in its hands by then.
    desk.onReceived = { desk in
      desk.onReceived = nil
      desk.ask(.cancel(1, reason: nil))
    }
    await desk.run(5)
    #expect(desk.states(1).last == .aborted)
    #expect(desk.received.count == 1)
    #expect(desk.desk.record.inBatch == 1 && desk.desk.record.lastCommand[.fan] != nil)
    #expect(desk.desk.closed.last?.readbacks.last?.sent == 1)
  }

  @Test func `bytes of a transfer that failed are neither sent nor not sent`() async throws {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 3)
      $0.approve(1)
    }
    desk.sendFault = .timeout
    // Seven in a row show no effect.
    await desk.run(14)
    #expect(desk.audit(.bytesUnsure).first?.detail["why"]?.stringValue == "timeout")
    #expect(desk.audit(.bytesSent).isEmpty && desk.audit(.bytesNotSent).isEmpty)
    #expect(desk.audit(.outcome).first?.detail["readback"]?["steps_sent"] == JSON(7))
  }

  @Test func `a sequence that failed shows the step that failed`() async throws {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 1), from: 11)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    let fan = Proposal.Step(try #require(Command(.fan, level: 3)))
    let heater = Proposal.Step(try #require(Command(.heater, level: 9)), when: .after(seconds: 2))
    let drum = Proposal.Step(try #require(Command(.drum, level: 5)))
    desk.at(9) {
      $0.propose([fan, heater, drum])
      $0.approve(1)
    }
    await desk.run(16)
    #expect(desk.desk.show(1)["command"] == heater.command.json)
    #expect(desk.states(1).last == .failed)
  }
}
