/// Finds who moved each control (Specs/machine.md M17 to M20).
struct LevelWatch: Sendable {
  /// Changes that no expected step and no change of state explains so far.
  private(set) var unexplained: [LevelChange] = []

  private var heater: Int?
  private var fan: Int?
  private var drum: Int?
  private var expectations: [Expectation] = []
  /// The last change of state: the earliest it can have been, and when it was seen.
  private var transition: (earliest: MonotonicTime, seen: MonotonicTime)?

  fileprivate struct Expectation {
    let step: ExpectedStep
    var isOpen = true
    /// Our step may be taken twice, once.
    var mayDouble = true
  }

  /// The firmware moves levels this long before and after a change of state.
  static let firmwareSeconds = 3.0
  /// Readings farther apart than this leave open when a change between them was.
  static let gapSeconds = 2.0
  /// Polls that fail hide when our step was taken.
  static let silenceSeconds = 0.5
  /// The levels among which the firmware moves the heater to hold a temperature.
  static let holdingLevels = 0...3

  mutating func expect(_ step: ExpectedStep) { expectations.append(Expectation(step: step)) }

  /// A change of state claims the unexplained changes of the 3 s before it.
  mutating func stateChanged(seen: MonotonicTime, previous: MonotonicTime?) -> [LevelChange] {
    transition = (Self.earliest(of: seen, previous: previous), seen)
    return unexplained.isEmpty ? [] : claim()
  }

  /// The earliest that something seen now can have happened.
  private static func earliest(of seen: MonotonicTime, previous: MonotonicTime?) -> MonotonicTime {
    guard let previous, seen - previous > gapSeconds else { return seen }
    return previous
  }

  private mutating func claim() -> [LevelChange] {
    guard let transition else { return [] }
    var claimed: [LevelChange] = []
    unexplained.removeAll { change in
      guard transition.earliest - change.at <= Self.firmwareSeconds else { return false }
      claimed.append(change.explained(.firmware))
      return true
    }
    return claimed
  }

  /// Compares a status with the last one. Changes that are explained come back at once, others
  /// when 3 s have passed.
  mutating func step(
    _ status: Status, state: RoasterState, now: MonotonicTime, previous: MonotonicTime?
  ) -> [LevelChange] {
    var decided = unexplained.isEmpty ? [] : expire(now)
    let changes = (
      Self.change(.heater, &heater, status.heater?.number, now),
      Self.change(.fan, &fan, status.fan?.number, now),
      Self.change(.drum, &drum, status.drum?.number, now)
    )
    if let change = changes.0 { judge(change, state, previous, into: &decided) }
    if let change = changes.1 { judge(change, state, previous, into: &decided) }
    if let change = changes.2 { judge(change, state, previous, into: &decided) }
    if !expectations.isEmpty { expectations.removeAll { $0.step.until < now } }
    return decided
  }

  private static func change(
    _ control: Control, _ last: inout Int?, _ level: Int?, _ now: MonotonicTime
  ) -> LevelChange? {
    guard let level, level != last else { return nil }
    defer { last = level }
    return last.map { LevelChange(control: control, from: $0, to: level, at: now, origin: nil) }
  }

  private mutating func expire(_ now: MonotonicTime) -> [LevelChange] {
    var expired: [LevelChange] = []
    unexplained.removeAll { change in
      guard now - change.at > Self.firmwareSeconds else { return false }
      expired.append(change.explained(.panel))
      return true
    }
    return expired
  }

  private mutating func judge(
    _ change: LevelChange, _ state: RoasterState, _ previous: MonotonicTime?,
    into decided: inout [LevelChange]
  ) {
    if let commanded = commanded(change, since: Self.lastKnown(before: change, previous)) {
      decided.append(commanded)
    } else if isFirmware(change, state, previous) {
      decided.append(change.explained(.firmware))
    } else {
      unexplained.append(change)
    }
  }

  /// When a change can have been, for a step of ours: now, unless there was a silence before it.
  private static func lastKnown(
    before change: LevelChange, _ previous: MonotonicTime?
  ) -> MonotonicTime {
    guard let previous, change.at - previous > silenceSeconds else { return change.at }
    return previous
  }

  private func isFirmware(
    _ change: LevelChange, _ state: RoasterState, _ previous: MonotonicTime?
  ) -> Bool {
    if let transition {
      let earliest = Self.earliest(of: change.at, previous: previous)
      if earliest - transition.seen <= Self.firmwareSeconds { return true }
    }
    return change.control == .heater && (state == .stabilising || state == .ready)
      && Self.holdingLevels.contains(change.from) && Self.holdingLevels.contains(change.to)
  }
}

// MARK: - Expected steps

extension LevelWatch {
  /// The change as ours, if open expectations add up to it; an excess of exactly one step in our
  /// direction within the readback window is our step taken twice.
  private mutating func commanded(
    _ change: LevelChange, since: MonotonicTime
  ) -> LevelChange? {
    guard !expectations.isEmpty else { return nil }
    if let index = expectations.lastIndex(where: { $0.sets(change, since) }) {
      expectations[index].isOpen = false
      return change.explained(.commanded)
    }
    let ours = expectations.indices.filter { expectations[$0].moves(change, since) }
    let open = ours.filter { expectations[$0].isOpen }
    let mayDouble = !ours.isEmpty && ours.allSatisfy { expectations[$0].mayDouble }
    let steps = abs(change.to - change.from)
    guard steps <= open.count + (mayDouble ? 1 : 0) else { return nil }
    for index in open.prefix(steps) { expectations[index].isOpen = false }
    guard steps > open.count else { return change.explained(.commanded) }
    for index in ours { expectations[index].mayDouble = false }
    var doubled = change.explained(.commanded)
    doubled.isDoubled = true
    return doubled
  }
}

extension LevelWatch.Expectation {
  func sets(_ change: LevelChange, _ since: MonotonicTime) -> Bool {
    isOpen && step.control == change.control && step.move == .to(change.to)
      && since <= step.until
  }

  func moves(_ change: LevelChange, _ since: MonotonicTime) -> Bool {
    step.control == change.control && since <= step.until
      && step.move == (change.to > change.from ? .up : .down)
  }
}

extension LevelChange {
  func explained(_ origin: Origin) -> LevelChange {
    var change = self
    change.origin = origin
    return change
  }
}
