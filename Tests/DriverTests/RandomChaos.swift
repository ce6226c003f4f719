import Driver
import Governor
import Roaster
import Simulator

/// A stretch of a roast in which anybody asks for anything and anything goes wrong, all drawn from
/// a seed.
struct RandomChaos {
  let seed: UInt64
  /// More than 50 polls.
  var seconds = 5.5
  /// Every other run has everything go wrong; the rest let some of it succeed.
  private var isWild: Bool { seed % 2 == 0 }

  private static let actors = [
    SimulatedDesk.agent, SimulatedDesk.agent, SimulatedDesk.person,
    Actor(.agent, name: "alice", credential: 9), Actor(.system, name: "watch"),
    Actor(.agent, name: "other", credential: 3),
  ]

  func run() async -> SimulatedDesk {
    var random = SeededGenerator(seed: seed)
    var setup = SimulatedDesk.Setup()
    setup.seed = seed
    setup.bullet.seed = seed
    let start = Double.random(in: (isWild ? 4 : 7)...12, using: &random)
    setup.bullet.faults = faults(from: start, &random)
    if isWild {
      setup.isCommissioned = .random(of: 10, using: &random)
      if Bool.random(using: &random) { setup.diskSeconds = 0.001...0.4 }
      if !.random(of: 4, using: &random) { setup.forecast = .cannot("drawn") }
    }
    let desk = SimulatedDesk(setup)
    let place = Int.random(in: 0..<(isWild ? 8 : 20), using: &random)
    if place > 0 {
      desk.twin.perform(.load(grams: .random(in: 250...1000, using: &random)))
      desk.twin.perform(.prs)
    }
    await desk.skip(to: start)
    if place == 1 {
      desk.twin.perform(.openDoor)
      desk.twin.perform(.prs)
    }
    let level = Autonomy.allCases[(isWild ? 0 : 1)...].randomElement(using: &random) ?? .audit
    desk.at(start + 0.15) { $0.set(level) }
    let count = Int.random(in: 4...30, using: &random)
    for _ in 0..<count {
      let at = start + Double.random(in: 0.2...seconds, using: &random)
      let deed = deed(&random)
      desk.at(at) { deed($0) }
    }
    await desk.run(seconds)
    return desk
  }

  private func faults(from start: Double, _ random: inout SeededGenerator) -> FaultPlan {
    var faults: [TimedFault] = []
    func add(_ fault: Fault, _ random: inout SeededGenerator) {
      faults.append(
        TimedFault(
          fault, from: start + .random(in: 0...seconds, using: &random),
          lasting: .random(in: 0.2...3, using: &random)))
    }
    if Bool.random(using: &random) { faults.append(.init(.stepLost(probability: 0.2), from: 0)) }
    if Bool.random(using: &random) { faults.append(.init(.stepDoubled(probability: 0.2), from: 0)) }
    for _ in 0..<Int.random(in: 0...(isWild ? 3 : 1), using: &random) {
      let control = Control.allCases.randomElement(using: &random) ?? .fan
      let all: [Fault] = [
        .knob(control, by: .random(in: -3...3, using: &random)), .lost,
        .late(milliseconds: .random(in: 50...1500, using: &random)), .corrupted, .stall, .unplugged,
        .short(bytes: 20), .long(bytes: 3), .probeOpen, .probeNoisy(degrees: 30),
        .probeStuck, .fanWeak(share: 0.5), .heaterStuck(level: 9), .clockJump(seconds: -30),
      ]
      add(all.randomElement(using: &random) ?? .lost, &random)
    }
    return FaultPlan(faults)
  }

  private func deed(_ random: inout SeededGenerator) -> (SimulatedDesk) -> Void {
    let actor = Self.actors.randomElement(using: &random) ?? SimulatedDesk.agent
    let decider = .random(of: 4, using: &random) ? SimulatedDesk.person : actor
    let id = Int64.random(in: 1...8, using: &random)
    let level = Autonomy.allCases.randomElement(using: &random) ?? .audit
    let words = Set(PersonsWord.allCases.filter { _ in Bool.random(using: &random) })
    let isWhole = Bool.random(using: &random)
    let mildness = isWild ? 1 : 5
    let steps = steps(&random)
    let key = Int.random(in: 0..<6, using: &random) == 0 ? "same" : nil
    let die = Int.random(in: 0..<100, using: &random)
    let isSpared = die >= 77 && !.random(of: mildness, using: &random)
    switch mildness > 1 && die >= 77 && !isSpared ? die % 60 : die {
    case 0..<36: return { $0.propose(steps, by: actor, key: key, words: words) }
    case 36..<60: return { $0.approve($0.openID(id), words: words, by: decider) }
    case 60..<68: return { $0.ask(.adopt($0.openID(id), words: words, reason: nil), from: decider) }
    case 68..<71: return { $0.ask(.reject(id, reason: "no"), from: actor) }
    case 71..<74: return { $0.ask(.veto(id, reason: "no"), from: actor) }
    case 74..<77: return { $0.ask(.cancel(id, reason: nil), from: actor) }
    case 77..<80: return { $0.ask(.abort(reason: nil, fire: isWhole), from: actor) }
    case 80..<83: return { $0.ask(.reset(reason: "seen to"), from: actor) }
    case 83..<89: return { $0.set(level, by: actor) }
    case 89..<91: return { $0.ask(.signOfLife, from: actor) }
    case 91..<94: return { $0.isDiskWhole = isWhole }
    case 94..<95: return { $0.hear(.auditBroken(row: 7)) }
    case 95..<97:
      return { $0.ask(.dryRun(Desk.Draft(steps: steps, reason: "what if")), from: actor) }
    case 97..<98: return { $0.ask(.acknowledge(alarm: id), from: actor) }
    case 98..<99: return { $0.twin.perform(.prs) }
    default: return { $0.hear(.batch(grams: 500)) }
    }
  }

  private func steps(_ random: inout SeededGenerator) -> [Proposal.Step] {
    let count =
      Int.random(in: 0..<6, using: &random) == 0 ? Int.random(in: 0...4, using: &random) : 1
    return (0..<count).map { _ in
      let kind = Command.Kind.allCases.randomElement(using: &random) ?? .fan
      let isPress = ![.heater, .fan, .drum].contains(kind)
      let useful = Command.Kind.allCases.prefix(3).randomElement(using: &random) ?? .fan
      let chosen = isPress && Int.random(in: 0..<3, using: &random) > 0 ? useful : kind
      let level =
        chosen == .heater || Bool.random(using: &random)
        ? Int.random(in: 4...9, using: &random) : Int.random(in: 1...6, using: &random)
      let command =
        Command(chosen, level: level) ?? Command(chosen, level: nil) ?? .press(.beginPreheat)
      let conditions: [Proposal.Condition] = [
        .atOnce, .atOnce, .atOnce, .after(seconds: 0.5), .roast(seconds: 10), .bean(Celsius(100)),
        .infrared(Celsius(Bool.random(using: &random) ? 150 : 500)),
      ]
      return Proposal.Step(command, when: conditions.randomElement(using: &random) ?? .atOnce)
    }
  }
}

extension SimulatedDesk {
  /// One of the open proposals, or any number.
  fileprivate func openID(_ number: Int64) -> Int64 {
    let open = desk.proposals.compactMap { $0["id"]?.integerValue }
    return open.isEmpty ? number : open[Int(number) % open.count]
  }
}

extension Bool {
  /// True but for one draw of so many.
  fileprivate static func random(of count: Int, using random: inout SeededGenerator) -> Bool {
    Int.random(in: 0..<count, using: &random) != 0
  }
}
