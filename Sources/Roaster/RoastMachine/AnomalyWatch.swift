/// Looks for what a healthy roaster does not report (Specs/machine.md M21, M22, M24). Each episode
/// is told once.
struct AnomalyWatch: Sendable {
  private var clock = Clock()
  private var still: Still?
  private var open: Episode?
  private var beanJump: MonotonicTime?
  private var infraredJump: MonotonicTime?

  /// A roast clock is trusted when two readings in a row agree on it: its two bytes may be read
  /// while it turns over.
  private struct Clock {
    var last: Int?
    var trusted: Int?
    var isTold = false
  }

  private struct Still {
    let bean: Double
    let infrared: Double
    let since: MonotonicTime
    var readings = 1
    var isTold = false
  }

  private struct Episode {
    let since: MonotonicTime
    var isTold = false
  }

  /// How long both temperatures may stand still while roasting; the longest plateau in the real
  /// roasts, at 1 Hz and rounded to 0.1, is 5 s.
  static let roastingStillSeconds = 10.0
  /// The same while preheating, of which there are no recordings.
  static let preheatingStillSeconds = 30.0
  /// Fewer readings than this are no plateau.
  static let stillReadings = 8
  /// Below this the panel shows error 1024.
  static let coldestBean = -1.0
  static let openSeconds = 1.0
  /// An episode of jumps ends when none came for this long.
  static let quietSeconds = 10.0

  /// The trusted roast clock.
  var trustedClock: Int? { clock.trusted }

  /// A new roast: its clock starts afresh.
  mutating func restartClock() { clock = Clock() }

  /// The roast clock of a reading while roasting. One second back is a matter of rounding.
  mutating func clock(_ seconds: Int) -> Anomaly? {
    guard let last = clock.last else {
      clock.last = seconds
      return nil
    }
    clock.last = seconds
    guard let trusted = clock.trusted, max(last, seconds) < trusted - 1 else {
      clock.trusted = max(clock.trusted ?? 0, min(last, seconds))
      clock.isTold = false
      return nil
    }
    guard !clock.isTold else { return nil }
    clock.isTold = true
    return .clockBackwards(from: trusted, to: seconds)
  }

  /// Whether both temperatures stand still under a heater that is on; since when, if so.
  mutating func frozen(
    _ status: Status, state: RoasterState, now: MonotonicTime
  ) -> (anomaly: Anomaly, since: MonotonicTime)? {
    guard let limit = Self.stillLimit(state), let bean = status.bean?.degrees,
      let infrared = status.infrared?.degrees, let heater = status.heater, heater.number > 0
    else {
      still = nil
      return nil
    }
    guard var current = still, current.bean == bean, current.infrared == infrared else {
      still = Still(bean: bean, infrared: infrared, since: now)
      return nil
    }
    current.readings += 1
    let seconds = now - current.since
    let isFrozen = seconds >= limit && current.readings >= Self.stillReadings
    let isNews = isFrozen && !current.isTold
    current.isTold = current.isTold || isFrozen
    still = current
    return isNews
      ? (.readingsFrozen(seconds: seconds, heater: heater), current.since) : nil
  }

  private static func stillLimit(_ state: RoasterState) -> Double? {
    switch state {
    case .roasting: roastingStillSeconds
    case .preheating: preheatingStillSeconds
    default: nil
    }
  }

  /// Whether the bean probe reads nothing that a probe in a roaster can; since when, if so.
  mutating func probeOpen(
    _ status: Status, now: MonotonicTime
  ) -> (anomaly: Anomaly, since: MonotonicTime)? {
    guard (status.bean?.degrees ?? -.infinity) < Self.coldestBean else {
      open = nil
      return nil
    }
    var episode = open ?? Episode(since: now)
    defer { open = episode }
    guard !episode.isTold, now - episode.since >= Self.openSeconds else { return nil }
    episode.isTold = true
    return (.probeOpen(reading: status.bean), episode.since)
  }

  /// Whether a jump begins an episode.
  mutating func isNews(_ sensor: Sensor, jumpAt now: MonotonicTime) -> Bool {
    let last = sensor == .bean ? beanJump : infraredJump
    switch sensor {
    case .bean: beanJump = now
    case .infrared: infraredJump = now
    }
    return last.map { now - $0 > Self.quietSeconds } ?? true
  }
}
