import Governor
import Roaster
import Testing

/// Each rule of Specs/governor.md on both sides of its limit.
struct RuleTests {
  /// A rule, the command it is tried on, and circumstances just inside and just outside its limit.
  struct Case: Sendable {
    let rule: Rule
    var command = Command.heater(6)
    var actor = Bench.agent
    var approver: Approval.Approver? = .person(Bench.person)
    var level = Autonomy.approve
    var state = RoasterState.roasting
    var words = Bench.allWords
    let inside: @Sendable (inout Circumstances) -> Void
    let outside: @Sendable (inout Circumstances) -> Void
  }

  static let permissives: [Case] = [
    Case(rule: .autonomyLevel, inside: { $0.level = .recommend }, outside: { $0.level = .assist }),
    Case(
      rule: .autonomyLevel, approver: .unvetoed, inside: { $0.level = .veto },
      outside: { $0.level = .approve }),
    Case(
      rule: .autonomyLevel, approver: .level, inside: { $0.level = .audit },
      outside: { $0.level = .veto }),
    Case(
      rule: .autonomyLevel, approver: nil, inside: { $0.level = .recommend },
      outside: { $0.level = .assist }),
    Case(rule: .linkDown, inside: { _ in }, outside: { $0.isLinkUp = false }),
    Case(rule: .notIdentified, inside: { _ in }, outside: { $0.identification = nil }),
    Case(rule: .notCommissioned, inside: { _ in }, outside: { $0.isCommissioned = false }),
    Case(rule: .auditUnavailable, inside: { _ in }, outside: { $0.isLedgerWhole = false }),
    Case(
      rule: .staleTelemetry, inside: { $0.heard = Bench.ago(0.5) },
      outside: { $0.heard = Bench.ago(0.501) }),
    Case(rule: .staleTelemetry, inside: { _ in }, outside: { $0.heard = nil }),
    Case(
      rule: .suspectReading, inside: { $0.show { $0.bean = -1 } },
      outside: { $0.show { $0.bean = -1.1 } }),
    Case(
      rule: .suspectReading, command: .fan(4), inside: { $0.show { $0.infrared = 264.9 } },
      outside: { $0.show { $0.infrared = .nan } }),
    Case(
      rule: .suspectReading, command: .fan(4), inside: { $0.show { $0.heater = 8 } },
      outside: { $0.show { $0.heater = 10 } }),
    Case(
      rule: .suspectReading, inside: { $0.show { $0.fan = 12 } },
      outside: { $0.show { $0.fan = 13 } }),
    Case(
      rule: .suspectReading, inside: { $0.show { $0.drum = 9 } },
      outside: { $0.show { $0.drum = 10 } }),
    Case(
      rule: .wrongState, inside: { _ in }, outside: { $0.status = Status(Bench.wire(.ending)) }),
    Case(
      rule: .nobodyPresent, approver: .level, level: .audit,
      inside: { $0.personSeen = Bench.ago(180) }, outside: { $0.personSeen = Bench.ago(180.1) }),
    Case(
      rule: .nobodyPresent, approver: nil, level: .veto, inside: { _ in },
      outside: { $0.personSeen = nil }),
    Case(
      rule: .pilotSilent, approver: .unvetoed, level: .veto,
      inside: { $0.pilotSeen = Bench.ago(10) }, outside: { $0.pilotSeen = Bench.ago(10.1) }),
    Case(
      rule: .pilotSilent, approver: nil, level: .audit, inside: { _ in },
      outside: { $0.pilotSeen = nil }),
  ]

