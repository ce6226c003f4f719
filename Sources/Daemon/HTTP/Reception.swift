import Roaster

/// What all connections share: who answers, who works, and how much is allowed.
final class Reception: Sendable {
  let limits: Limits
  let budget: AnswerBudget
  private let readers: Workers
  private let changers: Workers
  private let client: @Sendable (HTTPRequest) -> Client
  private let handler: @Sendable (HTTPRequest) -> Answer
  private let isUrgent: @Sendable (HTTPRequest) -> Bool
  private let limiter: RateLimiter<Client>
  private let urgentLimiter: RateLimiter<Client>

  init(
    limits: Limits, readers: Workers, changers: Workers,
    client: @escaping @Sendable (HTTPRequest) -> Client,
    isUrgent: @escaping @Sendable (HTTPRequest) -> Bool,
    handler: @escaping @Sendable (HTTPRequest) -> Answer
  ) {
    self.limits = limits
    budget = AnswerBudget(limits: limits)
    self.readers = readers
    self.changers = changers
    self.client = client
    self.handler = handler
    self.isUrgent = isUrgent
    limiter = RateLimiter(perSecond: limits.requestsPerSecond, burst: limits.requestBurst)
    urgentLimiter = RateLimiter(perSecond: limits.requestsPerSecond, burst: limits.requestBurst)
  }

  /// The answer to a request, unless its client asks too often, and who that is.
  func answer(_ request: HTTPRequest) -> (answer: Answer, client: Client) {
    let client = client(request)
    let limiter = isUrgent(request) ? urgentLimiter : limiter
    if let wait = limiter.wait(client, now: OwnClock.milliseconds) {
      return (.now(APIError.tooManyRequests(retryAfter: wait).response), client)
    }
    return (handler(request), client)
  }

  /// Has a worker do it; false where too much waits for them already.
  func run(_ work: Answer.Work, for client: Client, _ job: @escaping Workers.Job) -> Bool {
    switch work {
    case .reading: readers.run(for: client, job)
    case .changing: changers.run(for: client, job)
    }
  }

  /// Ends the workers.
  func end() {
    readers.end()
    changers.end()
  }
}

/// Whose requests are counted together.
public enum Client: Hashable, Sendable {
  /// All that come from there.
  case peer(Peer)
  /// All that bear that token, from wherever.
  case key(Int64)
}
