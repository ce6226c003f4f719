import Governor
import Roaster

/// One command on its way into the roaster: a step, its readback, and what to do next
/// (Specs/governor.md X1 to X5).
///
/// It says what is to be sent and judges nothing: rules, audit and permits are the desk's.
struct Executor: Sendable {
  let proposal: Int64
  let command: Command
  let began: MonotonicTime
  private(set) var readback: Readback

  private let patience: Patience
  /// The state it began in.
  private let state: RoasterState
  private var stage = Stage.deciding
  /// Steps in a row without effect.
  private var misses = 0
  private var hasHadEffect = false
  /// When bytes last left.
  private var lastSent: MonotonicTime?
  /// Steps that were taken twice: one more of them before then could not be told from the panel.
  private var doubled: [Actuation: MonotonicTime] = [:]
  private var heard: MonotonicTime

  private enum Stage: Equatable {
    case deciding
    /// The audit of these bytes is on its way to the disk.
    case recording(ticket: Int64, Actuation)
    /// The bytes are in the outbox.
    case sending(ticket: Int64, Actuation)
    /// The bytes have left; their effect is awaited.
    case watching(Watch)
  }

  private struct Watch: Equatable {
    let actuation: Actuation
    let from: Int?
    let sent: MonotonicTime
    /// Something else moved meanwhile, so that nothing can be said of the effect.
    var isDisturbed = false
  }

  /// What is to be done.
  enum Order: Equatable {
    case wait
    case send(Actuation)
    /// Bytes that have not left should not.
    case withdraw
    case end(Outcome)
  }

  static let longestSeconds = 90.0
  /// Without a valid status for so long nothing is known any more.
  static let silenceSeconds = 5.0

  /// A command that begins with what is seen now.
  init(
    _ command: Command, of proposal: Int64, seeing sight: Sight, patience: Patience = Patience(),
    now: MonotonicTime
  ) {
    self.patience = patience
    self.command = command
    self.proposal = proposal
    began = now
    heard = sight.at
    state = sight.state
    let from: JSON =
      if let setting = command.setting {
        JSON(sight.level(of: setting.control))
      } else { .string(sight.state.name) }
    readback = Readback(command, from: from)
  }

  /// Whether bytes have left, or may have.
  var hasSent: Bool { lastSent != nil }
}

// MARK: - Looking

extension Executor {
  /// Takes a valid status and says what is to be done.
  mutating func look(_ sight: Sight) -> Order {
    heard = sight.at
    show(sight)
    let isHeld = isDisturbed(sight)
    if case .watching(var watch) = stage {
      watch.isDisturbed = watch.isDisturbed || isHeld
      stage = .watching(watch)
      if let outcome = readBack(watch, sight) { return .end(outcome) }
    }
    if isOvertaken(sight) { return isSending ? .withdraw : .end(.overtaken) }
    if isHeld { return isSending ? .withdraw : .wait }
    if let order = lapse(sight.at) { return order }
    return stage == .deciding ? decide(sight) : .wait
  }

  /// What to do for the mere passing of time.
  func lapse(_ now: MonotonicTime) -> Order? {
    let isOver = now - began >= Self.longestSeconds || now - heard >= Self.silenceSeconds
    return isOver ? .end(.timedOut) : nil
  }

  /// Whether bytes are in the outbox.
  var isSending: Bool { if case .sending = stage { true } else { false } }

  private mutating func show(_ sight: Sight) {
    if let setting = command.setting {
      if let level = sight.level(of: setting.control) { readback.to = JSON(level) }
    } else {
      readback.to = .string(sight.state.name)
    }
  }

  /// Whether something moved that may not be ours (X4), or the state is in doubt.
  private func isDisturbed(_ sight: Sight) -> Bool {
    sight.status.state != sight.state || sight.unexplained.contains { $0.at > began }
  }

  private func isOvertaken(_ sight: Sight) -> Bool {
    if sight.showsHand(after: began) { return true }
    if sight.state == state { return false }
    guard case .press(let press) = command, hasSent else { return true }
    return !press.reaches.contains(sight.state)
  }

