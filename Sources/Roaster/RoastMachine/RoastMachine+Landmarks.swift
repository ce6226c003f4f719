extension RoastMachine {
  /// Reads the curves of a roast, and of the time after its end.
  mutating func followRoast(_ reading: Reading, into events: inout [RoastEvent]) {
    guard batch.hasRoasted else { return }
    if knownState == .roasting {
      let infrared = isSettling(reading.now) ? nil : reading.infrared
      history.append(bean: reading.bean, infrared: infrared, at: reading.now)
      if let bean = reading.bean {
        noteGap(reading.now)
        if !batch.charge.hasFallen { watchCharge(bean, reading, into: &events) }
        if !batch.turning.isPast { watchTurning(bean, reading, into: &events) }
      }
      if batch.turning.isPast { watchCrossings(reading, infrared, into: &events) }
    } else if batch.drop != nil, let infrared = reading.infrared {
      watchDrop(infrared, reading, into: &events)
    }
  }

  /// A pause this long in the bean readings can hide a landmark.
  static let hidingSeconds = 5.0

  private mutating func noteGap(_ now: MonotonicTime) {
    if let lastBean, now - lastBean > Self.hidingSeconds {
      batch.isUnbroken = false
      batch.turning.gap = (lastBean, now)
    }
    lastBean = now
  }

  /// A landmark read from the curves, unless a later one is there already.
  private mutating func estimate(
    _ landmark: Landmark, at: MonotonicTime, bean: Double?, infrared: Double?, gap: Double? = nil,
    _ moment: Moment, into events: inout [RoastEvent]
  ) {
    guard batch.estimates[landmark] == nil,
      batch.estimates.obstacle(to: landmark, at: at) == nil
    else { return }
    batch.estimates[landmark] = Sighting(
      at: ordered(at), source: .estimated, bean: bean.map(Celsius.init),
      infrared: infrared.map(Celsius.init), gapSeconds: gap)
    settle(moment, into: &events)
  }
}

// MARK: - Beans in

extension RoastMachine {
  /// The probe may have begun to fall this long before the roast clock.
  static let chargeLookBackSeconds = 15.0
  /// Readings this close to the peak belong to it.
  static let peakTolerance = 0.3
  /// Beans cool the probe by this much.
  static let chargeFall = 10.0
  /// When the beginning was not seen, a fall this deep shows that the probe is falling.
  static let remainingFall = 3.0
  /// When beans that were not charged, or not dropped, are told of: in time for the 30 s of the
  /// protocol note with some polls lost.
  static let warningSeconds = 27.0...45.0

  private mutating func watchCharge(
    _ bean: Double, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    let peak = max(batch.charge.peak ?? bean, bean)
    batch.charge.peak = peak
    if bean >= peak - Self.peakTolerance { batch.charge.peakAt = reading.now }
    guard let began = batch.began, batch.sawBeginning else {
      batch.charge.hasFallen = peak - bean >= Self.remainingFall
      return
    }
    if peak - bean >= Self.chargeFall {
      batch.charge.hasFallen = true
      estimate(
        .charged, at: max(batch.charge.peakAt, began), bean: peak, infrared: nil,
        reading.moment, into: &events)
    } else if Self.warningSeconds.contains(reading.now - began) {
      warn(.beansNotCharged, .beansNotCharged, reading, into: &events)
    }
  }

  private mutating func warn(
    _ kind: RoastEvent.Kind, _ told: Told, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    guard batch.told.insert(told).inserted else { return }
    events.append(
      event(
        kind, reading.moment, at: ordered(reading.now), source: .estimated,
        bean: reading.bean.map(Celsius.init), infrared: reading.infrared.map(Celsius.init)))
  }
}

// MARK: - Turning point

