/// The bean probe's last 20 s or more: enough for the rate of rise and for the turning point.
struct BeanWindow: Sendable {
  private struct Sample {
    var at = MonotonicTime(nanoseconds: 0)
    var bean = 0.0
  }

  private var ring = [Sample](repeating: Sample(), count: Self.capacity)
  private var next = 0
  private var count = 0

  /// 256 samples no closer than 80 ms reach back 20 s at any rate of polling.
  private static let capacity = 256
  private static let spacingSeconds = 0.08

  /// The sample that is so many samples old.
  private func sample(_ age: Int) -> Sample { ring[(next - 1 - age) & (Self.capacity - 1)] }

  mutating func append(_ bean: Double, at: MonotonicTime) {
    if count > 0, at - sample(0).at < Self.spacingSeconds { return }
    ring[next] = Sample(at: at, bean: bean)
    next = (next + 1) & (Self.capacity - 1)
    count = min(count + 1, Self.capacity)
  }

  mutating func clear() { count = 0 }

  /// Degrees a minute by least squares over the last `window` seconds (Specs/machine.md M25); nil
  /// when the newest sample is older than 3 s, or they are fewer than 5 or span less than half.
  func slope(over window: Double, now: MonotonicTime) -> Double? {
    guard count >= Self.fewest else { return nil }
    let newest = sample(0)
    guard now - newest.at <= Self.freshSeconds else { return nil }
    var (n, x, y, xx, xy, span) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for age in 0..<count {
      let sample = sample(age)
      let seconds = newest.at - sample.at
      if seconds > window { break }
      let degrees = sample.bean - newest.bean
      n += 1
      x -= seconds
      y += degrees
      xx += seconds * seconds
      xy -= seconds * degrees
      span = seconds
    }
    guard n >= Double(Self.fewest), span >= window / 2 else { return nil }
    return 60 * (n * xy - x * y) / (n * xx - x * x)
  }

  private static let fewest = 5
  private static let freshSeconds = 3.0

  /// The highest sample of the last `seconds`, and the last time the probe was within
  /// `tolerance` of it.
  func peak(
    over seconds: Double, now: MonotonicTime, tolerance: Double
  ) -> (bean: Double, at: MonotonicTime)? {
    var highest: Double?
    for age in 0..<count {
      if now - sample(age).at > seconds { break }
      highest = max(highest ?? sample(age).bean, sample(age).bean)
    }
    guard let highest else { return nil }
    for age in 0..<count where sample(age).bean >= highest - tolerance {
      return (highest, sample(age).at)
    }
    return nil
  }

  /// When a parabola through the samples within `half` seconds of a time is lowest; nil when they
  /// are too few or do not bend upwards.
  func lowest(near time: MonotonicTime, half: Double) -> MonotonicTime? {
    // Sums of powers of the time, and of those times the degrees: the normal equations.
    var (n, s1, s2, s3, s4, y0, y1, y2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for age in 0..<count {
      let sample = sample(age)
      let x = sample.at - time
      if x > half { continue }
      if x < -half { break }
      let y = sample.bean
      n += 1
      s1 += x
      s2 += x * x
      s3 += x * x * x
      s4 += x * x * x * x
      y0 += y
      y1 += x * y
      y2 += x * x * y
    }
    guard n >= Double(Self.fewest) else { return nil }
    // Centred on their means, so that two unknowns remain.
    let (a11, a12, a22) = (s2 - s1 * s1 / n, s3 - s1 * s2 / n, s4 - s2 * s2 / n)
    let (b1, b2) = (y1 - s1 * y0 / n, y2 - s2 * y0 / n)
    let determinant = a11 * a22 - a12 * a12
    let linear = b1 * a22 - b2 * a12
    let square = b2 * a11 - b1 * a12
    guard determinant > 0, square > 0 else { return nil }
    let shift = -linear / (2 * square)
    guard abs(shift) <= half / 2 else { return nil }
    return MonotonicTime(nanoseconds: time.nanoseconds + Int64(shift * 1e9))
  }
}
