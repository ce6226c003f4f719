import Analysis
import Driver
import Roaster
import Store

/// What the daemon makes of what it hears: which roast is on record, what must be kept of it and
/// what the people who look at it should see.
///
/// A pure machine: it owns no clock, thread or file. What goes in is what a session reports and
/// what people say; what comes out is a list of effects, in order.
public struct Chronicle: Sendable {
  /// What is to be done about what happened.
  public enum Effect: Sendable {
    case keep(Entry)
    /// A message for everybody who looks on.
    case tell(Message)
    /// Something that an owner's own program may want to know.
    case announce(JSON)
  }

  /// A message of the stream.
  public struct Message: Sendable {
    public let kind: Kind
    public let json: JSON

    /// What a message is about; its name in the stream.
    public enum Kind: String, Sendable { case telemetry, event, link, roast, batch, store }
  }

  let origin: Origin
  var machine = RoastMachine()
  var recorder = CurveRecorder(settings: Self.curveSettings)
  var numbers: Numbers
  /// The roast on record: from the beginning of its roasting until the next batch.
  var current: CurrentRoast?
  /// What the next roast will be called and made of.
  public internal(set) var batch: BatchDetails
  public internal(set) var link = LinkReport()
  /// The last valid point, as it was kept.
  public internal(set) var last: Reading?
  private var shownProgressAt: MonotonicTime?
  /// The clocks of the record, when they are not the transport's own.
  public internal(set) var clock: RecordClock
  /// A roast that an earlier life of the daemon left open, until the roaster shows whether it
  /// goes on.
  var unfinished: Unfinished?
  /// How many readings of the roast on record came without its clock, before anything was decided.
  var readingsWithoutClock = 0

  /// The next numbers to give away.
  struct Numbers: Sendable {
    var telemetry: Int64
    var event: Int64
    var roast: Int64
  }

  /// A chronicle that goes on where the store ends.
  public init(
    _ opening: Opening, origin: Origin, advice: @escaping LinkReport.Advice = { _, _ in nil },
    unfinished: Unfinished? = nil
  ) {
    self.origin = origin
    clock = RecordClock(name: origin.clock)
    link.advice = advice
    link.release = opening.settings[LinkReport.Release.setting].flatMap(LinkReport.Release.init)
    self.unfinished = unfinished
    batch = opening.nextBatch
    numbers = Numbers(
      telemetry: opening.nextTelemetry, event: opening.nextEvent, roast: opening.nextRoast)
  }
}

// MARK: - Hearing

extension Chronicle {
  /// Takes what a session reports.
  public mutating func hear(_ report: Session.Report, _ link: Link, now: Moment) -> [Effect] {
    var effects = follow(link, now: now)
    if case .telemetry(let point) = report {
      guard !mustWaitForClock(point) else { return effects }
      if unfinished != nil, point.status.isValid { effects += resumeOrClose(before: point) }
      effects += hear(clock.recorded(point))
    }
    return effects
  }

  /// A step was sent: the change that it makes is ours.
  public mutating func expect(_ step: ExpectedStep) { machine.expect(clock.recorded(step)) }

  /// Takes the passing of time: a reading grows old although nothing is heard.
  public mutating func pass(now: Moment) -> [Effect] { follow(link.link, now: now) }

  /// The device was given away, for a while or for good, or is ours again.
  public mutating func release(_ release: LinkReport.Release?, now: Moment) -> [Effect] {
    link.release = release
    let kept = Effect.keep(.setting(key: LinkReport.Release.setting, value: release?.json.text))
    return follow(Link(), now: now) + [kept]
  }

  private mutating func hear(_ point: Telemetry) -> [Effect] {
    let news = machine.step(point)
    let progress = machine.progress
    _ = recorder.step(point, news, progress)
    var effects = leaveRoastBehind(progress)
    effects += beginRoast(point, progress)
    effects += keep(point, progress)
    effects += news.flatMap { tell($0, author: nil) }
    effects += endRoast(progress, news)
    effects += tellProgress(progress, now: point.moment, atOnce: !news.isEmpty)
    return effects
  }

  private mutating func keep(_ point: Telemetry, _ progress: RoastProgress) -> [Effect] {
    guard point.status.isValid else { return [] }
    let reading = Reading(
      id: numbers.telemetry, point: point, roast: belongs(point) ? current?.id : nil,
      roastSeconds: current.map { point.moment.monotonic - $0.began.monotonic },
      rateOfRise: progress.rateOfRise)
    numbers.telemetry += 1
    last = reading
    return [
      .keep(
        .telemetry(
          id: reading.id, point, roast: reading.roast, rateOfRise: reading.rateOfRise)),
      .tell(Message(kind: .telemetry, json: reading.json)),
    ]
  }

  /// Whether a point is part of the roast on record: a roaster may stand idle for days after it.
  private func belongs(_ point: Telemetry) -> Bool {
    guard let ended = machine.progress.ended else { return true }
    return point.moment.monotonic - ended <= Self.tailSeconds
  }

  /// What belongs to a roast from before its beginning and after its end, at most.
  static let tailSeconds = 600.0
  static let curveSettings = CurveRecorder.Settings(
    leadSeconds: tailSeconds, tailSeconds: tailSeconds)

  mutating func tell(_ event: RoastEvent, author: String?, key: String? = nil) -> [Effect] {
    let id = numbers.event
    numbers.event += 1
    // A change of a batch that is over belongs to no roast that is still on record.
    let roast = event.batch == current?.batch ? current?.id : nil
    let json = Self.json(event, id: id, roast: roast, author: author)
    var effects: [Effect] = [
      .keep(.event(id: id, event, roast: roast, author: author, key: key)),
      .tell(Message(kind: .event, json: json)),
    ]
    if event.kind.category != .level { effects.append(.announce(json)) }
    return effects
  }

  /// An event as people and programs read it.
  static func json(_ event: RoastEvent, id: Int64, roast: Int64?, author: String?) -> JSON {
    .object(
      [("id", .integer(id)), ("roast_id", roast.map(JSON.integer) ?? .null)]
        + (event.json.members ?? []) + [("author", JSON(author))])
  }

  mutating func tellProgress(
    _ progress: RoastProgress, now: Moment, atOnce: Bool
  ) -> [Effect] {
    let silence = shownProgressAt.map { now.monotonic - $0 } ?? .infinity
    let due = Self.progressSeconds * max(1, origin.speed / 2)
    guard atOnce || silence >= due || silence < 0 else { return [] }
    shownProgressAt = now.monotonic
    return [.tell(Message(kind: .roast, json: standing.json))]
  }

  private static let progressSeconds = 1.0

  /// How the batch stands.
  public var standing: Standing {
    Standing(progress: machine.progress, roast: current, now: last?.point.moment)
  }

  private mutating func follow(_ news: Link, now: Moment) -> [Effect] {
    guard link.take(news, now: now) else { return [] }
    let json = link.json(at: now)
    return [
      .keep(
        .link(
          LinkRow(
            at: now, state: link.state, serial: link.serial, firmware: link.firmware,
            failure: link.failure))),
      .tell(Message(kind: .link, json: json)),
      .announce(.object([("event", .string("link_changed"))] + (json.members ?? []))),
    ]
  }
}
