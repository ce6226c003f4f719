import Driver
import Roaster

extension Service {
  /// Takes the device, and keeps trying.
  mutating func startSession() {
    let (transport, feed) = (transport, feed)
    let first = Session(serial: parts.serial)
    session = Task {
      var runner = SessionRunner(first, over: transport)
      await runner.run { report, link in
        feed.yield(.report(report, link, at: transport.now))
      }
    }
  }

  /// Gives the device back, and waits until that is done.
  mutating func endSession() async {
    session?.cancel()
    await session?.value
    session = nil
  }

  /// Leaves the device to other programs.
  mutating func release(minutes: Double?) {
    session?.cancel()
    session = nil
    takeBackAt = minutes.map { OwnClock.milliseconds + Int64($0 * 60_000) }
    let until = minutes.map {
      WallTime(milliseconds: OwnClock.wall.milliseconds + Int64($0 * 60_000))
    }
    parts.log(.notice, "device_released", [("minutes", minutes.map { "\($0)" } ?? "until attach")])
    perform(chronicle.release(LinkReport.Release(until: until), now: transport.now))
  }

  /// Takes the device back from other programs.
  mutating func attach() {
    guard chronicle.link.release != nil else { return }
    takeBackAt = nil
    parts.log(.notice, "device_taken_back")
    perform(chronicle.release(nil, now: transport.now))
    startSession()
  }

  mutating func takeBackIfDue() {
    if let takeBackAt, OwnClock.milliseconds >= takeBackAt { attach() }
  }
}
