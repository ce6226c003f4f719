import Governor
import Roaster
import Testing

/// Approvals and permits (Specs/governor.md V3, V4, B1 to B3).
struct ApprovalTests {
  let policy = Policy()
  let asPerson = Approval.Approver.person(Bench.person)

  func approval(
    _ proposal: Proposal, by approver: Approval.Approver? = nil,
    _ now: Circumstances = Bench.circumstances()
  ) throws -> Approval {
    try policy.approve(
      proposal, by: approver ?? asPerson, words: Bench.allWords, forecast: Bench.quiet, now
    ).get()
  }

  func mint(
    _ actuation: Actuation, _ proposal: Proposal, _ approval: Approval, step: Int = 0,
    _ now: Circumstances
  ) -> Minted {
    Minted(
      policy.mint(
        actuation, for: proposal, step: proposal.steps[step].command, approval, audit: 8, now))
  }

  func refusal(_ result: Result<Approval, Verdict>) -> [Rule]? {
    switch result {
    case .success: nil
    case .failure(let verdict): verdict.rules
    }
  }

  // MARK: - Approvals

  @Test func `an approval is bound to what it says, the state, the approver and an end`() throws {
    let proposal = Bench.proposal(.heater(6))
    let approval = try approval(proposal)
    #expect(approval.proposal == 3 && approval.hash == proposal.hash)
    #expect(approval.state == .roasting && approval.approver == asPerson)
    #expect(approval.words == Bench.allWords)
    #expect(approval.expires - Bench.now == 120)
    let brief = Bench.proposal([.init(.heater(6))], lasting: 20)
    #expect(try self.approval(brief).expires == brief.expires)
    let sequence = Bench.proposal([.init(.heater(6)), .init(.heater(7), when: .after(seconds: 5))])
    #expect(try self.approval(sequence).expires - Bench.now == 4 * 3600)
    #expect(approval.json["words"]?.arrayValue?.count == 2)
    #expect(approval.json["hash"]?.stringValue?.count == 64)
    #expect(approval.json["approver"]?["name"]?.stringValue == "alice")
    #expect(Approval.Approver.unvetoed.json["kind"]?.stringValue == "unvetoed")
    #expect(Approval.Approver.level.json["kind"]?.stringValue == "level")
  }

  @Test func `only people approve, and the level where it says so`() {
    for level in Autonomy.allCases {
      for author in Actor.Kind.allCases {
        let proposal = Bench.proposal(.heater(6), by: Bench.actor(author))
        let approvers: [(Approval.Approver, Bool)] = [
          (.person(Bench.person), level > .assist && author != .system),
          (.person(Bench.agent), false), (.person(Bench.machine), false),
          (.unvetoed, level >= .veto && author == .agent),
          (.level, level == .audit && author == .agent),
        ]
        for (approver, mayApprove) in approvers {
          let result = policy.approve(
            proposal, by: approver, words: [], forecast: Bench.quiet, Bench.circumstances(level))
          #expect(refusal(result) == (mayApprove ? nil : [.autonomyLevel]))
        }
      }
    }
  }

