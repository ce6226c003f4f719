import Roaster
import Store

extension Chronicle {
  /// When a person says that it was.
  public enum MarkTime: Sendable {
    case at(WallTime)
    case secondsAgo(Double)
    case roastSeconds(Double)
  }

  /// A person marks a landmark of the roast on record. The events that come of it, with their
  /// numbers; none when it stands so already. `key` is what its author names the wish by.
  public mutating func mark(
    _ landmark: Landmark, _ time: MarkTime, author: String, key: String? = nil
  ) throws(MarkFault) -> (effects: [Effect], events: [JSON]) {
    guard let current, let now = last?.point.moment else { throw .noRoast }
    let at = time.monotonic(began: current.began, now: now)
    return take(try machine.mark(landmark, at: at), author: author, key: key)
  }

  /// Whether a person has marked that landmark of the roast on record.
  func isMarked(_ landmark: Landmark) -> Bool {
    machine.progress.landmarks[landmark]?.source == .marked
  }

  /// A person takes a mark back.
  public mutating func unmark(_ landmark: Landmark, author: String) -> (
    effects: [Effect], events: [JSON]
  ) {
    take(machine.unmark(landmark), author: author)
  }

  private mutating func take(
    _ news: [RoastEvent], author: String, key: String? = nil
  ) -> (effects: [Effect], events: [JSON]) {
    recorder.note(news)
    var effects = news.flatMap { tell($0, author: author, key: key) }
    let events = effects.compactMap { effect -> JSON? in
      guard case .tell(let message) = effect, message.kind == .event else { return nil }
      return message.json
    }
    guard !news.isEmpty, let now = last?.point.moment else { return (effects, events) }
    let progress = machine.progress
    effects += endRoast(progress, news)
    effects += tellProgress(progress, now: now, atOnce: true)
    return (effects, events)
  }

  /// What changed about a roast that is over: it was worked out elsewhere, from the store,
  /// with what is kept of it.
  public mutating func amend(
    _ roast: Int64, _ news: [RoastEvent], kept: [Entry], author: String, key: String?
  ) -> (effects: [Effect], events: [JSON]) {
    var effects: [Effect] = []
    var events: [JSON] = []
    for event in news {
      let id = numbers.event
      numbers.event += 1
      let json = Self.json(event, id: id, roast: roast, author: author)
      events.append(json)
      effects.append(.keep(.event(id: id, event, roast: roast, author: author, key: key)))
      effects.append(.tell(Message(kind: .event, json: json)))
    }
    if !news.isEmpty { effects += kept.map(Effect.keep) }
    return (effects, events)
  }
}

extension Chronicle.MarkTime {
  /// The same on the roaster's monotonic clock. A wall time is measured from the nearest instant
  /// whose two clocks are known.
  func monotonic(began: Moment, now: Moment) -> MonotonicTime {
    switch self {
    case .at(let wall):
      let ago = min(max(now.wall.milliseconds - wall.milliseconds, -Self.longest), Self.longest)
      return now.monotonic.advanced(milliseconds: -ago)
    case .secondsAgo(let seconds):
      return now.monotonic.advanced(milliseconds: -Self.milliseconds(seconds))
    case .roastSeconds(let seconds):
      return began.monotonic.advanced(milliseconds: Self.milliseconds(seconds))
    }
  }

  /// Ten years: more than any roast, and far from overflow.
  private static let longest: Int64 = 10 * 366 * 86_400_000

  private static func milliseconds(_ seconds: Double) -> Int64 {
    let limit = Double(longest)
    return Int64(min(max((seconds * 1000).rounded(), -limit), limit))
  }
}
