import Driver
import Glibc
import Roaster

/// `roast watch` through the daemon.
enum DaemonWatch {
  private enum Happening: Sendable {
    case heard(DaemonStream.Happening)
    case tick
    /// A signal asked for the end.
    case interrupted
  }

  /// Watches until nobody looks any more, a signal comes, or the time is up.
  static func run(
    _ client: DaemonClient, in view: any WatchView, for duration: Double?
  ) async throws(Complaint) -> ExitCode {
    Console.error("roast: watching through the daemon at \(client.socket)\n")
    let (happenings, feed) = AsyncStream.makeStream(of: Happening.self)
    let stream = DaemonStream(client) { feed.yield(.heard($0)) }
    EndSignals.watch {
      Console.stopWaiting()
      feed.yield(.interrupted)
    }
    let pause = view.tickMilliseconds
    let ticker = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(pause))
        feed.yield(.tick)
      }
    }
    stream.start()
    defer {
      stream.stop()
      ticker.cancel()
    }
    let clock = WatchClock()
    var observer = DaemonObserver(now: clock.now)
    var refusal: DaemonFault?
    loop: for await happening in happenings {
      var news = WatchNews.tick
      switch happening {
      case .interrupted: break loop
      case .tick: observer.pass(now: clock.now)
      case .heard(let heard):
        news = observer.take(heard, now: clock.now)
        if case .refused(let fault) = heard {
          refusal = fault
          break loop
        }
      }
      if let duration, clock.seconds * observer.speed >= duration { break }
      guard view.show(observer.observed, after: news) else { break }
    }
    view.end(observer.observed)
    if let refusal { throw Complaint(refusal) }
    if observer.observed.points > 0 { return .done }
    return observer.observed.link.word == LinkState.absent.rawValue ? .absent : .failed
  }
}

/// Our own clocks, from the beginning of the watching on.
private struct WatchClock {
  private let began = ContinuousClock.now

  var seconds: Double {
    let passed = began.duration(to: .now).components
    return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
  }

  var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(
      monotonic: MonotonicTime(seconds: seconds),
      wall: WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000))
  }
}
