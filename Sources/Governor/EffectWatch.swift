import Roaster

/// Watches whether the roaster does what its levels say: alarms that begin and end, and trips
/// (Specs/governor.md, sections "Trips" and "Alarms").
public struct EffectWatch: Sendable {
  /// News of an alarm or a trip.
  public enum Sign: Equatable, Sendable {
    case began(Alarm.Kind, facts: JSON)
    case ended(Alarm.Kind)
    case trip(Trip, facts: JSON)
  }

  /// Whether beans are being roasted for all that is known: a roast has beans in it until the machine
  /// says that none fell (Specs/machine.md M8). Without a beginning seen they are taken to be there,
  /// because the limits with beans are the stricter ones.
  public private(set) var hasBeans = false

  let envelope: Envelope
  var timers = Timers()
  var past = RecentReadings()
  private var last: MonotonicTime?
  /// A reading that jumped is not believed before it has stayed so long (Specs/machine.md M23).
  private var doubted: [Sensor: MonotonicTime] = [:]
  private var batch: Int?
  private var wasNotCharged = false
  private var isStillInDrum = false
  /// What was told and has not ended, and when it last held.
  private var alarms: [Alarm.Kind: MonotonicTime] = [:]
  private var trips: Set<Trip> = []

  /// How long each condition has held.
  struct Timers: Sendable {
    var beanHot = Lasting()
    var infraredHot = Lasting()
    var runaway = Lasting()
    var preheating = Lasting()
    var heating = Lasting()
    var unheated = Lasting()
    var idle = Lasting()
    var rising = Lasting()
    var fanAstray = Lasting()
    var boardHot = Lasting()
    var fan: Int?
  }

  /// One poll as it is judged.
  struct Moment {
    let now: MonotonicTime
    let state: RoasterState
    let status: Status
    /// Nil while not believed.
    let bean: Celsius?
    let infrared: Celsius?
    let progress: RoastProgress

    var heater: Int { status.heater?.number ?? 0 }
  }

  /// A silence longer than this breaks what must hold without a break.
  private static let silenceSeconds = 2.0
  private static let doubtSeconds = 2.0
  /// An alarm has ended when it has not held for so long: at its limit it would come and go.
  private static let quietSeconds = 5.0

  /// Nothing heard yet.
  public init(envelope: Envelope = Envelope()) { self.envelope = envelope }

  /// A person has reset the trips: what still holds trips again.
  public mutating func rearm() { trips = [] }

  /// Takes one poll, and what the machine made of it. What is no status changes nothing.
  public mutating func step(
    _ point: Telemetry, _ news: [RoastEvent], _ progress: RoastProgress
  ) -> [Sign] {
    guard point.status.isValid, let state = progress.state else { return [] }
    let now = point.moment.monotonic
    if let last, now - last > Self.silenceSeconds {
      timers = Timers()
      past = RecentReadings()
    }
    last = now
    follow(news, progress, state, now)
    let moment = Moment(
      now: now, state: state, status: point.status,
      bean: isDoubted(.bean, now) ? nil : point.status.bean,
      infrared: isDoubted(.infrared, now) ? nil : point.status.infrared, progress: progress)
    past.append(moment.bean, moment.infrared, at: now)
    var signs: [Sign] = []
    for (trip, facts) in judgeTrips(moment) { tell(trip, facts, &signs) }
    for (alarm, facts) in judgeAlarms(moment) { tell(alarm, facts, now, &signs) }
    let isNotCharged =
      wasNotCharged && state == .roasting && progress.landmarks[.charged] == nil
    let isLeftIn = isStillInDrum && state != .off && progress.landmarks[.dropped] == nil
    tell(.beansNotCharged, isNotCharged ? .object([]) : nil, now, &signs)
    tell(.beansStillInDrum, isLeftIn ? .object([]) : nil, now, &signs)
    return signs
  }

  private mutating func follow(
    _ news: [RoastEvent], _ progress: RoastProgress, _ state: RoasterState, _ now: MonotonicTime
  ) {
    if batch != progress.batch {
      batch = progress.batch
      wasNotCharged = false
      isStillInDrum = false
    }
    for event in news {
      switch event.kind {
      case .beansNotCharged: wasNotCharged = true
      case .beansStillInDrum: isStillInDrum = true
      case .anomaly(.impossibleJump(let sensor, _, _, _)): doubted[sensor] = now
      default: break
      }
    }
    let wasCharged =
      progress.landmarks[.charged] != nil || progress.landmarks[.turningPoint] != nil
    hasBeans = state == .roasting && (!wasNotCharged || wasCharged)
  }

  private func isDoubted(_ sensor: Sensor, _ now: MonotonicTime) -> Bool {
    doubted[sensor].map { now - $0 < Self.doubtSeconds } ?? false
  }

  private mutating func tell(_ trip: Trip, _ facts: JSON?, _ signs: inout [Sign]) {
    guard let facts else {
      trips.remove(trip)
      return
    }
    if trips.insert(trip).inserted { signs.append(.trip(trip, facts: facts)) }
  }

  private mutating func tell(
    _ alarm: Alarm.Kind, _ facts: JSON?, _ now: MonotonicTime, _ signs: inout [Sign]
  ) {
    if let facts {
      let isNews = alarms.updateValue(now, forKey: alarm) == nil
      if isNews { signs.append(.began(alarm, facts: facts)) }
    } else if let held = alarms[alarm], now - held >= Self.quietSeconds {
      alarms[alarm] = nil
      signs.append(.ended(alarm))
    }
  }
}

/// Since when something has been so without a break.
struct Lasting: Sendable {
  private var since: MonotonicTime?

  /// Whether it is so now, and has been for so long.
  mutating func lasts(_ seconds: Double, _ holds: Bool, at now: MonotonicTime) -> Bool {
    guard holds else {
      since = nil
      return false
    }
    let start = since ?? now
    since = start
    return now - start >= seconds
  }
}
