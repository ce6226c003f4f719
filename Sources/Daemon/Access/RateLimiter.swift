import Synchronization

/// A token bucket for each of many clients.
final class RateLimiter<Key: Hashable & Sendable>: Sendable {
  private let perSecond: Double
  private let burst: Double
  private let state: Mutex<State>

  private struct State {
    var buckets: [Key: TokenBucket] = [:]
    /// What newcomers share while there are more clients than are told apart.
    var crowd: TokenBucket
    var swept: Int64 = .min
  }

  private static var most: Int { 4096 }
  private static var sweepMilliseconds: Int64 { 1000 }

  init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
    state = Mutex(State(crowd: TokenBucket(perSecond: perSecond, burst: burst, now: 0)))
  }

  /// Nil when this one may; else the seconds to wait.
  func wait(_ key: Key, now: Int64) -> Double? {
    state.withLock { state in
      if state.buckets[key] == nil, state.buckets.count >= Self.most {
        Self.sweep(&state, now: now)
        guard state.buckets.count < Self.most else { return state.crowd.take(now: now) }
      }
      let fresh = TokenBucket(perSecond: perSecond, burst: burst, now: now)
      return state.buckets[key, default: fresh].take(now: now)
    }
  }

  /// Forgets those who have not come for a while; not more often than now and then.
  private static func sweep(_ state: inout State, now: Int64) {
    guard state.swept == .min || now - state.swept >= sweepMilliseconds else { return }
    state.swept = now
    state.buckets = state.buckets.filter { !$0.value.isFull(at: now) }
  }
}
