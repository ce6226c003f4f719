import Driver
import Fixtures
import Governor
import Roaster
import Simulator
import Testing

/// What is told of a command is what the roaster did (X2 to X5).
@Suite struct DeskReadbackTests {
  private static func setup(_ seed: UInt64) -> SimulatedDesk.Setup {
    var setup = SimulatedDesk.Setup()
    setup.seed = seed
    setup.bullet.seed = seed
    setup.bullet.faults = FaultPlan([
      TimedFault(.stepLost(probability: 0.2), from: 0),
      TimedFault(.stepDoubled(probability: 0.1), from: 0),
    ])
    return setup
  }

  /// A command that the envelope allows from what is shown.
  private static func command(
    _ desk: SimulatedDesk, _ random: inout SeededGenerator
  ) -> (Command.Kind, Int) {
    let levels = (desk.twin.bullet.level(of: .heater), desk.twin.bullet.level(of: .fan))
    func near(_ level: Int, _ range: ClosedRange<Int>) -> Int {
      let low = max(range.lowerBound, level - 4)
      return .random(in: low...min(range.upperBound, level + 4), using: &random)
    }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return (.heater, near(levels.0, 0...min(9, levels.0 + 3)))
    case 1: return (.fan, near(levels.1, 2...12))
    default: return (.drum, near(desk.twin.bullet.level(of: .drum), 3...9))
    }
  }

  /// Proposes and approves one command after another until the time is over.
  private static func work(_ desk: SimulatedDesk, every pause: Double, until end: Double) {
    let random = Seeds(SeededGenerator(seed: desk.setup.seed ^ 0xABC))
    for (number, at) in stride(from: 8.6, to: end, by: pause).enumerated() {
      desk.at(at) { desk in
        let (kind, level) = command(desk, &random.generator)
        desk.propose(kind, level, by: SimulatedDesk.person)
        desk.approve(Int64(number + 1))
      }
    }
  }

  private final class Seeds {
    var generator: SeededGenerator
    init(_ generator: SeededGenerator) { self.generator = generator }
  }

  @Test func `with lost, doubled and slow steps 99 of 100 are confirmed, none is the panel's`()
    async
  {
    var counts: [String: Int] = [:]
    for seed in UInt64(0)..<UInt64(40 * Fixtures.effort) {
      let desk = await SimulatedDesk.roasting(Self.setup(seed), level: .approve)
      Self.work(desk, every: 12, until: 60)
      desk.onKeep = Self.checkTruth
      await desk.run(64)
      for outcome in desk.outcomes { counts[outcome, default: 0] += 1 }
      let panel = desk.events.filter {
        if case .levelChanged(let change) = $0.kind { change.origin == .panel } else { false }
      }
      #expect(panel.isEmpty, "seed \(seed): \(panel)")
    }
    let all = counts.reduce(0) { $0 + $1.value }
    #expect(all > 130 * Fixtures.effort, "\(counts)")
    #expect(counts["overtaken"] == nil, "\(counts)")
    #expect(counts["confirmed", default: 0] * 100 >= all * 99, "\(counts)")
  }

  /// An outcome says what the roaster shows at that moment, and what was done to it.
  private static func checkTruth(_ record: DeskRecord, _ desk: SimulatedDesk) {
    guard case .audit(let row) = record, row.action == .outcome,
      let name = row.detail["readback"]?["control"]?.stringValue,
      let control = Control.allCases.first(where: { $0.name == name })
    else { return }
    let readback = row.detail["readback"]
    let told = readback?["to"]?.integerValue
    let wanted = readback?["wanted"]?.integerValue
    let level = Int64(desk.twin.bullet.level(of: control))
    let note: Comment = "seed \(desk.setup.seed) at \(desk.seconds): \(row.detail.text)"
    switch row.detail["outcome"]?.stringValue {
    case "confirmed":
      // A hand may turn a knob while the status that shows it is under way.
      let isHandNow = desk.handled.contains { desk.seconds - $0 < 0.005 }
      #expect(told == wanted && (level == wanted || isHandNow), note)
    case "overtaken": #expect(desk.handled.contains { desk.seconds - $0 < 95 }, note)
    case "lost": #expect(readback?["steps_lost"] == readback?["steps_sent"], note)
    case "partly", "refused", "timed_out":
      #expect(told == level || desk.handled.contains { desk.seconds - $0 < 0.1 }, note)
    default: Issue.record("no outcome: \(row.detail.text)")
    }
  }

  @Test(arguments: 0..<10)
  func `with knobs turned at random the outcome is true`(slice: Int) async {
    var counts: [String: Int] = [:]
    for run in 0..<(50 * Fixtures.effort) {
      let seed = UInt64(slice * 50 * Fixtures.effort + run)
      let desk = await SimulatedDesk.roasting(Self.setup(seed), level: .approve)
      Self.work(desk, every: 30, until: 9)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let control = Control.allCases.randomElement(using: &random) ?? .fan
        let steps = Int.random(in: -2...2, using: &random)
        desk.at(.random(in: 8.3...13, using: &random)) { $0.turn(control, by: steps) }
      }
      desk.onKeep = Self.checkTruth
      await desk.run(12)
      for outcome in desk.outcomes { counts[outcome, default: 0] += 1 }
    }
    #expect(counts["overtaken", default: 0] > 5 && counts["confirmed", default: 0] > 5, "\(counts)")
  }

  @Test func `a press is read back by its state, and never sent twice`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 1), from: 0, lasting: 12)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9) {
      $0.propose(.beginCooling, by: SimulatedDesk.agent)
      #expect($0.rules($0.approve(1)) == ["persons_word"])
      $0.approve(1, words: [.doorIsOpen])
    }
    desk.at(13) {
      $0.propose(.beginCooling, by: SimulatedDesk.person, words: [.doorIsOpen])
      $0.approve(2)
    }
    desk.at(18) {
      $0.propose(.shutDown, by: SimulatedDesk.person)
      $0.approve(3)
    }
    await desk.run(14)
    #expect(desk.outcomes == ["lost", "confirmed", "confirmed"])
    #expect(desk.states(1).last == .failed)
    #expect(desk.states(2).last == .completed)
    #expect(desk.received == Array(repeating: [0x30, 0x01, 0x00, 0x00], count: 3))
    #expect(desk.detail(3, "readback")?["to"]?.stringValue == "shutting_down")
  }

  @Test func `a step that is lost seven times in a row is given up`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.stepLost(probability: 1), from: 0)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9) {
      $0.propose(.fan, 5)
      $0.approve(1)
    }
    await desk.run(12)
    #expect(desk.outcomes == ["lost"])
    #expect(desk.received.count == 7)
    #expect(desk.detail(1, "readback")?["steps_lost"]?.integerValue == 7)
  }

  @Test func `a hand at the panel ends a command`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.heater, 3)
      $0.approve(1)
    }
    desk.at(9.3) { $0.turn(.fan, by: 3) }
    await desk.run(8)
    #expect(desk.outcomes == ["overtaken"])
    #expect(desk.states(1).last == .superseded)
    #expect(desk.heater > 3)
  }

  @Test func `a press of PRS by hand ends a command`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.heater, 3)
      $0.approve(1)
    }
    desk.at(9.6) { $0.twin.perform(.prs) }
    await desk.run(4)
    #expect(desk.outcomes == ["overtaken"])
  }

  @Test func `without a status for 5 s, or without a link, a command is over`() async {
    var setup = SimulatedDesk.Setup()
    setup.bullet.faults = FaultPlan([TimedFault(.unplugged, from: 9.4, lasting: 2)])
    let desk = await SimulatedDesk.roasting(setup, level: .approve)
    desk.at(9) {
      $0.propose(.heater, 3)
      $0.approve(1)
    }
    await desk.run(8)
    #expect(desk.outcomes == ["timed_out"])
    #expect(desk.states(1).last == .failed)
    #expect(desk.heater > 3)
  }
}