  static let interlocks: [Case] = [
    Case(rule: .aborted, inside: { _ in }, outside: { $0.isAborted = true }),
    Case(rule: .tripped, inside: { _ in }, outside: { $0.trips = [.runawayRise] }),
    Case(rule: .busy, inside: { _ in }, outside: { $0.busyWith = 9 }),
    Case(
      rule: .panelActive, inside: { $0.touched = Bench.ago(10) },
      outside: { $0.touched = Bench.ago(9.9) }),
    Case(
      rule: .breakerOpen, inside: { $0.paused = [.fan] }, outside: { $0.paused = [.heater] }),
    Case(
      rule: .stepLimit, command: .heater(7), inside: { $0.show { $0.heater = 3 } },
      outside: { $0.show { $0.heater = 2 } }),
    Case(
      rule: .stepLimit, command: .fan(7), inside: { $0.show { $0.fan = 3 } },
      outside: { $0.show { $0.fan = 2 } }),
    Case(
      rule: .stepLimit, command: .fan(1), inside: { $0.show { $0.fan = 5 } },
      outside: { $0.show { $0.fan = 6 } }),
    Case(
      rule: .stepLimit, command: .drum(5), inside: { $0.show { $0.drum = 9 } },
      outside: { $0.show { $0.drum = 0 } }),
    Case(
      rule: .rampLimit,
      inside: { $0.record.heaterRises = [(Bench.ago(59), 2), (Bench.ago(9), 3)] },
      outside: { $0.record.heaterRises = [(Bench.ago(59), 3), (Bench.ago(9), 3)] }),
    Case(
      rule: .rampLimit, inside: { $0.record.heaterRises = [(Bench.ago(60), 6)] },
      outside: { $0.record.heaterRises = [(Bench.ago(59.9), 6)] }),
    Case(
      rule: .minimumInterval, inside: { $0.record.lastCommand = [.heater: Bench.ago(5)] },
      outside: { $0.record.lastCommand = [.heater: Bench.ago(4.9)] }),
    Case(
      rule: .minimumInterval, actor: Bench.person,
      inside: { $0.record.lastCommand = [.heater: Bench.ago(1), .fan: Bench.ago(0)] },
      outside: { $0.record.lastCommand = [.heater: Bench.ago(0.9)] }),
    Case(
      rule: .batchLimit, inside: { $0.record.inBatch = 119 },
      outside: { $0.record.inBatch = 120 }),
    Case(rule: .dayLimit, inside: { $0.record.inDay = 599 }, outside: { $0.record.inDay = 600 }),
    Case(
      rule: .failureRate, inside: { $0.record.outcomes = outcomes(failed: 3, of: 10) },
      outside: { $0.record.outcomes = outcomes(failed: 4, of: 10) }),
    Case(
      rule: .failureRate, inside: { $0.record.outcomes = outcomes(failed: 4, of: 4) },
      outside: { $0.record.outcomes = outcomes(failed: 2, of: 5) }),
    Case(
      rule: .failureRate, inside: { $0.record.outcomes = outcomes(failed: 9, of: 9, ago: 600) },
      outside: { $0.record.outcomes = outcomes(failed: 9, of: 9, ago: 599) }),
    Case(
      rule: .beanCeiling, inside: { $0.show { $0.bean = 229.9 } },
      outside: { $0.show { $0.bean = 230 } }),
    Case(
      rule: .infraredCeiling, inside: { $0.show { $0.infrared = 264.9 } },
      outside: { $0.show { $0.infrared = 265 } }),
    Case(
      rule: .riseCeiling, inside: { $0.rateOfRise = CelsiusPerMinute(29.9) },
      outside: { $0.rateOfRise = CelsiusPerMinute(30) }),
    Case(
      rule: .riseCeiling,
      inside: {
        $0.hasBeans = false
        $0.rateOfRise = CelsiusPerMinute(44.9)
      },
      outside: {
        $0.hasBeans = false
        $0.rateOfRise = CelsiusPerMinute(45)
      }),
    Case(
      rule: .fanFloor, inside: { $0.show { $0.fan = 1 } }, outside: { $0.show { $0.fan = 0 } }),
    Case(
      rule: .fanFloor, command: .heater(9), inside: { $0.show { $0.fan = 2 } },
      outside: { $0.show { $0.fan = 1 } }),
    Case(
      rule: .fanFloor, command: .fan(1), inside: { $0.show { $0.heater = 8 } },
      outside: { $0.show { $0.heater = 9 } }),
    Case(
      rule: .drumStands, inside: { $0.show { $0.drum = 1 } }, outside: { $0.show { $0.drum = 0 } }),
  ]

