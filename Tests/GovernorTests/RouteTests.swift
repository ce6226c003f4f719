import Governor
import Roaster
import Testing

/// Where proposals go: A1, A5 and L8 of Specs/governor.md over all pairs.
struct RouteTests {
  static func route(
    _ proposal: Proposal, _ now: Circumstances, words: Set<PersonsWord> = Bench.allWords
  ) -> Route {
    let policy = Policy()
    let verdict = policy.review(proposal, approver: nil, words: words, now)
    return policy.route(proposal, verdict, now)
  }

  static func state(for kind: Command.Kind) -> RoasterState {
    switch kind {
    case .heater, .fan, .drum, .beginCooling: .roasting
    case .beginPreheat: .off
    case .beginRoast: .ready
    case .shutDown: .cooling
    }
  }

  @Test func `every actor, level and command goes where the table says`() {
    for level in Autonomy.allCases {
      for actor in Actor.Kind.allCases {
        for kind in Command.Kind.allCases {
          let now = Bench.circumstances(level, Self.state(for: kind))
          let proposal = Bench.proposal(Bench.command(kind), by: Bench.actor(actor))
          let isPress = ![.heater, .fan, .drum].contains(kind)
          let expected: Route =
            switch (level, actor) {
            case (.assist, _), (_, .system): .rejected
            case (_, .person): .pendingApproval
            case (.recommend, .agent): .recommended
            case (.approve, .agent): .pendingApproval
            case (.veto, .agent): isPress ? .pendingApproval : .awaitingVeto
            case (.audit, .agent): isPress ? .pendingApproval : .approved
            }
          #expect(Self.route(proposal, now) == expected, "\(level) \(actor) \(kind)")
        }
      }
    }
  }

  @Test func `every route is a state that a proposal may go to first`() {
    for route in Route.allCases {
      #expect(ProposalState.proposed.successors.contains(route.state))
      #expect(route.state.rawValue == route.rawValue)
    }
  }

  /// How each rule that time or a word may mend is brought about.
  static let mended: [(Rule, @Sendable (inout Circumstances) -> Void)] = [
    (.auditUnavailable, { $0.isLedgerWhole = false }), (.busy, { $0.busyWith = 9 }),
    (.panelActive, { $0.touched = $0.now }),
    (.minimumInterval, { $0.record.lastCommand = [.heater: $0.now] }),
  ]

  @Test func `what time may mend rejects only what would run at once`() {
    for (rule, spoil) in Self.mended {
      for level in Autonomy.allCases where level > .assist {
        for actor in [Bench.person, Bench.agent] {
          var now = Bench.circumstances(level)
          let proposal = Bench.proposal(.heater(6), by: actor)
          let before = Self.route(proposal, now)
          spoil(&now)
          let after = Self.route(proposal, now)
          #expect(after == (before == .approved ? .rejected : before), "\(rule) \(level)")
        }
      }
    }
  }

  @Test func `anything else rejects it at every level`() {
    for one in RuleTests.permissives + RuleTests.interlocks where one.approver != nil {
      let isMended = Self.mended.contains { $0.0 == one.rule }
      let isOfTheUnasked = [.autonomyLevel, .nobodyPresent, .pilotSilent].contains(one.rule)
      if isMended || isOfTheUnasked { continue }
      for level in Autonomy.allCases {
        for actor in Actor.Kind.allCases {
          var now = Bench.circumstances(level)
          one.outside(&now)
          // An agent waits longer between two commands than a person.
          let proposal = Bench.proposal(one.command, by: Bench.actor(actor))
          #expect(Self.route(proposal, now) == .rejected, "\(one.rule) \(level) \(actor)")
        }
      }
    }
  }

  @Test func `a missing word rejects a person's press, and an agent's waits for it`() {
    for level in Autonomy.allCases where level > .assist {
      let now = Bench.circumstances(level, .ready)
      let press = Command.press(.beginRoast)
      #expect(
        Self.route(Bench.proposal(press, by: Bench.person), now, words: []) == .rejected)
      #expect(
        Self.route(Bench.proposal(press), now, words: [])
          == (level == .recommend ? .recommended : .pendingApproval))
    }
  }

  @Test func `without a person or a pilot an agent's proposal waits for approval`() {
    for level in [Autonomy.veto, .audit] {
      for isPilot in [true, false] {
        var now = Bench.circumstances(level)
        if isPilot { now.pilotSeen = nil } else { now.personSeen = nil }
        #expect(Self.route(Bench.proposal(.heater(6)), now) == .pendingApproval)
      }
    }
  }

  @Test func `a rehearsal that refuses rejects only what would run unasked`() {
    let policy = Policy()
    for level in Autonomy.allCases where level > .assist {
      for command in [Command.heater(6), .press(.beginCooling)] {
        let now = Bench.circumstances(level)
        let proposal = Bench.proposal(command)
        let verdict = policy.review(proposal, approver: nil, words: Bench.allWords, now)
          .adding(policy.foresee(.cannot("no beans"), command, now))
        // What cools needs no rehearsal (F4).
        #expect(verdict.has(.cannotRehearse) == (command != .press(.beginCooling)))
        let planned = Self.route(proposal, now)
        let waits = planned == .pendingApproval || planned == .recommended
        #expect(policy.route(proposal, verdict, now) == (waits ? planned : .rejected))
      }
    }
  }

  @Test func `a sequence is judged by what its steps will always be`() {
    let policy = Policy()
    let later: [Proposal.Step] = [
      .init(.fan(4)), .init(.heater(9), when: .bean(Celsius(190))),
      .init(.press(.beginCooling), when: .roast(seconds: 600)),
    ]
    var now = Bench.circumstances(.audit)
    #expect(Self.route(Bench.proposal(later), now) == .pendingApproval)
    // It may be approved before the roast begins.
    now = Bench.circumstances(.approve, .ready)
    let waiting = Bench.proposal(Array(later.dropFirst()))
    #expect(policy.review(waiting, approver: nil, words: Bench.allWords, now).isAllowed)
    #expect(policy.review(waiting, approver: nil, words: [], now).rules == [.personsWord])
    // A first step that is done at once is judged as it is.
    now = Bench.circumstances(.approve, .preheating)
    #expect(
      policy.review(Bench.proposal(later), approver: nil, words: Bench.allWords, now).rules
        == [.wrongState])
    // A level that no control has is found wherever it stands.
    let silly = Bench.proposal([.init(.fan(4)), .init(.drum(0), when: .after(seconds: 5))])
    #expect(
      policy.review(silly, approver: nil, words: [], Bench.circumstances()).rules == [.valueLimit])
    // What is under way is not in its own way.
    now = Bench.circumstances()
    now.busyWith = 3
    #expect(policy.review(Bench.proposal(.heater(6)), approver: nil, words: [], now).isAllowed)
  }
}
