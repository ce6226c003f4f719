import Analysis
import Governor
import Roaster
import Simulator

/// Steers towards a target with the shadow's forecast, or advises who steers (Specs/pilot.md).
public struct Steersman: Pilot {
  /// Who moves the controls.
  public enum Mode: String, CaseIterable, Sendable {
    /// It proposes.
    case steer
    /// It suggests, seldom, and people do.
    case advise
  }

  /// Between two plans; news is planned for at once.
  private static let everySeconds = 10.0
  /// Before, nothing moves: the levels are the firmware's own (Specs/governor.md, 3 s).
  private static let beginSeconds = 5.0
  /// An estimator that is not trusted for so long has lost the roast.
  private static let patienceSeconds = 60.0
  /// Advice: not before, not oftener, and for a hand that takes its time.
  private static let adviseFromSeconds = 90.0
  private static let adviseEverySeconds = 45.0
  private static let adviseLeadSeconds = 8.0
  /// No move is planned for later.
  private static let longestLead = 60.0
  /// Nothing is worth a move any more so shortly before the drop, unless that is late by so much.
  private static let finishSeconds = 40.0
  private static let lateSeconds = 20.0
  /// Before the shadow has seen enough, only what is far off is worth a move.
  private static let earlyPrice = 4.0

  /// What it follows.
  public let target: Target
  /// Whether it proposes or suggests.
  public let mode: Mode
  private let start: PilotStart
  private let course: Course
  private var warden: Warden
  private var planner: Planner
  private var estimator: Estimator?
  private var past: [Rehearsal.Sample]
  private var due = Steersman.beginSeconds
  private var advised = -Double.infinity
  private var distrusted: (since: Double, hasSaid: Bool)?
  private var knewCrack = false
  private var levels: [Int]?

  /// A pilot for one roast. One that begins in the middle of it is given what was seen since the
  /// charge.
  public init(
    target: Target, start: PilotStart, envelope: Envelope = Envelope(), mode: Mode = .steer,
    past: [Rehearsal.Sample] = []
  ) {
    self.target = target
    self.mode = mode
    self.start = start
    self.past = past
    course = Course(target, start)
    warden = Warden(
      target: target, start: start, envelope: envelope, isSteering: mode == .steer)
    planner = Planner(course: course, target: target, envelope: envelope)
    if mode == .advise { planner.lead = Steersman.adviseLeadSeconds }
  }

  /// What it says of the present; called about once a second.
  public mutating func step(_ sight: PilotSight) -> [PilotWord] { step(sight, trust: nil) }

  /// As `step`, with another trust than the shadow's.
  mutating func step(_ sight: PilotSight, trust: Trust?) -> [PilotWord] {
    let outcome = warden.tether.look(sight)
    observe(sight)
    var words = warden.speak(sight, forecast: estimator.map(Foreseen.init))
    guard !warden.hasHandedBack, sight.state == .roasting else { return words }
    guard let estimator else { return words + giveUp(sight.sample) }
    words += judge(trust ?? estimator.trust, sight.sample)
    hear(sight, outcome)
    guard distrusted == nil, warden.mayPropose(sight), sight.sample.seconds >= due else {
      return words
    }
    due = sight.sample.seconds + Steersman.everySeconds
    if let word = plan(estimator, sight.sample) { words.append(word) }
    return words
  }

  /// With other weights, for those who search for them.
  init(target: Target, start: PilotStart, mode: Mode = .steer, weights: Planner.Weights) {
    self.init(target: target, start: start, mode: mode)
    planner.weights = weights
  }

  // MARK: What it sees

  private mutating func observe(_ sight: PilotSight) {
    let sample = sight.sample
    guard sight.state == .roasting else {
      guard sight.state == .ready else { return }
      // The last that was seen before the charge tells the temperatures of metal and probe.
      past = [sample.at(seconds: 0)]
      return
    }
    if estimator != nil {
      estimator?.observe(sample)
    } else {
      past.append(sample)
      guard sample.seconds >= 1 else { return }
      estimator = Estimator(
        past: past, machine: start.machine, grams: start.grams, roomCelsius: start.roomCelsius)
      if estimator != nil { past = [] }
    }
  }

  /// News asks for a plan at once: first crack, a hand, a refusal.
  private mutating func hear(_ sight: PilotSight, _ outcome: PilotOutcome?) {
    let now = sight.sample.seconds
    if let outcome {
      // One that is done may be half of a plan; its level shows by the next second.
      due = outcome == .completed ? now + 1 : now
      if outcome != .completed { planner.forget() }
      // Where people approve or may veto, a move comes later: it is planned for then.
      if outcome == .completed, let delay = warden.tether.delay {
        planner.lead += 0.5 * (min(delay, Steersman.longestLead) - planner.lead)
      }
    }
    if sight.firstCrackSeconds != nil, !knewCrack {
      knewCrack = true
      due = min(due, now)
    }
    let seen = [sight.sample.heater, sight.sample.fan]
    if mode == .advise, let levels, levels != seen {
      due = min(due, now + Steersman.adviseLeadSeconds)
    }
    if warden.tether.isQuiet(at: now) { planner.forget() }
    levels = seen
  }

