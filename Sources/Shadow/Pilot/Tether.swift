import Analysis
import Governor
import Roaster

/// What a pilot may do to the controls: the target's restraint, and what the governor would refuse
/// anyway (Specs/pilot.md, S10 to S13).
struct Tether: Sendable {
  /// What was refused is not asked for again so soon.
  static let refusedSeconds = 45.0
  /// Until so much of the roast was seen nothing can be rehearsed, so nothing but less heat would run
  /// unasked (Specs/governor.md, F3, P14).
  static let rehearsableSeconds = 61.0
  /// A proposal that nobody took up is forgotten.
  static let lostSeconds = 5.0

  /// A proposal under way.
  struct Pending: Sendable {
    var command: Command
    var control: Control
    var from: Int
    var level: Int
    var seconds: Double
  }

  let restraint: Target.Restraint
  let envelope: Envelope
  private(set) var changes: [Control: Int] = [:]
  private(set) var pending: Pending?
  private var lastChange: [Control: Double] = [:]
  private var gains: [(seconds: Double, levels: Int)] = []
  private var refused: [Command: Double] = [:]
  private var touched: Double?
  /// How long the last proposal took from being made to being done; nil before the first.
  private(set) var delay: Double?
  /// How often a hand came to the panel.
  private(set) var touches = 0

  init(_ restraint: Target.Restraint, _ envelope: Envelope) {
    self.restraint = restraint
    self.envelope = envelope
  }

  /// Takes note of what happened; returns what became of a proposal, if that is news.
  mutating func look(_ sight: PilotSight) -> PilotOutcome? {
    let now = sight.sample.seconds
    if let touch = sight.lastTouched {
      if touched.map({ touch > $0 + envelope.quietSeconds }) ?? true { touches += 1 }
      touched = max(touch, touched ?? touch)
    }
    guard let pending, !sight.hasOpenProposal else { return nil }
    guard let outcome = sight.lastOutcome else {
      if now > pending.seconds + Tether.lostSeconds { self.pending = nil }
      return nil
    }
    self.pending = nil
    if outcome == .completed { delay = max(0, now - pending.seconds) }
    if outcome.mayHaveMoved {
      note(pending.control, from: pending.from, to: pending.level, at: now)
    } else {
      refused[pending.command] = now
    }
    return outcome
  }

  /// Whether a hand was at the panel so lately that it may not have finished.
  func isQuiet(at seconds: Double) -> Bool {
    touched.map { seconds < $0 + envelope.quietSeconds + 2 } ?? false
  }

  /// How many changes of a control are left.
  func left(_ control: Control) -> Int {
    let most = control == .heater ? restraint.heaterChanges : restraint.fanChanges
    return max(0, most - changes[control, default: 0])
  }

  /// Whether a level may be asked for now.
  func allows(
    _ control: Control, to level: Int, _ sample: Rehearsal.Sample, isSteering: Bool = true
  ) -> Bool {
    let now = sample.seconds
    guard pending == nil, left(control) > 0 else { return false }
    if let last = lastChange[control], now - last < max(restraint.secondsBetween, interval) {
      return false
    }
    guard let command = Command(control, level),
      refused[command].map({ now - $0 >= Tether.refusedSeconds }) ?? true
    else { return false }
    let isLessHeat = control == .heater && level < sample.heater
    if isSteering, now < Tether.rehearsableSeconds, !isLessHeat { return false }
    switch control {
    case .heater: return isLessHeat || allowsHeat(level, sample)
    case .fan:
      return abs(level - sample.fan) <= envelope.fanMove
        && (level > sample.fan || level >= floor(of: sample.heater))
    case .drum: return false
    }
  }

  /// A little more than the governor's, whose clock starts when the command has ended.
  private var interval: Double { envelope.agentInterval + 1 }

  private func allowsHeat(_ level: Int, _ sample: Rehearsal.Sample) -> Bool {
    let gained = gains.lazy.filter { sample.seconds - $0.seconds <= envelope.rampSeconds + 2 }
      .reduce(0) { $0 + $1.levels }
    let rise = level - sample.heater
    return rise <= envelope.heaterRise && gained + rise <= envelope.rampRise
      && sample.fan >= floor(of: level)
      && (sample.bean.map { $0 < envelope.beanCeiling } ?? false)
      && (sample.infrared.map { $0 < envelope.infraredCeiling } ?? false)
  }

  private func floor(of heater: Int) -> Int {
    envelope.fanFloor[min(max(heater, 0), envelope.fanFloor.count - 1)]
  }

  /// That a level was asked for.
  mutating func ask(_ control: Control, to level: Int, _ sample: Rehearsal.Sample) -> Command? {
    guard let command = Command(control, level) else { return nil }
    let from = sample.level(control)
    pending = Pending(
      command: command, control: control, from: from, level: level, seconds: sample.seconds)
    return command
  }

  /// That a level was suggested: it counts as a change, and is not suggested again so soon.
  mutating func advise(_ control: Control, to level: Int, _ sample: Rehearsal.Sample) {
    let from = sample.level(control)
    note(control, from: from, to: level, at: sample.seconds)
    if let command = Command(control, level) { refused[command] = sample.seconds }
  }

  private mutating func note(_ control: Control, from: Int, to level: Int, at seconds: Double) {
    changes[control, default: 0] += 1
    lastChange[control] = seconds
    if control == .heater, level > from { gains.append((seconds, level - from)) }
  }
}

extension Command {
  /// The command that sets a control; nil where the level cannot be set.
  init?(_ control: Control, _ level: Int) {
    switch control {
    case .heater: self.init(.heater, level: level)
    case .fan: self.init(.fan, level: level)
    case .drum: self.init(.drum, level: level)
    }
  }
}
