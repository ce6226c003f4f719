extension RoastMachine {
  /// Takes the state that a status names.
  mutating func follow(
    _ said: RoasterState, _ status: Status, _ reading: Reading,
    into events: inout [RoastEvent]
  ) {
    guard let state else { return observe(said, status, reading, into: &events) }
    if said == state {
      doubted = nil
      if isAnotherRoast(status, reading) { observe(said, status, reading, into: &events) }
    } else if state.isListed(before: said) {
      doubted = nil
      let doubt = Doubt(state: said, at: reading.now, previous: reading.previous)
      enter(doubt, status, reading, into: &events)
    } else if let doubt = doubted, doubt.state == said {
      doubted = nil
      enter(doubt, status, reading, into: &events)
    } else {
      doubted = Doubt(state: said, at: reading.now, previous: reading.previous)
    }
  }

  /// Whether a whole roast's end and the next one's beginning lie in a gap (M2).
  private func isAnotherRoast(_ status: Status, _ reading: Reading) -> Bool {
    guard knownState == .roasting, let previous = reading.previous,
      reading.now - previous > Self.anotherRoastSeconds, let clock = status.clockSeconds,
      let trusted = anomalies.trustedClock
    else { return false }
    return clock < trusted
  }

  private static let anotherRoastSeconds = 60.0

  /// Listening begins: the state is told, and nothing of what led to it.
  private mutating func observe(
    _ said: RoasterState, _ status: Status, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    if state != nil { batch = Batch(number: batch.number + 1, settings: settings) }
    state = said
    if case .unknown = said { knownState = nil } else { knownState = said }
    if let told = Told(entering: said) { batch.told.insert(told) }
    if said == .roasting {
      let clock = status.clockSeconds
      startRoast(at: reading.now, began: clock.map { reading.now.advanced(seconds: -$0) })
      if let began = batch.began, reading.now - began <= LevelWatch.firmwareSeconds {
        let claimed = levels.stateChanged(seen: began, previous: nil)
        tell(claimed, status, reading, into: &events)
      }
    }
    events.append(
      event(
        .observing(said), reading.moment, at: ordered(reading.now), source: .machine,
        bean: status.bean, infrared: status.infrared))
  }

  private mutating func startRoast(at first: MonotonicTime, began: MonotonicTime?) {
    batch.hasRoasted = true
    batch.firstRoasting = first
    batch.began = began
    batch.ended = nil
    anomalies.restartClock()
    history.clear()
    lastBean = nil
  }

  /// A change of state, as it was first seen.
  private mutating func enter(
    _ doubt: Doubt, _ status: Status, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    let claimed = levels.stateChanged(seen: doubt.at, previous: doubt.previous)
    if !claimed.isEmpty { tell(claimed, status, reading, into: &events) }
    let from = state ?? doubt.state
    let known = knownState
    guard let told = Told(entering: doubt.state) else {
      state = doubt.state
      return list(from, doubt, status, reading, into: &events)
    }
    guard let known else { return observe(doubt.state, status, reading, into: &events) }
    state = doubt.state
    knownState = doubt.state
    if known == .roasting, doubt.state != .roasting { endRoast(doubt) }
    if known != doubt.state, beginsBatch(doubt.state) {
      batch = Batch(number: batch.number + 1, settings: settings)
    }
    list(from, doubt, status, reading, into: &events)
    guard known != doubt.state, batch.told.insert(told).inserted else { return }
    if doubt.state == .roasting {
      beginRoast(doubt, status, reading, into: &events)
    } else {
      tellEntry(doubt, status, reading, into: &events)
    }
  }

  private mutating func tellEntry(
    _ doubt: Doubt, _ status: Status, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    guard let kind = RoastEvent.Kind(entering: doubt.state) else { return }
    events.append(
      event(
        kind, reading.moment, at: ordered(doubt.at), source: .machine, bean: status.bean,
        infrared: status.infrared, gap: doubt.gap))
  }

  /// Lists a change of state that the protocol note does not know, each once a batch.
  private mutating func list(
    _ from: RoasterState, _ doubt: Doubt, _ status: Status, _ reading: Reading,
    into events: inout [RoastEvent]
  ) {
    let transition = Batch.Transition(from: from, to: doubt.state)
    guard !from.isListed(before: doubt.state), !batch.listed.contains(transition) else { return }
    batch.listed.append(transition)
    events.append(
      event(
        .unlistedTransition(from: from, to: doubt.state), reading.moment, at: ordered(doubt.at),
        source: .machine, bean: status.bean, infrared: status.infrared, gap: doubt.gap))
  }

  /// Whether entering a state begins another walk of the roaster (M5).
  private func beginsBatch(_ next: RoasterState) -> Bool {
    let isOver = batch.hasRoasted || !batch.told.isDisjoint(with: .conclusion)
    switch next {
    case .preheating: return isOver || !batch.told.isDisjoint(with: .preparation)
    case .stabilising, .ready, .roasting: return isOver
    default: return false
    }
  }

  /// The roast clock tells when the roast began if a gap hides it (M6).
  private mutating func beginRoast(
    _ doubt: Doubt, _ status: Status, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    var began = doubt.at
    var gap = doubt.gap
    if gap != nil, let previous = doubt.previous, let clock = status.clockSeconds {
      began = min(max(reading.now.advanced(seconds: -clock), previous), doubt.at)
      gap = nil
    }
    let drum = lastInfrared.flatMap {
      began - $0.at <= Self.drumSeconds ? Celsius($0.value) : nil
    }
    startRoast(at: doubt.at, began: ordered(began))
    batch.sawBeginning = (doubt.gap ?? 0) <= Self.beginningGapSeconds
    batch.isUnbroken = (doubt.gap ?? 0) <= Self.hidingSeconds
    if batch.sawBeginning,
      let peak = window.peak(
        over: Self.chargeLookBackSeconds, now: doubt.at, tolerance: Self.peakTolerance)
    {
      batch.charge.peak = peak.bean
      batch.charge.peakAt = peak.at
    }
    events.append(
      event(
        .roastBegan, reading.moment, at: batch.began ?? began, source: .machine,
        bean: status.bean, infrared: drum, gap: gap))
  }

  /// The infrared reading told with the beginning is the drum's, from just before the firmware
  /// wrote over it.
  private static let drumSeconds = 3.0
  /// A gap this long around the beginning or the end leaves nothing to judge the beans by.
  static let beginningGapSeconds = 10.0

  private mutating func endRoast(_ doubt: Doubt) {
    batch.ended = doubt.at
    guard (doubt.gap ?? 0) <= Self.beginningGapSeconds, doubt.state.canFollowDrop else { return }
    batch.drop = Batch.Drop(
      lowest: history.lowestInfrared(over: Self.dropLookBackSeconds, now: doubt.at),
      lowestAt: doubt.at)
  }
}

extension RoastMachine.Doubt {
  /// How long nothing was heard before it, if long enough to matter.
  fileprivate var gap: Double? {
    guard let previous, at - previous > LevelWatch.gapSeconds else { return nil }
    return at - previous
  }
}

extension RoasterState {
  /// Whether beans may leave the drum in this state.
  fileprivate var canFollowDrop: Bool {
    switch self {
    case .ending, .cooling, .shuttingDown, .off: true
    default: false
    }
  }
}

extension MonotonicTime {
  func advanced(seconds: Int) -> MonotonicTime {
    advanced(milliseconds: Int64(seconds) * 1000)
  }
}
