import Synchronization

/// A token bucket for each of many clients.
final class RateLimiter<Key: Hashable & Sendable>: Sendable {
  private let perSecond: Double
  private let burst: Double
  private let buckets = Mutex<[Key: TokenBucket]>([:])

  /// Those who have not come for a while are forgotten when there are more than this.
  private static var most: Int { 4096 }

  init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }

  /// Nil when this one may; else the seconds to wait.
  func wait(_ key: Key, now: Int64) -> Double? {
    buckets.withLock { buckets in
      if buckets.count >= Self.most, buckets[key] == nil { Self.forgetFull(&buckets, now: now) }
      return buckets[key, default: TokenBucket(perSecond: perSecond, burst: burst, now: now)]
        .take(now: now)
    }
  }

  private static func forgetFull(_ buckets: inout [Key: TokenBucket], now: Int64) {
    for (key, bucket) in buckets {
      var bucket = bucket
      if bucket.isFull(now: now) { buckets[key] = nil }
    }
  }
}
