import Roaster

/// The believed readings of the last minute, one a second.
struct RecentReadings: Sendable {
  private var samples: [(at: MonotonicTime, bean: Celsius?, infrared: Celsius?)] = []

  /// As far back as any alarm looks, and the second that a sample may be older.
  private static let keepSeconds = 62.0
  private static let spacing = 1.0

  mutating func append(_ bean: Celsius?, _ infrared: Celsius?, at now: MonotonicTime) {
    if let last = samples.last, now - last.at < Self.spacing { return }
    samples.append((now, bean, infrared))
    samples.removeAll { now - $0.at > Self.keepSeconds }
  }

  /// By how much BT has risen in so many seconds; nil when that cannot be told.
  func beanRise(in seconds: Double, to bean: Celsius?, at now: MonotonicTime) -> Double? {
    guard let bean, let before = sample(seconds, before: now)?.bean else { return nil }
    return bean - before
  }

  /// By how much IBTS has risen in so many seconds; nil when that cannot be told.
  func infraredRise(in seconds: Double, to infrared: Celsius?, at now: MonotonicTime) -> Double? {
    guard let infrared, let before = sample(seconds, before: now)?.infrared else { return nil }
    return infrared - before
  }

  private func sample(
    _ seconds: Double, before now: MonotonicTime
  ) -> (at: MonotonicTime, bean: Celsius?, infrared: Celsius?)? {
    samples.last { now - $0.at >= seconds }
  }
}
