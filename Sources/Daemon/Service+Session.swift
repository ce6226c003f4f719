import Driver
import Roaster
import Store

/// The session that the loop runs beside itself. A device is given back before it is taken again:
/// two sessions must never share a transport.
struct RunningSession {
  let number: Int
  let task: Task<Void, Never>
  var isEnding = false
}

extension Service {
  /// Takes the device, and keeps trying.
  mutating func startSession() {
    let (transport, feed, outbox) = (transport, feed, duty.outbox)
    let first = Session(serial: parts.serial)
    sessions += 1
    let number = sessions
    let task = Task {
      var runner = SessionRunner(first, over: transport, outbox: outbox)
      await runner.run(
        report: { report, link in
          feed.put(.report(report, link, session: number, at: transport.now))
        },
        wrote: { write, result in feed.put(.wrote(write, result)) })
    }
    session = RunningSession(number: number, task: task)
  }

  /// Gives the device back, and waits until that is done.
  mutating func endSession() async {
    session?.task.cancel()
    await session?.task.value
    session = nil
  }

  /// The device has been given back.
  mutating func sessionEnded() {
    session = nil
    for reply in whenGivenBack { reply(.success(linkAnswer)) }
    whenGivenBack = []
    // Somebody wanted it again meanwhile.
    if chronicle.link.release == nil { startSession() }
  }

  private var linkAnswer: RequestDesk.Done {
    RequestDesk.Done(link: chronicle.link.json(at: transport.now))
  }
}

// MARK: - Leaving it to others

extension Service {
  /// Leaves the device to other programs; the answer comes when they can have it. It stays so when
  /// the daemon is started again.
  mutating func release(minutes: Double?, _ reply: @escaping RequestDesk.Reply) {
    guard duty.view.standing["abort"]?["stepping"] != .bool(true) else {
      return reply(.failure(.abortUnderWay))
    }
    let until = minutes.map {
      WallTime(milliseconds: OwnClock.wall.milliseconds + Int64($0 * 60_000))
    }
    takeBackAt = minutes.map { OwnClock.milliseconds + Int64($0 * 60_000) }
    parts.log(.notice, "device_released", [("minutes", minutes.map { "\($0)" } ?? "until attach")])
    perform(chronicle.release(LinkReport.Release(until: until), now: transport.now))
    tellDeskOfLink(Link())
    guard var running = session else { return reply(.success(linkAnswer)) }
    whenGivenBack.append(reply)
    guard !running.isEnding else { return }
    running.isEnding = true
    session = running
    running.task.cancel()
    let (feed, task) = (feed, running.task)
    Task {
      await task.value
      feed.put(.sessionEnded)
    }
  }

  /// Takes the device back from other programs.
  mutating func attach() {
    guard chronicle.link.release != nil else { return }
    takeBackAt = nil
    parts.log(.notice, "device_taken_back")
    perform(chronicle.release(nil, now: transport.now))
    if session == nil { startSession() }
  }

  mutating func attach(_ reply: RequestDesk.Reply) {
    attach()
    reply(.success(linkAnswer))
  }

  mutating func takeBackIfDue() {
    if let takeBackAt, OwnClock.milliseconds >= takeBackAt { attach() }
  }

  /// A device that was given away before this life of the daemon began stays with the others.
  mutating func beginAsLeft() {
    guard let release = chronicle.link.release else { return startSession() }
    takeBackAt = release.until.map {
      OwnClock.milliseconds + max(0, $0.milliseconds - OwnClock.wall.milliseconds)
    }
    perform(chronicle.pass(now: transport.now))
  }
}

extension APIError {
  /// Nobody takes the line from an abort.
  fileprivate static var abortUnderWay: APIError {
    APIError(
      status: 409, code: "abort_under_way", message: "the heater is being stepped down",
      hint: "Leave the device to other programs once the heater is off.")
  }
}
