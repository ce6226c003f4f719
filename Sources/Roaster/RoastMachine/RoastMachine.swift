/// Turns telemetry into what happened: states, landmarks, warnings, level changes, anomalies.
///
/// A pure machine: it owns no clock and draws no random number, so the same telemetry, marks and
/// expected steps give the same events (Specs/machine.md M28). It measures with the monotonic clock
/// alone. Any rate of polling from 1 to 10 Hz will do, with gaps; what a gap hides is not invented.
public struct RoastMachine: Sendable {
  /// What the landmarks are read by.
  public let settings: Settings

  var batch: Batch
  var levels = LevelWatch()
  var anomalies = AnomalyWatch()
  var beanGate = ReadingGate(degrees: 8, degreesPerSecond: 6)
  var infraredGate = ReadingGate(degrees: 25, degreesPerSecond: 10)
  var window = BeanWindow()
  var history = RoastHistory()

  /// The state believed.
  var state: RoasterState?
  /// The last one believed that the protocol note explains.
  var knownState: RoasterState?
  /// A change of state that is not listed, to be confirmed by the next reading (M4).
  var doubted: Doubt?
  /// The last telemetry.
  var moment: Moment?
  /// When the last status was heard.
  var lastStatus: MonotonicTime?
  /// When the last believed bean reading was.
  var lastBean: MonotonicTime?
  /// The last believed infrared reading.
  var lastInfrared: (at: MonotonicTime, value: Double)?

  struct Doubt {
    let state: RoasterState
    let at: MonotonicTime
    let previous: MonotonicTime?
  }

  /// One status, and what of its temperatures is believed.
  struct Reading {
    let moment: Moment
    /// When the status before it was heard.
    let previous: MonotonicTime?
    var bean: Double?
    var infrared: Double?

    var now: MonotonicTime { moment.monotonic }
  }

  /// A machine that has heard nothing.
  public init(settings: Settings = Settings()) {
    self.settings = settings
    batch = Batch(number: 0, settings: settings)
  }

  /// Takes one poll and says what is news. Telemetry that is not later than the last is ignored,
  /// and so is a first half that is no status.
  public mutating func step(_ point: Telemetry) -> [RoastEvent] {
    if let moment, point.moment.monotonic <= moment.monotonic { return [] }
    moment = point.moment
    guard let said = point.status.state else { return [] }
    var reading = Reading(moment: point.moment, previous: lastStatus)
    lastStatus = reading.now
    var events: [RoastEvent] = []
    follow(said, point.status, reading, into: &events)
    followLevels(point.status, said, reading, into: &events)
    readTemperatures(point.status, said, &reading, into: &events)
    watchForAnomalies(point.status, said, reading, into: &events)
    if said == state { followRoast(reading, into: &events) }
    return events
  }

  /// Tells it of a step that was sent, so that the change it makes is known to be ours (M17). Say
  /// so before the next status is read.
  public mutating func expect(_ step: ExpectedStep) { levels.expect(step) }

  /// Level changes that nothing explains yet: a person's, unless a change of state within 3 s
  /// claims them for the firmware (M20).
  ///
  /// A command in flight on one of these controls must not go on: whoever executes commands looks
  /// here after every step and holds, then ends the command when the change comes out as the
  /// panel's, or judges it anew when it comes out as the firmware's.
  public var unexplainedChanges: [LevelChange] { levels.unexplained }

  /// How the roast stands.
  public var progress: RoastProgress {
    let now = moment?.monotonic
    let end = batch.ended ?? now
    return RoastProgress(
      batch: batch.number,
      state: state,
      isRoasting: knownState == .roasting,
      began: batch.began,
      ended: batch.ended,
      rateOfRise: rateOfRise,
      landmarks: batch.standing,
      phases: batch.hasRoasted
        ? end.map { Phases(began: batch.began, end: $0, landmarks: batch.standing) } : nil)
  }

  /// How fast the bean probe climbs: least squares over its last 15 s (M25). Nil when the readings
  /// are too few or too old.
  public var rateOfRise: CelsiusPerMinute? {
    guard let moment else { return nil }
    return window.slope(over: Self.riseSeconds, now: moment.monotonic).map(CelsiusPerMinute.init)
  }

  /// Long enough for a noise of 0.35 C/min, short enough for a lag of 7.5 s.
  static let riseSeconds = 15.0
}

// MARK: - Telling

extension RoastMachine {
  /// An event of this batch, told now.
  func event(
    _ kind: RoastEvent.Kind, _ moment: Moment, at: MonotonicTime, source: RoastEvent.Source,
    bean: Celsius?, infrared: Celsius?, gap: Double? = nil,
    change: RoastEvent.Change = .announced
  ) -> RoastEvent {
    let seconds = batch.began.map { at - $0 }
    return RoastEvent(
      kind: kind, batch: batch.number, change: change, source: source, at: at,
      announced: moment, roastSeconds: seconds.flatMap { $0 < 0 ? nil : $0 }, bean: bean,
      infrared: infrared, gapSeconds: gap)
  }