  static func outcomes(
    failed: Int, of count: Int, ago: Double = 100
  ) -> [(at: MonotonicTime, kind: Command.Kind, isFailure: Bool)] {
    (0..<count).map { (Bench.ago(ago), .fan, $0 < failed) }
  }

  static func verdict(_ one: Case, _ spoil: (inout Circumstances) -> Void) -> Verdict {
    var now = Bench.circumstances(one.level, one.state)
    spoil(&now)
    return Policy().review(
      one.command, by: one.actor, approver: one.approver, words: one.words, now)
  }

  @Test func `the ceilings that a roast is judged by are those of the envelope`() {
    let shipped = Ceilings(
      bean: Celsius(230), infrared: Celsius(265), rise: CelsiusPerMinute(30))
    #expect(Envelope().ceilings == shipped)
  }

  @Test(arguments: permissives + interlocks)
  func `a rule is silent just inside its limit and speaks just outside`(_ one: Case) {
    #expect(Self.verdict(one, one.inside).rules == [])
    let outside = Self.verdict(one, one.outside)
    #expect(outside.rules == [one.rule])
    #expect(!outside.isAllowed && !outside.text.isEmpty)
    #expect(outside.json["rules"]?.arrayValue?.first?["number"]?.stringValue == one.rule.number)
  }

  @Test func `every rule of one command is tried`() {
    let tried = Set((Self.permissives + Self.interlocks).map(\.rule))
    let elsewhere: Set<Rule> = [
      .unknownState, .personsWord, .needsPerson, .cannotRehearse, .rehearsedBreach, .valueLimit,
      .approvalExpired, .proposalChanged, .stateChanged,
    ]
    #expect(tried.union(elsewhere) == Set(Rule.allCases))
    #expect(tried.isDisjoint(with: elsewhere))
  }

  @Test func `a state without a name, and none at all, are unknown`() {
    for state in (0...255).map({ RoasterState(code: UInt8($0)) }) {
      let isKnown = RoasterState.known.contains(state)
      let verdict = Policy().review(
        .heater(6), by: Bench.person, approver: nil, words: [], Bench.circumstances(.approve, state)
      )
      #expect(verdict.has(.unknownState) == !isKnown)
    }
    var now = Bench.circumstances()
    now.status = nil
    let verdict = Policy().review(.heater(6), by: Bench.person, approver: nil, words: [], now)
    #expect(verdict.rules == [.unknownState, .wrongState])
  }

  @Test func `only settable levels pass`() {
    for (command, isSettable) in [
      (Command.fan(0), false), (.fan(1), true), (.drum(0), false), (.drum(1), true),
      (.heater(0), true),
    ] {
      var now = Bench.circumstances()
      now.show {
        $0.heater = 1
        $0.fan = 2
        $0.drum = 2
      }
      let verdict = Policy().review(command, by: Bench.person, approver: nil, words: [], now)
      #expect(verdict.has(.valueLimit) == !isSettable)
    }
  }

  @Test func `the fan needs its floor for what it lowers or raises only`() {
    let tries: [(heater: UInt8, fan: UInt8, command: Command, speaks: Bool)] = [
      (9, 0, .fan(1), false), (9, 1, .fan(1), false), (9, 3, .fan(1), true),
      (0, 1, .fan(0), false), (1, 1, .fan(0), true), (0, 0, .heater(1), true),
      (9, 1, .heater(9), false), (9, 0, .heater(8), false), (5, 0, .drum(8), false),
    ]
    for one in tries {
      var now = Bench.circumstances()
      now.show {
        $0.heater = one.heater
        $0.fan = one.fan
      }
      let verdict = Policy().review(one.command, by: Bench.person, approver: nil, words: [], now)
      #expect(verdict.has(.fanFloor) == one.speaks, "\(one)")
    }
  }

