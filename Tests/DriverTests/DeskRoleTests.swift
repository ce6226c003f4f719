import Driver
import Governor
import Roaster
import Simulator
import Testing

/// Who may do what, at each level (A1, A3, V3, V5).
@Suite struct DeskRoleTests {
  private static let system = Actor(.system, name: "watch")

  /// Where a proposal goes, by who makes it (A1).
  @Test(arguments: Autonomy.allCases, Actor.Kind.allCases)
  func `a proposal goes where its level sends it`(level: Autonomy, kind: Actor.Kind) async {
    let desk = await SimulatedDesk.roasting(level: level)
    desk.at(9) { $0.propose(.fan, 4, by: Actor(kind, name: "somebody")) }
    await desk.run(4)
    let states = desk.states(1).dropFirst()
    let expected: [ProposalState] =
      switch (kind, level) {
      case (.system, _): []
      case (_, .assist): [.rejected]
      case (.person, _): [.pendingApproval]
      case (.agent, .recommend): [.recommended]
      case (.agent, .approve): [.pendingApproval]
      case (.agent, .veto): [.awaitingVeto]
      case (.agent, .audit): [.approved, .executing, .completed]
      }
    #expect(Array(states) == expected)
    #expect(desk.received.isEmpty != (expected.last == .completed))
  }

  /// What each kind of actor may ask for, whatever the level.
  @Test(arguments: Autonomy.allCases, Actor.Kind.allCases)
  func `only persons decide, set levels, reset and acknowledge; anybody may abort`(
    level: Autonomy, kind: Actor.Kind
  ) async {
    let desk = await SimulatedDesk.roasting(level: level)
    let actor = Actor(kind, name: "somebody", credential: 77)
    desk.at(9) { desk in
      desk.propose(.fan, 4)
      let decisions: [Desk.Request] = [
        .approve(1, words: [], reason: nil), .adopt(1, words: [], reason: nil),
        .reject(1, reason: nil), .veto(1, reason: nil),
        .setLevel(.assist, reason: "r", readiness: nil, override: nil),
        .acknowledge(alarm: 1), .reset(reason: "r"),
      ]
      for request in decisions {
        let isForThem = kind == .person
        let refusal = desk.refusal(desk.ask(request, from: actor))
        if case .notForYou = refusal {
          #expect(!isForThem, "\(request)")
        } else {
          #expect(isForThem, "\(request): \(refusal as Any)")
        }
      }
      #expect(desk.answer(desk.ask(.signOfLife, from: actor)) != nil)
      #expect(desk.answer(desk.ask(.abort(reason: nil, fire: false), from: actor)) != nil)
    }
    await desk.run(5)
    #expect(desk.heater == 0)
  }

  @Test func `an agent ends its own proposals and nobody else's`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    let other = Actor(.agent, name: "pilot", credential: 99)
    desk.at(9) { desk in
      desk.propose(.fan, 4)
      desk.propose(.drum, 6)
      #expect(desk.refusal(desk.ask(.cancel(1, reason: nil), from: other)) != nil)
      #expect(desk.answer(desk.ask(.cancel(1, reason: "no"), from: SimulatedDesk.agent)) != nil)
      #expect(desk.answer(desk.ask(.cancel(2, reason: nil))) != nil)
      #expect(desk.refusal(desk.ask(.cancel(2, reason: nil))) == .notOpen(2, .aborted))
      #expect(desk.refusal(desk.ask(.cancel(5, reason: nil))) == .noSuchProposal(5))
    }
    await desk.run(3)
    #expect(desk.states(1).last == .aborted)
    #expect(desk.received.isEmpty)
  }

  @Test(arguments: Autonomy.allCases, RoasterState.known.filter { $0 != .ending })
  func `each command moves only what its state allows`(
    level: Autonomy, state: RoasterState
  ) async {
    for kind in Command.Kind.allCases {
      let desk = await Self.desk(in: state, level)
      let number = Command(kind, level: nil) == nil ? 4 : nil
      desk.at(desk.seconds + 1) { desk in
        desk.propose(kind, number, by: SimulatedDesk.person, words: [.beansAreIn, .doorIsOpen])
        desk.approve(1)
      }
      await desk.run(3)
      #expect(DeskPropertyTests.problems(of: desk) == [], "\(kind) in \(state) at \(level)")
      let mayMove: Bool =
        switch kind {
        case .heater: state == .roasting
        case .fan: [.ready, .roasting, .cooling].contains(state)
        case .drum: state == .cooling || state == .roasting
        case .beginPreheat: state == .off
        case .beginRoast: state == .ready
        case .beginCooling: state == .roasting
        case .shutDown: state == .cooling
        }
      if level == .assist || !mayMove {
        #expect(desk.received.isEmpty, "\(kind) in \(state) at \(level)")
      } else if kind != .drum, kind != .fan {
        #expect(!desk.received.isEmpty, "\(kind) in \(state) at \(level): \(desk.answers)")
      }
    }
  }

  private static func desk(in state: RoasterState, _ level: Autonomy) async -> SimulatedDesk {
    var setup = SimulatedDesk.Setup()
    setup.bullet.isNoisy = false
    if [.off, .preheating, .stabilising].contains(state) { setup.bullet.start = .cold }
    let desk = SimulatedDesk(setup)
    let presses =
      switch state {
      case .preheating: 1
      case .roasting: 1
      case .cooling: 2
      case .shuttingDown: 3
      default: 0
      }
    if state == .stabilising {
      desk.twin.perform(.preheatTarget(20))
      desk.twin.perform(.prs)
    }
    for press in 0..<presses {
      desk.twin.perform(.prs)
      if press == 0, state != .preheating { await desk.skip(to: 8) }
      if press > 0 { await desk.skip(to: 9) }
    }
    await desk.skip(to: desk.seconds + 0.2)
    desk.at(desk.seconds + 0.3) { $0.set(level) }
    return desk
  }
}
