import Analysis
import Governor
import Roaster

@testable import Shadow
@testable import Simulator

/// One roast under one pilot, on bare physics: the firmware's levels at the charge, a hand that loads,
/// a bus that takes a moment, and what the governor refuses.
struct PilotRun {
  /// A roast that somebody is good at: what makes the target, and what the clerk plays.
  struct Recipe: Sendable {
    var name: String
    var grams: Double
    var charge: Double
    /// The level that the operator begins every roast with.
    var begin: Int
    var steps: [LevelPlan.Step]
    var drop: Double

    var start: PilotStart { PilotStart(grams: grams, charge: Celsius(charge)) }
  }

  /// What is not as the pilot thinks.
  struct Plant: Sendable {
    var machine = MachineParameters.m1
    var factor = 1.0
    var grams = 1.0
    var room = 22.0
    var drum = 0.0
    var probe = 0.0
    var isNoisy = false

    static let nominal = Plant()

    static func drawn(_ seed: UInt64) -> Plant {
      var random = SeededGenerator(seed: seed)
      var plant = Plant(isNoisy: true)
      plant.factor = 1 + 0.045 * random.nextGaussian()
      plant.grams = .random(in: 0.99...1.01, using: &random)
      plant.room = .random(in: 16...28, using: &random)
      plant.machine.heaterWatts *= 1 + 0.03 * random.nextGaussian()
      plant.machine.wallAtCharge *= 1 + 0.08 * random.nextGaussian()
      plant.machine.probeSeconds *= 1 + 0.08 * random.nextGaussian()
      plant.drum = 2 * random.nextGaussian()
      plant.probe = 2 * random.nextGaussian()
      return plant
    }
  }

  private(set) var physics: Physics
  private(set) var samples: [Rehearsal.Sample] = []
  private(set) var words: [(seconds: Double, word: PilotWord)] = []
  private(set) var sights: [PilotSight] = []
  private(set) var changes: [Control: [Double]] = [:]
  private(set) var refusals: [String] = []
  private(set) var droppedSeconds: Double?
  private let isNoisy: Bool
  private let envelope = Envelope()
  private var random: SeededGenerator
  private var wobble = 0.0
  private var due: (seconds: Double, command: Command)?
  private var outcome: PilotOutcome?
  private var gains: [(seconds: Double, levels: Int)] = []
  private var raised: [Control: Double] = [:]
  /// Hands at the panel: when, and what they set.
  var hands: [(seconds: Double, control: Control, level: Int)] = []
  /// How long a proposal waits for its veto, or for a person.
  var vetoSeconds = 0.0
  /// What people hear and do in advisor mode.
  var follows = false
  private var touched: Double?

  init(_ recipe: Recipe, _ plant: Plant, seed: UInt64 = 1) throws {
    random = SeededGenerator(seed: seed &* 7919)
    isNoisy = plant.isNoisy
    let start = recipe.start
    physics = Physics(
      machine: plant.machine, roomCelsius: plant.room,
      drumCelsius: recipe.charge + plant.drum, probeCelsius: start.probeCelsius + plant.probe)
    look(0)
    physics.set(Controls(heater: recipe.begin, fan: 2, drum: 9, roomCelsius: plant.room))
    try physics.load(Batch(grams: recipe.grams * plant.grams, factor: plant.factor))
    physics.holdInfrared()
  }

  /// Roasts until the pilot asks for the drop, a temperature, or the end of patience.
  mutating func roast(
    _ pilot: inout some Pilot, crackCelsius: Double = 187, until limit: Double = 1200
  ) throws {
    speak(&pilot, .ready, nil)
    var crack: Double?
    for second in 1...Int(limit) {
      try advance(Double(second))
      look(Double(second))
      if crack == nil, second > 120, physics.probeCelsius >= crackCelsius { crack = Double(second) }
      speak(&pilot, .roasting, crack)
      if droppedSeconds != nil { return }
    }
  }

  private mutating func advance(_ second: Double) throws {
    for tenth in 0..<10 {
      let now = second - 1 + Double(tenth) / 10
      if let due, now >= due.seconds {
        set(due.command, now)
        self.due = nil
        outcome = .completed
      }
      for hand in hands where abs(hand.seconds - now) < 0.05 {
        if let command = Command(hand.control, hand.level) { apply(command) }
        touched = now
      }
      try physics.advance(by: 0.1)
      wobble += (0.2 / 30).squareRoot() * 0.9 * random.nextGaussian() - wobble * 0.1 / 30
    }
  }

