import Driver
import Governor
import Roaster

/// What a pilot says of itself, and of the roast.
struct PilotReport: Sendable {
  var mode: String
  var target: String
  var word: Word?
  /// Whether this is its last.
  var hasEnded = false

  struct Word: Sendable {
    let kind: String
    let text: String
    let isUrgent: Bool
    let roastSeconds: Double?
  }
}

/// The pilot that is heard of, as people see it. It steers by proposals like any agent; this is only
/// who it is, and what it says to those at the machine.
struct PilotDuty {
  private enum State: String { case flying, stopping, ended, lost }

  private var actor: Actor?
  private var report = PilotReport(mode: "", target: "")
  private var state = State.ended
  private var since = WallTime(milliseconds: 0)
  private var heardAt: Int64 = 0
  private var words: [JSON] = []
  private var nextWord = 1

  /// One that is not heard for so long is gone, by our own clock.
  private static let lostMilliseconds: Int64 = 10_000
  private static let mostWords = 20

  /// Whether one is at work.
  var isFlying: Bool { state == .flying || state == .stopping }

  /// Takes what it says; whether there is anything new to tell of.
  mutating func hear(_ report: PilotReport, from actor: Actor, at now: WallTime) -> Bool {
    let before = json
    if self.actor != actor || !isFlying {
      (self.actor, since, words, state) = (actor, now, [], .flying)
    }
    self.report = report
    heardAt = OwnClock.milliseconds
    if let word = report.word {
      words.append(
        .object([
          ("id", JSON(nextWord)), ("at", .string(now.text)), ("kind", .string(word.kind)),
          ("text", .string(word.text)), ("urgent", .bool(word.isUrgent)),
          ("roast_seconds", JSON(word.roastSeconds)),
        ]))
      nextWord += 1
      words = words.suffix(Self.mostWords)
    }
    if report.hasEnded { state = .ended }
    return json != before
  }

  /// A person has had enough of it; whether one was there.
  mutating func stop() -> Bool {
    guard isFlying else { return false }
    state = .stopping
    return true
  }

  /// Whether it has fallen silent just now.
  mutating func lapse() -> Bool {
    guard isFlying, OwnClock.milliseconds - heardAt > Self.lostMilliseconds else { return false }
    state = .lost
    return true
  }

  /// As people and programs read it; null before the first.
  var json: JSON {
    guard let actor else { return .null }
    return .object([
      ("name", .string(actor.name)), ("mode", .string(report.mode)),
      ("target", .string(report.target)), ("state", .string(state.rawValue)),
      ("since", .string(since.text)), ("words", .array(words)),
    ])
  }
}

extension Service {
  /// A pilot has spoken, which is a sign of its life as well.
  mutating func hear(
    _ report: PilotReport, from actor: Actor, _ reply: @escaping RequestDesk.Reply
  ) {
    command(.signOfLife, actor) { _ in }
    if pilot.hear(report, from: actor, at: transport.now.wall) { tellPilot() }
    if let word = report.word {
      parts.log(.info, "pilot", [("kind", word.kind), ("says", word.text)])
    }
    reply(.success(RequestDesk.Done(command: pilot.json)))
  }

  mutating func stopPilot(_ reply: @escaping RequestDesk.Reply) {
    guard pilot.stop() else { return reply(.failure(.noPilot)) }
    tellPilot()
    reply(.success(RequestDesk.Done(command: pilot.json)))
  }

  /// One that fell silent is said to be gone; what it may do is the desk's to judge (P13).
  mutating func followPilot() {
    if pilot.lapse() { tellPilot() }
  }

  private func tellPilot() { parts.stream.publish("pilot", pilot.json.text) }
}

extension APIError {
  fileprivate static var noPilot: APIError {
    APIError(
      status: 409, code: "no_pilot", message: "no pilot is at work",
      hint: "'roast pilot --target FILE|ROAST_ID' starts one.")
  }
}