  @Test func `nothing is approved that a rule speaks against, nor after its end`() {
    var now = Bench.circumstances()
    now.touched = now.now
    now.trips = [.beanTooHot]
    let proposal = Bench.proposal(.heater(6))
    #expect(
      refusal(policy.approve(proposal, by: asPerson, words: [], now)) == [.tripped, .panelActive])
    let brief = Bench.proposal([.init(.heater(6))], lasting: 5)
    #expect(
      refusal(policy.approve(brief, by: asPerson, words: [], Bench.circumstances()))
        == [.approvalExpired])
  }

  @Test func `what nobody looked at needs a rehearsal that stays below the ceilings`() {
    func rules(_ forecast: Forecast?, _ command: Command = .heater(6)) -> [Rule]? {
      refusal(
        policy.approve(
          Bench.proposal(command), by: .level, words: [], forecast: forecast,
          Bench.circumstances(.audit)))
    }
    func forecast(
      _ bean: Double = 200, _ infrared: Double = 220, _ rise: Double = 10, misfit: Double? = 2
    ) -> Forecast {
      Forecast(bean: [180, bean, 190], infrared: [infrared], steepestRise: rise, misfit: misfit)
    }
    #expect(rules(forecast()) == nil)
    #expect(rules(forecast(234.9, 269.9, 34.9, misfit: 5)) == nil)
    for breach in [forecast(235), forecast(200, 270), forecast(200, 220, 35)] {
      #expect(rules(breach) == [.rehearsedBreach])
      #expect(rules(breach, .fan(4)) == [.rehearsedBreach])
      #expect(rules(breach, .heater(4)) == nil)
    }
    let mute = Forecast(bean: [], infrared: [200], steepestRise: 0, misfit: 1)
    for silent in [
      nil, .cannot("no beans are in"), .cannot("off", misfit: 13), mute, forecast(misfit: nil),
      forecast(misfit: 5.1), forecast(.nan), forecast(200, .infinity), forecast(200, 220, .nan),
    ] {
      #expect(rules(silent) == [.cannotRehearse])
      #expect(rules(silent, .heater(4)) == nil)
    }
    // A person looks himself.
    #expect(
      refusal(
        policy.approve(
          Bench.proposal(.heater(6)), by: asPerson, words: [], Bench.circumstances(.audit))) == nil)
  }

  // MARK: - Permits

  @Test func `a permit gives its bytes, and an end by the status it rests on`() throws {
    let proposal = Bench.proposal(.heater(6))
    let minted = mint(.heaterUp, proposal, try approval(proposal), Bench.circumstances())
    guard case .write(let write) = minted else {
      Issue.record("\(minted)")
      return
    }
    #expect(write.bytes == [0x34, 0x01, 0xAA, 0xAA])
    #expect(write.purpose == .proposal(3, audit: 8))
    #expect(write.notAfter.map { $0 - Bench.now } == 0.2)
  }

  @Test func `an exchanged proposal gets no permit, whatever was exchanged`() throws {
    let proposal = Bench.proposal(.heater(6))
    let approval = try approval(proposal)
    let exchanged = [
      Bench.proposal([.init(.heater(6))], id: 4), Bench.proposal([.init(.heater(6))], reason: "x"),
      Bench.proposal([.init(.heater(6))], lasting: 601),
      Bench.proposal([.init(.heater(6)), .init(.fan(3))]),
      Bench.proposal([.init(.heater(6), when: .after(seconds: 1))]),
      Bench.proposal(.heater(6), by: Actor(.agent, name: "other", credential: 7)),
      Bench.proposal(.heater(6), by: Actor(.agent, name: "pilot")),
      Bench.proposal(.heater(6), by: Bench.person),
    ]
    for other in exchanged {
      #expect(
        mint(.heaterUp, other, approval, Bench.circumstances()) == .refused([.proposalChanged]))
    }
    // Nor does a command that the proposal does not have.
    let minting = policy.mint(
      .heaterUp, for: proposal, step: .heater(7), approval, audit: 8, Bench.circumstances())
    #expect(Minted(minting) == .refused([.proposalChanged]))
  }

  @Test func `an approval ends`() throws {
    let proposal = Bench.proposal(.heater(6))
    let approval = try approval(proposal)
    var now = Bench.circumstances()
    now.now = approval.expires.advanced(milliseconds: -1)
    now.heard = now.now
    #expect(mint(.heaterUp, proposal, approval, now) != .refused([.approvalExpired]))
    now.now = approval.expires
    now.heard = now.now
    #expect(mint(.heaterUp, proposal, approval, now) == .refused([.approvalExpired]))
  }

  @Test func `an approval holds in the state it was given in`() throws {
    let proposal = Bench.proposal(.fan(4))
    let approval = try approval(proposal, Bench.circumstances(.approve, .ready))
    for state in [RoasterState.ready, .roasting, .cooling] {
      let minted = mint(.fanUp, proposal, approval, Bench.circumstances(.approve, state))
      if state == .ready {
        guard case .write = minted else {
          Issue.record("\(minted)")
          continue
        }
      } else {
        #expect(minted == .refused([.stateChanged]))
      }
    }
  }

  @Test func `a later step of a sequence is held to the states of its own command`() throws {
    let steps: [Proposal.Step] = [
      .init(.fan(4)), .init(.press(.beginRoast), when: .after(seconds: 1)),
      .init(.heater(6), when: .roast(seconds: 60)), .init(.fan(5), when: .roast(seconds: 90)),
    ]
    let proposal = Bench.proposal(steps)
    let approval = try approval(proposal, Bench.circumstances(.approve, .ready))
    let roasting = Bench.circumstances()
    guard case .write = mint(.heaterUp, proposal, approval, step: 2, roasting),
      case .write = mint(.fanUp, proposal, approval, step: 3, roasting)
    else {
      Issue.record("refused")
      return
    }
    #expect(mint(.fanUp, proposal, approval, roasting) == .refused([.stateChanged]))
    #expect(
      mint(.heaterUp, proposal, approval, step: 2, Bench.circumstances(.approve, .cooling))
        == .refused([.wrongState]))
  }

  @Test func `a command under way does not stand in its own way, another does`() throws {
    let proposal = Bench.proposal(.heater(7))
    let approval = try approval(proposal)
    var now = Bench.circumstances()
    now.busyWith = 3
    guard case .write = mint(.heaterUp, proposal, approval, now) else {
      Issue.record("refused")
      return
    }
    now.busyWith = 4
    #expect(mint(.heaterUp, proposal, approval, now) == .refused([.busy]))
  }

  @Test func `at every moment the rules are judged again`() throws {
    for one in RuleTests.permissives + RuleTests.interlocks {
      guard let approver = one.approver, one.state == .roasting,
        Bench.circumstances(one.level, one.state).status.flatMap(one.command.nextStep) != nil
      else { continue }
      let proposal = Bench.proposal(one.command, by: one.actor)
      var now = Bench.circumstances(approver == .level ? .audit : one.level)
      if approver == .unvetoed { now.level = .veto }
      if one.rule == .stepLimit { one.inside(&now) }
      let approval = try approval(proposal, by: approver, now)
      one.outside(&now)
      let step = now.status.flatMap(one.command.nextStep) ?? .heaterUp
      guard case .refused(let rules) = mint(step, proposal, approval, now) else {
        Issue.record("\(one.rule) did not speak")
        continue
      }
      #expect(rules.contains(one.rule))
    }
  }

  // MARK: - Steps

  @Test func `only the step from what is shown to what is wanted is minted`() throws {
    for kind in Command.Kind.allCases {
      for target in 0...12 {
        let level = [.heater, .fan, .drum].contains(kind) ? target : nil
        guard let command = Command(kind, level: level) else { continue }
        let state = RouteTests.state(for: kind)
        for present in 0...12 {
          var now = Bench.circumstances(.approve, state)
          now.show(
            {
              $0.heater = kind == .heater ? UInt8(min(present, 9)) : 0
              $0.fan = kind == .fan ? UInt8(present) : 9
              $0.drum = kind == .drum ? UInt8(min(present, 9)) : 9
            }, in: state)
          guard
            let approval = try? approval(Bench.proposal(command), now)
          else { continue }
          for actuation in Actuation.all {
            let minted = mint(actuation, Bench.proposal(command), approval, now)
            let isStep = Self.isStep(actuation, command, present)
            guard case .write(let write) = minted else {
              #expect(!isStep, "\(actuation) for \(command.text) at \(present)")
              continue
            }
            #expect(isStep, "\(actuation) for \(command.text) at \(present)")
            #expect(write.actuation == actuation)
          }
        }
      }
    }
  }

  /// Written from the wire's side: which bytes may come of which command.
  static func isStep(_ actuation: Actuation, _ command: Command, _ present: Int) -> Bool {
    let bytes = actuation.bytes ?? []
    switch command {
    case .heater(let level):
      let present = min(present, 9)
      return bytes[0] == 0x34 && level.number != present
        && bytes[1] == (level.number > present ? 1 : 2)
    case .fan(let level):
      return bytes[0] == 0x31 && level.number != present
        && bytes[1] == (level.number > present ? 1 : 2)
    case .drum(let level):
      return bytes == [0x32, 1, UInt8(level.number), 0] && level.number != min(present, 9)
    case .press: return bytes == [0x30, 1, 0, 0]
    }
  }

  @Test func `after a doubled step the step back is minted`() throws {
    let proposal = Bench.proposal(.heater(6))
    let approval = try approval(proposal)
    var now = Bench.circumstances()
    now.show { $0.heater = 7 }
    guard case .write(let write) = mint(.heaterDown, proposal, approval, now) else {
      Issue.record("refused")
      return
    }
    #expect(write.actuation == .heaterDown)
    #expect(mint(.heaterUp, proposal, approval, now) == .refused([.proposalChanged]))
  }

  @Test func `nothing is stepped from a level that is not known`() {
    var now = Bench.circumstances()
    now.show {
      $0.heater = 10
      $0.fan = 13
      $0.drum = 10
    }
    let status = now.status ?? Status(WireStatus())
    for kind in [Command.Kind.heater, .fan, .drum] {
      #expect(Bench.command(kind).nextStep(from: status) == nil)
    }
    #expect(!Command.heater(0).isLessHeat(than: status) && !Command.fan(1).isLessHeat(than: status))
    #expect(!Command.heater(0).isLessHeat(than: nil))
  }

  @Test func `an abort needs an identified roaster and nothing else`() {
    if policy.mintAbort(false) != nil { Issue.record("a permit for nobody knows what") }
    guard let permit = policy.mintAbort(true) else {
      Issue.record("no permit")
      return
    }
    let write = permit.spend()
    #expect(write.bytes == [0x34, 0x02, 0xAA, 0xAA])
    #expect(write.purpose == .abort && write.notAfter == nil)
  }
}
