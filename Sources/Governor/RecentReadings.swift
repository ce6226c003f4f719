import Roaster

/// The believed readings of the last minute, one a second.
struct RecentReadings: Sendable {
  private typealias Sample = (at: MonotonicTime, bean: Celsius?, infrared: Celsius?)

  private var samples: [Sample] = []

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
    rise(in: seconds, to: bean, at: now) { $0.bean }
  }

  /// By how much IBTS has risen in so many seconds; nil when that cannot be told.
  func infraredRise(in seconds: Double, to infrared: Celsius?, at now: MonotonicTime) -> Double? {
    rise(in: seconds, to: infrared, at: now) { $0.infrared }
  }

  /// The sample may be a second older than asked; the rise is that of the seconds asked for.
  private func rise(
    in seconds: Double, to value: Celsius?, at now: MonotonicTime, _ reading: (Sample) -> Celsius?
  ) -> Double? {
    guard let value, let sample = samples.last(where: { now - $0.at >= seconds }),
      let before = reading(sample)
    else { return nil }
    return (value - before) * seconds / (now - sample.at)
  }
}
