/// What a handler makes of a request.
public enum Answer: Sendable {
  /// The answer is there. The handler runs on the thread that serves the sockets, so it must not
  /// wait for anything.
  case now(HTTPResponse)
  /// The answer comes later. The body runs on one of the server's workers, where it may wait for
  /// the disk; it may also hand `respond` on and return. What is said after the first time, or after
  /// `Limits.answerSeconds`, is ignored.
  case later(@Sendable (_ respond: @escaping @Sendable (HTTPResponse) -> Void) -> Void)
  /// Server-sent events until one side has had enough.
  case stream(EventStream.Subscription)

  /// An answer that a worker makes, however long it waits for the disk.
  public static func worked(_ make: @escaping @Sendable () -> HTTPResponse) -> Answer {
    .later { respond in respond(make()) }
  }
}