  @Test func `what is unknown is no ceiling, and stands in the way by its own rule`() {
    var now = Bench.circumstances()
    now.rateOfRise = nil
    now.show {
      $0.heater = 77
      $0.fan = 77
      $0.bean = 999
      $0.infrared = .infinity
      $0.drum = 77
    }
    for kind in [Command.Kind.heater, .fan, .drum] {
      let verdict = Policy().review(
        Bench.command(kind), by: Bench.person, approver: nil, words: [], now)
      #expect(verdict.rules == [.suspectReading])
      #expect(verdict.findings[0].facts["suspect"]?.arrayValue?.count == 5)
    }
  }

  @Test func `a verdict lists every rule that spoke, in the order of the numbers`() {
    var now = Bench.circumstances(.veto, .unknown(0x7F))
    now.isLinkUp = false
    now.identification = nil
    now.isCommissioned = false
    now.isLedgerWhole = false
    now.heard = nil
    now.personSeen = nil
    now.pilotSeen = nil
    now.isAborted = true
    now.trips = Set(Trip.allCases)
    now.busyWith = 9
    now.touched = now.now
    now.paused = [.heater]
    now.rateOfRise = CelsiusPerMinute(60)
    now.show(
      {
        $0.heater = 2
        $0.fan = 0
        $0.drum = 77
        $0.bean = 240
        $0.infrared = 280
      }, in: .unknown(0x7F))
    now.record.heaterRises = [(Bench.ago(1), 4)]
    now.record.lastCommand = [.heater: Bench.ago(1)]
    now.record.inBatch = 500
    now.record.inDay = 5000
    now.record.outcomes = Self.outcomes(failed: 9, of: 9)
    let policy = Policy()
    let verdict = policy.review(.heater(9), by: Bench.agent, approver: .level, words: [], now)
      .adding(policy.foresee(nil, .heater(9), now))
    let numbers =
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14].map { "P\($0)" }
      + [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map { "I\($0)" }
    #expect(verdict.rules.map(\.number) == numbers)
    #expect(verdict.json["allowed"]?.boolValue == false)
    #expect(verdict.json["rules"]?.arrayValue?.count == numbers.count)
    for finding in verdict.findings { #expect(!finding.text.isEmpty) }
  }

  @Test func `a verdict comes in order whatever order it was found in`() {
    var now = Bench.circumstances(.assist)
    now.isAborted = true
    let found = Policy().review(.heater(6), by: Bench.agent, approver: nil, words: [], now).findings
    #expect(Verdict(found.reversed()).rules == [.autonomyLevel, .aborted])
    #expect(Verdict().isAllowed && Verdict().json["allowed"]?.boolValue == true)
  }

  // MARK: - Less heat

  static let starred: Set<Rule> = [
    .panelActive, .breakerOpen, .stepLimit, .rampLimit, .minimumInterval, .batchLimit, .dayLimit,
    .failureRate,
  ]
  static let heatOnly: Set<Rule> = [
    .beanCeiling, .infraredCeiling, .riseCeiling, .fanFloor, .drumStands,
  ]

  @Test func `rules that would keep heat on do not speak against less heat, the others do`() {
    for one in Self.permissives + Self.interlocks where one.command == .heater(6) {
      var less = one
      less.command = .heater(0)
      let rules = Self.verdict(less, one.outside).rules
      let isMute = Self.starred.contains(one.rule) || Self.heatOnly.contains(one.rule)
      #expect(rules == (isMute ? [] : [one.rule]), "\(one.rule)")
    }
  }

  @Test func `from 9 to 0 is one command, with everything starred against it`() {
    var now = Bench.circumstances()
    now.show {
      $0.heater = 9
      $0.fan = 0
      $0.drum = 0
      $0.bean = 300
      $0.infrared = 300
    }
    now.touched = now.now
    now.paused = [.heater]
    now.rateOfRise = CelsiusPerMinute(100)
    now.record.lastCommand = [.heater: now.now]
    now.record.inBatch = 1000
    now.record.inDay = 1000
    now.record.outcomes = Self.outcomes(failed: 9, of: 9)
    now.record.heaterRises = [(now.now, 9)]
    for level in 0..<9 {
      let verdict = Policy().review(
        .heater(level), by: Bench.person, approver: nil, words: [], now)
      #expect(verdict.rules == [])
    }
    #expect(
      !Policy().review(.heater(9), by: Bench.person, approver: nil, words: [], now).isAllowed)
  }

