import Dispatch

/// Looks at every connection now and then, on a thread of its own.
final class Watch: Sendable {
  private let registry: ConnectionRegistry
  private let milliseconds: Int
  private let ending = DispatchSemaphore(value: 0)

  init(limits: Limits, registry: ConnectionRegistry) {
    self.registry = registry
    let shortest =
      [
        limits.requestSeconds, limits.idleSeconds, limits.answerSeconds, limits.keepAliveSeconds,
      ].min() ?? 1
    milliseconds = max(5, Int(min(0.25, shortest / 4) * 1000))
  }

  /// False when the system has no thread to give.
  func start() -> Bool {
    DetachedThread.start { [self] in
      while ending.wait(timeout: .now() + .milliseconds(milliseconds)) == .timedOut {
        let now = OwnClock.milliseconds
        for connection in registry.all { connection.watch(now: now) }
      }
    }
  }

  func end() { ending.signal() }
}
