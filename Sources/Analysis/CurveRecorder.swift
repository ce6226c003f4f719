import Roaster

/// Makes curves of telemetry and of what a `RoastMachine` tells of it: one curve a batch, so the
/// preheating of the next batch belongs to the next curve.
///
/// It keeps a bounded time before and after the roast: a roaster may stand idle for days.
public struct CurveRecorder: Sendable {
  /// How much is kept.
  public struct Settings: Equatable, Sendable {
    /// How far apart samples are.
    public var spacingSeconds: Double
    /// How much is kept from before the roast.
    public var leadSeconds: Double
    /// How much is kept from after the roast.
    public var tailSeconds: Double

    /// A sample a second, and half an hour before and after.
    public init(
      spacingSeconds: Double = 1, leadSeconds: Double = 1800, tailSeconds: Double = 1800
    ) {
      self.spacingSeconds = spacingSeconds
      self.leadSeconds = leadSeconds
      self.tailSeconds = tailSeconds
    }
  }

  private let settings: Settings
  private var batch = 0
  private var entries: [Entry] = []
  private var standing = StandingEvents()
  private var began: MonotonicTime?
  private var ended: MonotonicTime?
  private var hasRoasted = false
  /// When the next sample is due.
  private var due: MonotonicTime?
  /// When the last status was heard.
  private var heard: Moment?
  /// When the beginning of a stored roast was told, until that is reached.
  private var told: MonotonicTime?

  /// A sample before anybody knows when the roast begins.
  private struct Entry {
    let at: MonotonicTime
    /// Its seconds mean nothing yet.
    let sample: RoastCurve.Sample
  }

  /// Silence longer than this is a gap.
  private static let silenceSeconds = 3.0
  /// How much more than the lead may be kept, so that it is not cut at every sample.
  private static let slackSeconds = 60.0
  /// No roast lasts this long; a roaster that says so is not listened to for ever.
  private static let longestSeconds = 4 * 3600.0

  /// A recorder that has seen nothing.
  public init(settings: Settings = Settings()) { self.settings = settings }

  /// A recorder for a roast that was stored: all is known of it but its readings.
  public init(
    storedBatch batch: Int, began: MonotonicTime, ended: MonotonicTime?, events: [RoastEvent],
    settings: Settings = Settings()
  ) {
    self.settings = settings
    self.batch = batch
    self.began = began
    self.ended = ended
    standing = StandingEvents(events.filter { $0.kind.category != .level })
    told =
      events.first { $0.kind == .roastBegan || $0.kind == .observing(.roasting) }?
      .announced.monotonic
  }

  /// Takes one stored status, which is looked at only if a sample is due.
  public mutating func take(_ moment: Moment, _ sample: () -> RoastCurve.Sample) {
    if let told, moment.monotonic >= told {
      self.told = nil
      due = nil
    }
    keep(moment, sample)
  }

  /// Takes one poll, what the machine told of it and how the roast stands since. Returns the curve
  /// of the batch before when a new one begins, if there was a roast in it.
  public mutating func step(
    _ point: Telemetry, _ news: [RoastEvent], _ progress: RoastProgress
  ) -> RoastCurve? {
    var finished: RoastCurve?
    if progress.batch != batch {
      note(news)
      finished = hasRoasted ? curve : nil
      self = CurveRecorder(settings: settings)
      batch = progress.batch
    }
    note(news)
    hasRoasted = hasRoasted || progress.phases != nil
    ended = progress.ended
    guard point.status.state != nil else { return finished }
    if began != progress.began {
      began = progress.began
      // The roast's own seconds are sampled from here on.
      due = nil
    }
    keep(point.moment) {
      RoastCurve.Sample(seconds: 0, point.status, rateOfRise: progress.rateOfRise)
    }
    return finished
  }

  /// Takes what happened without a poll: marks that a person set or withdrew.
  public mutating func note(_ news: [RoastEvent]) {
    for event in news where event.batch == batch && event.kind.category != .level {
      standing.note(event)
    }
  }

  private mutating func keep(_ moment: Moment, _ sample: () -> RoastCurve.Sample) {
    let now = moment.monotonic
    if let ended, now - ended > settings.tailSeconds { return }
    if let began, now - began > Self.longestSeconds { return }
    let silence = heard.map { now - $0.monotonic } ?? 0
    if let heard, silence > Self.silenceSeconds {
      let gap = min(settings.spacingSeconds, silence / 2)
      let nothing = RoastCurve.Sample(seconds: 0)
      entries.append(Entry(at: heard.monotonic.advanced(seconds: gap), sample: nothing))
      due = nil
    }
    heard = moment
    if let due, now < due { return }
    let next = due?.advanced(seconds: settings.spacingSeconds)
    due = next.flatMap { $0 > now ? $0 : nil } ?? now.advanced(seconds: settings.spacingSeconds)
    entries.append(Entry(at: now, sample: sample()))
    if began == nil, let first = entries.first,
      now - first.at > settings.leadSeconds + Self.slackSeconds
    {
      entries.removeAll { now - $0.at > settings.leadSeconds }
    }
  }

  /// The batch as far as it has come. Before its roast begins, second 0 is the last sample; when
  /// the beginning is not known, it is the first sample of the roast.
  public var curve: RoastCurve {
    let zero =
      began ?? entries.first { $0.sample.state == .roasting }?.at ?? entries.last?.at
      ?? MonotonicTime(nanoseconds: 0)
    return RoastCurve(
      batch: batch,
      origin: heard.map { heard in
        let milliseconds = ((heard.monotonic - zero) * 1000).rounded()
        return Moment(
          monotonic: zero,
          wall: WallTime(milliseconds: heard.wall.milliseconds - Int64(milliseconds)))
      },
      spacingSeconds: settings.spacingSeconds,
      samples: entries.map { $0.sample.moved(to: $0.at - zero) },
      events: standing.events.map { event in
        RoastCurve.Event(
          name: event.kind.name, category: event.kind.category, source: event.source,
          seconds: event.at - zero, bean: event.bean, infrared: event.infrared)
      },
      endSeconds: ended.map { $0 - zero })
  }
}

extension RoastCurve.Sample {
  /// What a status says.
  fileprivate init(seconds: Double, _ status: Status, rateOfRise: CelsiusPerMinute?) {
    self.init(
      seconds: seconds, bean: status.bean, infrared: status.infrared, rateOfRise: rateOfRise,
      heater: status.heater?.number, fan: status.fan?.number, drum: status.drum?.number,
      state: status.state)
  }

  /// The same values at another time.
  fileprivate func moved(to seconds: Double) -> Self {
    Self(
      seconds: seconds, bean: bean, infrared: infrared, rateOfRise: rateOfRise, heater: heater,
      fan: fan, drum: drum, state: state)
  }
}

extension MonotonicTime {
  fileprivate func advanced(seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + Int64((seconds * 1e9).rounded()))
  }
}