  private mutating func set(_ command: Command, _ now: Double) {
    guard let (control, level) = command.setting else { return }
    changes[control, default: []].append(now)
    if control == .heater, level > physics.controls.heater {
      gains.append((now, level - physics.controls.heater))
    }
    raised[control] = now
    apply(command)
  }

  private mutating func apply(_ command: Command) {
    guard let (control, level) = command.setting else { return }
    var controls = physics.controls
    switch control {
    case .heater: controls.heater = level
    case .fan: controls.fan = level
    case .drum: controls.drum = level
    }
    physics.set(controls)
  }

  private mutating func look(_ second: Double) {
    let controls = physics.controls
    var (bean, infrared) = (physics.probeCelsius, physics.infraredCelsius)
    if isNoisy {
      bean += 0.04 * random.nextGaussian()
      if physics.infraredHoldSeconds <= 0 { infrared += wobble + 0.04 * random.nextGaussian() }
    }
    samples.append(
      Rehearsal.Sample(
        seconds: second, bean: Celsius((bean * 10).rounded() / 10),
        infrared: Celsius((infrared * 10).rounded() / 10), heater: controls.heater,
        fan: controls.fan, drum: controls.drum))
  }

  private mutating func speak(
    _ pilot: inout some Pilot, _ state: RoasterState, _ crack: Double?
  ) {
    let sample = samples[samples.count - 1]
    var sight = PilotSight(sample: sample, state: state)
    sight.firstCrackSeconds = crack
    sight.lastTouched = touched
    sight.hasOpenProposal = due != nil
    sight.lastOutcome = due == nil ? outcome : nil
    sights.append(sight)
    for word in pilot.step(sight) {
      words.append((sample.seconds, word))
      switch word {
      case .propose(let command, _): propose(command, sample)
      case .ask(let text, .drop) where text.hasPrefix("drop now"):
        droppedSeconds = sample.seconds
      case .advise(let text, _) where follows: follow(text, sample.seconds)
      default: break
      }
    }
  }

  /// A hand that takes its time with what it hears.
  private mutating func follow(_ text: String, _ now: Double) {
    let parts = text.split { " :".contains($0) }.map(String.init)
    guard parts.count > 3, parts[2] == "to", let level = Int(parts[3]),
      let control = Control.allCases.first(where: { $0.name == parts[0] })
    else { return }
    hands.append((now + 6, control, level))
  }

  /// What the governor would say, as far as this small world knows (Specs/governor.md).
  private mutating func propose(_ command: Command, _ sample: Rehearsal.Sample) {
    let code = refusal(command, sample)
    if let code {
      refusals.append(code)
      outcome = .refused([code])
    } else {
      outcome = nil
      due = (
        sample.seconds + vetoSeconds + .random(in: 0.1...0.8, using: &random), command
      )
    }
  }

  private func refusal(_ command: Command, _ sample: Rehearsal.Sample) -> String? {
    guard let (control, level) = command.setting else { return "needs_person" }
    let now = sample.seconds
    if due != nil { return "busy" }
    if control == .heater, level < sample.heater { return nil }
    if now < 60 { return "cannot_rehearse" }
    if let touched, now < touched + envelope.quietSeconds { return "panel_active" }
    if let last = raised[control], now < last + envelope.agentInterval { return "minimum_interval" }
    let floor = envelope.fanFloor
    switch control {
    case .heater:
      let gained = gains.filter { now - $0.seconds < 60 }.reduce(0) { $0 + $1.levels }
      if level - sample.heater > envelope.heaterRise { return "step_limit" }
      if gained + level - sample.heater > envelope.rampRise { return "ramp_limit" }
      return sample.fan < floor[level] ? "fan_floor" : nil
    case .fan:
      if abs(level - sample.fan) > envelope.fanMove { return "step_limit" }
      return level < sample.fan && level < floor[sample.heater] ? "fan_floor" : nil
    case .drum: return nil
    }
  }
}

