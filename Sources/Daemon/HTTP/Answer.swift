/// What a handler makes of a request.
public enum Answer: Sendable {
  /// The answer is there. The handler runs on the thread that serves the sockets, so it must not
  /// wait for anything.
  case now(HTTPResponse)
  /// The answer comes later. The body runs on the thread that serves the sockets: it hands `respond`
  /// on and returns. What is said after the first time, or after `Limits.answerSeconds`, is ignored.
  case later(Giving)
  /// The same, but the body runs on one of the server's workers, where it may wait for the disk.
  case work(Work, Giving)
  /// Server-sent events until one side has had enough.
  case stream(EventStream.Subscription)

  /// Calls `respond` with the answer, now or later, from any thread.
  public typealias Giving =
    @Sendable (_ respond: @escaping @Sendable (HTTPResponse) -> Void) -> Void

  /// Which workers do it: those who look something up never keep a change waiting.
  public enum Work: Sendable {
    /// Nothing is lost when it is not done.
    case reading
    /// Somebody's change.
    case changing
  }
}