extension RoastMachine {
  /// The lowest reading is the turning point when it is this old and the probe has risen by
  /// `turningRise` since.
  static let turningSeconds = 12.0
  static let turningRise = 0.3
  /// The parabola whose vertex is the turning point reaches this far to both sides.
  static let turningHalfSeconds = 8.0
  /// A turning point this close to a gap may lie inside it.
  static let turningGapSeconds = 3.0
  /// A roast this old whose probe climbs is past a turning point that was not seen.
  static let pastSeconds = 120.0
  static let pastRise = 1.0

  private mutating func watchTurning(
    _ bean: Double, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    if !batch.isUnbroken, let first = batch.began ?? batch.firstRoasting,
      reading.now - first >= Self.pastSeconds,
      let slope = window.slope(over: Self.riseSeconds, now: reading.now), slope >= Self.pastRise
    {
      batch.turning.isPast = true
      return
    }
    guard batch.charge.hasFallen else { return }
    guard let lowest = batch.turning.lowest, bean >= lowest else {
      batch.turning.lowest = bean
      batch.turning.lowestAt = reading.now
      return
    }
    let lowestAt = batch.turning.lowestAt
    guard reading.now - lowestAt >= Self.turningSeconds, bean >= lowest + Self.turningRise else {
      return
    }
    batch.turning.isPast = true
    guard !isHidden(lowestAt) else { return }
    let at = window.lowest(near: lowestAt, half: Self.turningHalfSeconds) ?? lowestAt
    let infrared = history.reading(at: at).infrared?.degrees
    estimate(
      .turningPoint, at: at, bean: lowest, infrared: infrared, reading.moment, into: &events)
  }

  private func isHidden(_ time: MonotonicTime) -> Bool {
    guard let gap = batch.turning.gap else { return false }
    return gap.from - time <= Self.turningGapSeconds && time - gap.to <= Self.turningGapSeconds
  }
}

// MARK: - Temperatures reached

extension RoastMachine {
  private mutating func watchCrossings(
    _ reading: Reading, _ infrared: Double?, into events: inout [RoastEvent]
  ) {
    for index in batch.crossings.indices {
      let landmark = batch.crossings[index].landmark
      guard batch.estimates[landmark] == nil else { continue }
      let sensor = batch.crossings[index].rule.sensor
      guard let value = sensor == .bean ? reading.bean : infrared,
        let crossing = batch.crossings[index].step(value, now: reading.now)
      else { continue }
      let then = history.reading(at: crossing.at)
      let threshold = batch.crossings[index].rule.temperature.degrees
      estimate(
        landmark, at: crossing.at,
        bean: sensor == .bean ? threshold : then.bean?.degrees,
        infrared: sensor == .infrared ? threshold : then.infrared?.degrees, gap: crossing.gap,
        reading.moment, into: &events)
    }
  }
}

// MARK: - Beans out

extension RoastMachine {
  /// The door may have been opened this long before cooling began.
  static let dropLookBackSeconds = 10.0
  /// The infrared sensor rises by this much when it sees the drum again.
  static let dropRise = 6.0
  /// The rise begins where the reading was last this close to the lowest.
  static let dropTolerance = 1.0

  private mutating func watchDrop(
    _ infrared: Double, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    guard var drop = batch.drop, let ended = batch.ended else { return }
    defer { batch.drop = batch.estimates[.dropped] == nil ? drop : nil }
    let lowest = min(drop.lowest ?? infrared, infrared)
    drop.lowest = lowest
    if infrared <= lowest + Self.dropTolerance {
      drop.lowestAt = reading.now
      drop.bean = reading.bean
    }
    let isRisen = infrared >= lowest + Self.dropRise
    if isRisen, drop.risen {
      estimate(
        .dropped, at: max(drop.lowestAt, ended), bean: drop.bean, infrared: lowest, reading.moment,
        into: &events)
    } else if !isRisen, Self.warningSeconds.contains(reading.now - ended),
      batch.charge.hasFallen || !batch.sawBeginning
    {
      warn(.beansStillInDrum, .beansStillInDrum, reading, into: &events)
    }
    drop.risen = isRisen
  }
}