extension PilotRun {
  /// Mean distance of BT from the course, from two minutes to the drop or the course's end.
  func error(_ target: Target) -> Double {
    let end = min(droppedSeconds ?? .infinity, target.dropSeconds ?? .infinity)
    let errors = samples.lazy.filter { $0.seconds >= 120 && $0.seconds <= end }.compactMap {
      sample in
      target.bean(at: sample.seconds).map { abs((sample.bean?.degrees ?? 0) - $0) }
    }
    let all = Array(errors)
    return all.reduce(0, +) / Double(max(1, all.count))
  }
}

extension PilotRun {
  /// The most that the rate of rise over 30 s grows again after two minutes and a half, in C/min.
  func bump() -> Double {
    let beans = samples.filter { $0.seconds >= 150 && $0.seconds <= droppedSeconds ?? .infinity }
      .map { $0.bean?.degrees ?? 0 }
    guard beans.count > 31 else { return 0 }
    let rises = (0..<beans.count - 30).map { 2 * (beans[$0 + 30] - beans[$0]) }
    var (least, bump) = (Double.infinity, 0.0)
    for rise in rises {
      least = min(least, rise)
      bump = max(bump, rise - least)
    }
    return bump
  }
}

extension PilotRun.Recipe {
  /// What becomes of it on the nominal machine: the target.
  func target() throws -> Target {
    var run = try PilotRun(self, .nominal)
    var goal = Target(name: name)
    goal.drop = Target.Goal(bean: Celsius(drop))
    goal.restraint.secondsBetween = 0
    var clerk = ScheduleClerk(plan: LevelPlan(steps), target: goal, start: start)
    try run.roast(&clerk)
    var target = Target(name: name)
    let end = run.droppedSeconds ?? 0
    target.course = run.samples.filter { $0.seconds <= end }.map {
      Target.Point(seconds: $0.seconds, bean: $0.bean ?? Celsius(0))
    }
    target.drop = Target.Goal(seconds: end, bean: Celsius(drop))
    return target
  }

  private static func steps(_ levels: [(Double, Int?, Int?)]) -> [LevelPlan.Step] {
    levels.map { LevelPlan.Step(seconds: $0.0, heater: $0.1, fan: $0.2) }
  }

  static let all = [
    PilotRun.Recipe(
      name: "250 g light", grams: 250, charge: 205, begin: 6,
      steps: steps([(150, nil, 3), (210, 5, nil), (300, 4, nil), (330, nil, 4), (420, 3, nil)]),
      drop: 194),
    PilotRun.Recipe(
      name: "350 g medium", grams: 350, charge: 225, begin: 7,
      steps: steps([
        (90, nil, 1), (180, nil, 2), (240, 6, 3), (330, 5, nil), (360, nil, 4), (430, 4, nil),
      ]), drop: 204),
    PilotRun.Recipe(
      name: "400 g light", grams: 400, charge: 230, begin: 7,
      steps: steps([
        (63, nil, 1), (120, nil, 2), (230, nil, 3), (250, 6, nil), (280, nil, 4), (330, 5, nil),
        (390, 4, nil), (450, 3, nil),
      ]), drop: 192),
    PilotRun.Recipe(
      name: "400 g medium", grams: 400, charge: 230, begin: 7,
      steps: steps([
        (63, nil, 1), (120, nil, 2), (230, nil, 3), (250, 6, nil), (330, 5, nil), (430, 4, nil),
      ]), drop: 203),
    PilotRun.Recipe(
      name: "400 g dark", grams: 400, charge: 230, begin: 7,
      steps: steps([
        (63, nil, 1), (120, nil, 2), (230, nil, 3), (250, 6, nil), (270, nil, 4), (330, 5, nil),
      ]), drop: 213),
    PilotRun.Recipe(
      name: "600 g medium", grams: 600, charge: 245, begin: 8,
      steps: steps([(90, 9, nil), (270, 8, nil), (300, nil, 3), (390, 7, nil), (480, 6, nil)]),
      drop: 205),
    PilotRun.Recipe(
      name: "800 g medium dark", grams: 800, charge: 255, begin: 9,
      steps: steps([(360, 8, nil), (420, nil, 3), (500, 7, nil), (590, 6, nil)]), drop: 208),
  ]
}