  /// Without a shadow there is nothing to steer by.
  private mutating func giveUp(_ sample: Rehearsal.Sample) -> [PilotWord] {
    guard sample.seconds >= Steersman.beginSeconds else { return [] }
    return [warden.handBack("the model takes no batch of \(whole(start.grams)) g", sample)]
  }

  /// What it cannot explain it does not steer by; and what lasts, it gives back (S16).
  private mutating func judge(_ trust: Trust, _ sample: Rehearsal.Sample) -> [PilotWord] {
    guard case .notTrusted(let reason) = trust else {
      guard let before = distrusted else { return [] }
      distrusted = nil
      planner.forget()
      return before.hasSaid ? [.advise("steering again: the readings are explained", .calm)] : []
    }
    let since = distrusted?.since ?? sample.seconds
    guard sample.seconds < since + Steersman.patienceSeconds else {
      return [
        warden.handBack(
          "\(reason.text) for \(whole(Steersman.patienceSeconds)) s", sample)
      ]
    }
    defer { distrusted = (since, true) }
    return distrusted?.hasSaid == true
      ? [] : [.advise("not steering for now: \(reason.text)", .urgent)]
  }

  // MARK: What it wants

  private mutating func plan(_ estimator: Estimator, _ sample: Rehearsal.Sample) -> PilotWord? {
    let now = sample.seconds
    guard !isFinishing(sample) else { return nil }
    let isSteering = mode == .steer
    let tether = warden.tether
    let finding = planner.find(
      estimator, sample, prices: prices(now),
      allows: { tether.allows($0, to: $1, sample, isSteering: isSteering) })
    guard let (control, level) = finding.first(sample) else { return nil }
    let reason = Reason(planner, estimator, sample, control, to: level)
    if isSteering {
      return warden.tether.ask(control, to: level, sample).map {
        .propose($0, reason: reason.text)
      }
    }
    guard now >= Steersman.adviseFromSeconds,
      reason.isUrgent || now >= advised + Steersman.adviseEverySeconds
    else { return nil }
    advised = now
    warden.tether.advise(control, to: level, sample)
    planner.forget()
    return .advise(reason.text, reason.isUrgent ? .urgent : .calm)
  }

  /// Whether the drop is so near that nothing comes of a move before it.
  private func isFinishing(_ sample: Rehearsal.Sample) -> Bool {
    let now = sample.seconds
    let end = course.endSeconds
    guard case .bean(let wanted) = Warden.cause(of: target), let bean = sample.bean?.degrees else {
      return now > end - Steersman.finishSeconds
    }
    let rise = max(1, course.rise(at: end - Steersman.lateSeconds)) / 60
    return now < end + Steersman.lateSeconds && wanted - bean < rise * Steersman.finishSeconds
  }

  /// A change costs more when few are left for the time that is left, and advice costs a hand.
  private func prices(_ now: Double) -> (heater: Double, fan: Double) {
    let left = min(max(1 - now / max(1, course.endSeconds), 0.1), 1)
    let scarcity = { (control: Control, all: Int) -> Double in
      let share = Double(warden.tether.left(control)) / Double(max(1, all))
      return min(max(left / max(share, 0.05), 0.5), 4)
    }
    let hand =
      (mode == .advise ? 2.5 : 1) * (now < Estimator.leastSeconds ? Steersman.earlyPrice : 1)
    return (
      hand * planner.weights.heaterPrice * scarcity(.heater, target.restraint.heaterChanges),
      hand * planner.weights.fanPrice * scarcity(.fan, target.restraint.fanChanges)
    )
  }
}

extension Planner.Finding {
  /// What is to be done now; heat before air, for one command is in flight at a time, but air first
  /// where there is to be more of both.
  func first(_ sample: Rehearsal.Sample) -> (control: Control, level: Int)? {
    let (heater, fan) = (moves.heater[0], moves.fan[0])
    if heater == 0 && fan == 0 { return nil }
    if heater == 0 || (fan > 0 && heater > 0) { return (.fan, sample.fan + fan) }
    return (.heater, sample.heater + heater)
  }
}

/// BT soon, by the shadow.
private struct Foreseen: DropForecast {
  let estimator: Estimator

  init(_ estimator: Estimator) { self.estimator = estimator }

  func bean(in seconds: Double) -> Double? {
    estimator.course(until: estimator.seconds + seconds, spacing: seconds).last?.bean
  }
}

extension Rehearsal.Sample {
  /// The same readings at another second.
  func at(seconds: Double) -> Rehearsal.Sample {
    Rehearsal.Sample(
      seconds: seconds, bean: bean, infrared: infrared, heater: heater, fan: fan, drum: drum)
  }
}