  /// Looks for the effect of what was sent.
  private mutating func readBack(_ watch: Watch, _ sight: Sight) -> Outcome? {
    let doubledNews = sight.changes.contains {
      $0.isDoubled && $0.control == command.setting?.control
    }
    if watch.isDisturbed {
      if !isDisturbed(sight) { stage = .deciding }
      return nil
    }
    guard let moved = moved(watch, sight) else {
      guard sight.at - watch.sent >= patience.effectSeconds else { return nil }
      return missed()
    }
    if doubledNews || moved > 1 {
      readback.doubled += 1
      doubled[watch.actuation] = watch.sent.advanced(milliseconds: patience.windowMilliseconds)
    }
    readback.delays.append(Int(((sight.at - watch.sent) * 1000).rounded()))
    misses = 0
    hasHadEffect = true
    stage = .deciding
    return nil
  }

  /// By how many steps the control has moved since the bytes left; nil for none.
  private func moved(_ watch: Watch, _ sight: Sight) -> Int? {
    if case .press(let press) = command {
      return press.reaches.contains(sight.state) ? 1 : nil
    }
    guard let setting = command.setting, let from = watch.from,
      let level = sight.level(of: setting.control), level != from
    else { return nil }
    return setting.control == .drum ? 1 : abs(level - from)
  }

  /// The step is lost. A press is never sent twice (X3).
  private mutating func missed() -> Outcome? {
    readback.lost += 1
    misses += 1
    stage = .deciding
    guard command.setting == nil || misses > patience.retries else { return nil }
    return hasHadEffect ? .partly : .lost
  }

  private func decide(_ sight: Sight) -> Order {
    if isDone(sight) {
      // What was heard before it began may have changed by then.
      let isQuiet = lastSent.map { sight.at - $0 >= patience.effectSeconds } ?? (sight.at > began)
      return isQuiet ? .end(.confirmed) : .wait
    }
    guard let next = next(sight) else { return .wait }
    if let until = doubled[next], sight.at <= until { return .wait }
    return .send(next)
  }

  /// Whether the roaster shows what was wanted. It is believed when no step can show any more that
  /// has left: one that comes late would undo it.
  private func isDone(_ sight: Sight) -> Bool {
    if case .press(let press) = command { return hasSent && press.reaches.contains(sight.state) }
    return command.setting.map { sight.level(of: $0.control) == $0.level } ?? false
  }

  /// The step that comes next from what is shown; nil when that cannot be known, and after a press.
  private func next(_ sight: Sight) -> Actuation? {
    if command.setting == nil, hasSent { return nil }
    return command.nextStep(from: sight.status)
  }
}

// MARK: - Sending

extension Executor {
  /// The bytes' audit has been handed to the store.
  mutating func meant(_ actuation: Actuation, ticket: Int64) {
    stage = .recording(ticket: ticket, actuation)
  }

  /// The step that waited for that ticket; nil when none does.
  func recorded(_ ticket: Int64) -> Actuation? {
    guard case .recording(ticket, let actuation) = stage else { return nil }
    return actuation
  }

  /// Whether what is seen now still asks for that step.
  func stillWants(_ actuation: Actuation, _ sight: Sight) -> Bool {
    !isDisturbed(sight) && !isOvertaken(sight) && !isDone(sight) && next(sight) == actuation
  }

  /// The step is not to be sent as things are: it is decided again.
  mutating func dropped() { stage = .deciding }

  /// The bytes are in the outbox.
  mutating func released(_ actuation: Actuation, ticket: Int64) {
    stage = .sending(ticket: ticket, actuation)
  }

  /// What became of the bytes.
  mutating func wrote(ticket: Int64, _ result: WriteResult, now: MonotonicTime) {
    guard case .sending(ticket, let actuation) = stage else { return }
    switch result {
    case .late, .withdrawn: stage = .deciding
    case .sent, .failed:
      readback.sent += 1
      lastSent = now
      let from = readback.to.integerValue.map(Int.init)
      stage = .watching(Watch(actuation: actuation, from: from, sent: now))
    }
  }
}
