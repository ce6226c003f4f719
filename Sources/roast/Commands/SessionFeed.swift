import Driver
import Roaster

/// Runs a session beside its one consumer: what the session reports, a tick now and then, and the
/// wish of a person to end all come in one order.
enum SessionFeed {
  enum Happening: Sendable {
    case report(Session.Report, Link, at: Moment)
    /// What the transport's clocks show, so that ages grow while nothing is heard.
    case tick(Moment)
    /// A signal asked for the end.
    case interrupted
  }

  /// Hands everything to `consume` until it answers false or the session ends by itself. The
  /// device has been given back on return.
  static func run<Carrier: Transport>(
    _ session: Session, over transport: Carrier, tickMilliseconds: Int = 500,
    consume: (Happening) -> Bool
  ) async {
    let (happenings, feed) = AsyncStream.makeStream(of: Happening.self)
    EndSignals.watch {
      Console.stopWaiting()
      feed.yield(.interrupted)
    }
    feed.yield(.tick(transport.now))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        var runner = SessionRunner(session, over: transport)
        await runner.run { feed.yield(.report($0, $1, at: transport.now)) }
        feed.finish()
      }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(tickMilliseconds))
          feed.yield(.tick(transport.now))
        }
      }
      for await happening in happenings where !consume(happening) { break }
      group.cancelAll()
    }
  }
}