  // MARK: - States

  @Test func `each command has its states`() {
    let states: [(RoasterState, Set<Command.Kind>)] = [
      (.off, [.beginPreheat]), (.preheating, []), (.stabilising, []),
      (.ready, [.fan, .beginRoast]), (.roasting, [.heater, .fan, .drum, .beginCooling]),
      (.ending, []), (.cooling, [.fan, .drum, .shutDown]), (.shuttingDown, []),
      (.unknown(0x55), []),
    ]
    #expect(Set(states.map(\.0)).isSuperset(of: RoasterState.known))
    for (state, kinds) in states {
      for kind in Command.Kind.allCases {
        let verdict = Policy().review(
          Bench.command(kind), by: Bench.person, approver: .person(Bench.person),
          words: Bench.allWords, Bench.circumstances(.approve, state))
        var expected: [Rule] = []
        if state == .unknown(0x55) { expected.append(.unknownState) }
        if !kinds.contains(kind) { expected.append(.wrongState) }
        #expect(verdict.rules == expected, "\(kind) in \(state)")
      }
    }
  }

  @Test func `each press needs its own word`() {
    let presses: [(Press, RoasterState, PersonsWord?)] = [
      (.beginPreheat, .off, nil), (.beginRoast, .ready, .beansAreIn),
      (.beginCooling, .roasting, .doorIsOpen), (.shutDown, .cooling, nil),
    ]
    for (press, state, word) in presses {
      for said: Set<PersonsWord> in [[], [.beansAreIn], [.doorIsOpen], Bench.allWords] {
        let verdict = Policy().review(
          .press(press), by: Bench.person, approver: .person(Bench.person), words: said,
          Bench.circumstances(.approve, state))
        let isMissing = word.map { !said.contains($0) } ?? false
        #expect(verdict.rules == (isMissing ? [.personsWord] : []))
      }
    }
  }

  // MARK: - Unasked

  @Test func `unasked only the heater, the fan and the drum move`() {
    for kind in Command.Kind.allCases {
      guard
        let state = RoasterState.known.first(where: { state in
          Policy().review(
            Bench.command(kind), by: Bench.person, approver: nil, words: Bench.allWords,
            Bench.circumstances(.approve, state)
          ).isAllowed
        })
      else {
        Issue.record("\(kind) has no state")
        continue
      }
      let mayRun = [.heater, .fan, .drum].contains(kind)
      for (approver, level) in [
        (Approval.Approver?.none, Autonomy.veto), (nil, .audit), (.unvetoed, .veto),
        (.unvetoed, .audit), (.level, .audit),
      ] {
        let verdict = Policy().review(
          Bench.command(kind), by: Bench.agent, approver: approver, words: Bench.allWords,
          Bench.circumstances(level, state))
        #expect(verdict.rules == (mayRun ? [] : [.needsPerson]))
      }
    }
  }

  @Test func `only what runs unasked needs a person and a pilot alive`() {
    for level in Autonomy.allCases where level > .assist {
      for kind in Actor.Kind.allCases where kind != .system {
        var now = Bench.circumstances(level)
        now.personSeen = nil
        now.pilotSeen = nil
        let verdict = Policy().review(
          .heater(6), by: Bench.actor(kind), approver: nil, words: [], now)
        let isUnasked = kind == .agent && level >= .veto
        #expect(verdict.rules == (isUnasked ? [.nobodyPresent, .pilotSilent] : []))
        let asked = Policy().review(
          .heater(6), by: Bench.actor(kind), approver: .person(Bench.person), words: [], now)
        #expect(asked.rules == [])
      }
    }
  }
}