  /// The time, or that of the last state, landmark or warning if that was later (M27).
  mutating func ordered(_ at: MonotonicTime) -> MonotonicTime {
    let at = max(at, batch.floor ?? at)
    batch.floor = at
    return at
  }
}

// MARK: - Readings

extension RoastMachine {
  private mutating func followLevels(
    _ status: Status, _ said: RoasterState, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    let changes = levels.step(
      status, state: said, now: reading.now, previous: reading.previous)
    if !changes.isEmpty { tell(changes, status, reading, into: &events) }
  }

  func tell(
    _ changes: [LevelChange], _ status: Status, _ reading: Reading,
    into events: inout [RoastEvent]
  ) {
    for change in changes {
      let gap = reading.previous.map { change.at - $0 }
      events.append(
        event(
          .levelChanged(change), reading.moment, at: change.at, source: .machine,
          bean: status.bean, infrared: status.infrared,
          gap: gap.flatMap { $0 > LevelWatch.gapSeconds ? $0 : nil }))
    }
  }

  /// Whether the infrared value still climbs from the 25.0 that the firmware writes when a roast
  /// begins (M16).
  func isSettling(_ now: MonotonicTime) -> Bool {
    guard knownState == .roasting, let began = batch.began ?? batch.firstRoasting else {
      return false
    }
    return now - began < Self.settlingSeconds
  }

  static let settlingSeconds = 30.0

  private mutating func readTemperatures(
    _ status: Status, _ said: RoasterState, _ reading: inout Reading,
    into events: inout [RoastEvent]
  ) {
    if let bean = status.bean?.degrees {
      let isWatched = said != .off && said != .shuttingDown
      if believe(bean, .bean, isWatched: isWatched, reading, into: &events) {
        reading.bean = bean
        window.append(bean, at: reading.now)
      }
    }
    if let infrared = status.infrared?.degrees {
      let isWatched = Self.infraredStates(said) && !isSettling(reading.now)
      if believe(infrared, .infrared, isWatched: isWatched, reading, into: &events) {
        reading.infrared = infrared
        lastInfrared = (reading.now, infrared)
      }
    }
  }

  /// Whether the infrared sensor sees the drum or the beans, with the door closed.
  private static func infraredStates(_ state: RoasterState) -> Bool {
    switch state {
    case .preheating, .stabilising, .ready, .roasting: true
    default: false
    }
  }

  private mutating func believe(
    _ value: Double, _ sensor: Sensor, isWatched: Bool, _ reading: Reading,
    into events: inout [RoastEvent]
  ) -> Bool {
    guard isWatched else {
      if sensor == .bean {
        beanGate.believe(value, at: reading.now)
      } else {
        infraredGate.believe(value, at: reading.now)
      }
      return true
    }
    let judgement =
      sensor == .bean
      ? beanGate.judge(value, at: reading.now) : infraredGate.judge(value, at: reading.now)
    switch judgement {
    case .plausible: return true
    case .settled:
      if sensor == .bean { window.clear() }
      return true
    case .jump(let from, let seconds):
      guard anomalies.isNews(sensor, jumpAt: reading.now) else { return false }
      let anomaly = Anomaly.impossibleJump(
        sensor: sensor, from: Celsius(from), to: Celsius(value), seconds: seconds)
      events.append(
        event(
          .anomaly(anomaly), reading.moment, at: reading.now, source: .machine,
          bean: sensor == .bean ? Celsius(value) : nil,
          infrared: sensor == .infrared ? Celsius(value) : nil))
      return false
    }
  }

  private mutating func watchForAnomalies(
    _ status: Status, _ said: RoasterState, _ reading: Reading, into events: inout [RoastEvent]
  ) {
    func tell(_ anomaly: Anomaly, since: MonotonicTime) {
      events.append(
        event(
          .anomaly(anomaly), reading.moment, at: since, source: .machine, bean: status.bean,
          infrared: status.infrared))
    }
    if said == .roasting, state == .roasting, let seconds = status.clockSeconds,
      reading.now - (batch.firstRoasting ?? reading.now) >= Self.clockStartSeconds,
      let anomaly = anomalies.clock(seconds)
    {
      tell(anomaly, since: reading.now)
    }
    if let frozen = anomalies.frozen(status, state: said, now: reading.now) {
      tell(frozen.anomaly, since: frozen.since)
    }
    if let open = anomalies.probeOpen(status, now: reading.now) {
      tell(open.anomaly, since: open.since)
    }
  }

  /// The clock of the roast before may show this long.
  private static let clockStartSeconds = 3.0
}
