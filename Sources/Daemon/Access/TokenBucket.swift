/// So many at once, and then so many a second.
struct TokenBucket {
  private let perSecond: Double
  private let burst: Double
  private var level: Double
  private var filled: Int64

  init(perSecond: Double, burst: Double, now: Int64) {
    self.perSecond = perSecond
    self.burst = max(1, burst)
    level = self.burst
    filled = now
  }

  /// Takes one; the seconds until there is one again where there is none.
  mutating func take(now: Int64) -> Double? {
    fill(now)
    if level >= 1 {
      level -= 1
      return nil
    }
    return perSecond > 0 ? (1 - level) / perSecond : .infinity
  }

  /// Whether it is as if nobody had ever taken one.
  func isFull(at now: Int64) -> Bool {
    var bucket = self
    bucket.fill(now)
    return bucket.level >= burst
  }

  private mutating func fill(_ now: Int64) {
    level = min(burst, level + Double(max(0, now - filled)) / 1000 * perSecond)
    filled = max(filled, now)
  }
}
