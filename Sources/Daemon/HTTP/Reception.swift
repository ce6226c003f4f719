import Roaster

/// What all connections share: who answers, who works, and how much is allowed.
final class Reception: Sendable {
  let limits: Limits
  let workers: Workers
  private let client: @Sendable (HTTPRequest) -> Client
  private let handler: @Sendable (HTTPRequest) -> Answer
  private let limiter: RateLimiter<Client>

  init(
    limits: Limits, workers: Workers, client: @escaping @Sendable (HTTPRequest) -> Client,
    handler: @escaping @Sendable (HTTPRequest) -> Answer
  ) {
    self.limits = limits
    self.workers = workers
    self.client = client
    self.handler = handler
    limiter = RateLimiter(perSecond: limits.requestsPerSecond, burst: limits.requestBurst)
  }

  /// The answer to a request, unless its client asks too often.
  func answer(_ request: HTTPRequest) -> Answer {
    if let wait = limiter.wait(client(request), now: OwnClock.milliseconds) {
      return .now(APIError.tooManyRequests(retryAfter: wait).response)
    }
    return handler(request)
  }
}

/// Whose requests are counted together.
public enum Client: Hashable, Sendable {
  /// All that come from there.
  case peer(Peer)
  /// All that bear that token, from wherever.
  case key(Int64)
}
