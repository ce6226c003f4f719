import Driver
import Roaster

/// The connection as it is told to people: what the session knows, whether the device was given
/// away on purpose, and since when it is so.
public struct LinkReport: Sendable {
  /// What a person is to know about a connection that is not up: what happened, what to do.
  public typealias Advice = @Sendable (Link, MonotonicTime) -> (message: String, hint: String)?

  public private(set) var link = Link()
  /// Set while the device is left to other programs.
  public internal(set) var release: Release?
  /// The state told last, and since when.
  public private(set) var state = LinkState.connecting.rawValue
  public private(set) var since: WallTime?
  var advice: Advice = { _, _ in nil }

  /// The device is left to other programs, until a time of our own clock or until it is asked for.
  public struct Release: Equatable, Sendable {
    public var until: WallTime?

    /// The setting that it is kept as.
    static let setting = "release"

    init(until: WallTime?) { self.until = until }

    /// A release that was kept; nil when that is none.
    init?(_ text: String) {
      guard let json = try? JSON(reading: Array(text.utf8)), json.members != nil else { return nil }
      until = json["until"]?.stringValue.flatMap(WallTime.init(text:))
    }

    var json: JSON { .object([("until", JSON(until?.text))]) }
  }

  /// A connection that nothing is known of.
  init() {}

  /// Takes what is known now; whether it is news.
  mutating func take(_ news: Link, now: Moment) -> Bool {
    let before = (state, link.identification, link.connections)
    link = news
    state = state(at: now)
    let isNews = before != (state, link.identification, link.connections) || since == nil
    if before.0 != state || since == nil { since = now.wall }
    return isNews
  }

  /// The state as people are told: a recording that is at its end is no roaster any more.
  private func state(at now: Moment) -> String {
    if release != nil { return "released" }
    if hasEnded { return LinkState.absent.rawValue }
    return link.state(at: now.monotonic).rawValue
  }

  private var hasEnded: Bool { link.lastFailure == .transport(.ended) }

  /// Whether readings come.
  func isUp(at now: Moment) -> Bool { state(at: now) == LinkState.up.rawValue }

  var serial: String? {
    link.identification.map { "\($0.serial)" } ?? link.device?.serial
  }
  var firmware: Int? { link.identification.map { Int($0.firmware) } }
  var failure: String? { link.lastFailure?.code }

  /// The report as programs read it, with the age of the last reading at that time.
  public func json(at now: Moment) -> JSON {
    let advice = release == nil ? advice(link, now.monotonic) : Self.released
    return .object([
      ("state", .string(state(at: now))),
      ("since", JSON(since?.text)),
      ("age_seconds", JSON(link.age(at: now.monotonic).map { ($0 * 1000).rounded() / 1000 })),
      ("serial", JSON(serial)),
      ("firmware", JSON(firmware)),
      ("polls", .integer(Int64(clamping: link.polls))),
      ("failed_polls", .integer(Int64(clamping: link.failedPolls))),
      ("connections", .integer(Int64(clamping: link.connections))),
      ("failure", JSON(failure)),
      ("released_until", JSON(release?.until?.text)),
      ("message", JSON(advice?.message)),
      ("hint", JSON(advice?.hint)),
    ])
  }

  private static let released = (
    message: "The roaster's USB device is left to other programs.",
    hint: "'roast attach' takes it back."
  )
}
