import Analysis
import Driver
import Governor
import Roaster
import Shadow

/// One roast with a pilot: hears the daemon, lets the pilot think, and passes on what it says.
final class PilotFlight {
  private enum Happening: Sendable {
    case heard(DaemonStream.Happening)
    case tick
    case interrupted
  }

  /// An agent's sign of life is good for ten of the roaster's seconds.
  private static let reportSeconds = 3
  /// What nobody decides in that time is out of date.
  private static let proposalSeconds = 45.0
  /// Without the daemon for longer there is nothing to steer.
  private static let lostSeconds = 20.0

  private let client: DaemonClient
  private let found: PilotTarget
  private let mode: PilotMode
  private var target: Target { found.target }
  private let options: PilotOptions
  private let inJSON: Bool
  private var pilot: (any Pilot)?
  private var view = PilotView()
  private var sightsSinceReport = 0
  private var hasRoasted = false
  private var lostAt: ContinuousClock.Instant?
  private var last: PilotSight?

  init(
    _ client: DaemonClient, _ found: PilotTarget, mode: PilotMode, _ options: PilotOptions,
    inJSON: Bool
  ) throws(Complaint) {
    self.client = client
    self.found = found
    self.mode = mode
    self.options = options
    self.inJSON = inJSON
    try begin()
  }

  /// Refuses what cannot be roasted, and takes over what has happened already.
  private func begin() throws(Complaint) {
    let status = try client.document("GET", "/v1/status")
    var start = options.start(status: status)
    var past: [Rehearsal.Sample] = []
    if status["roast"]?["is_roasting"]?.boolValue == true {
      let roast = try client.document("GET", "/v1/roasts/current")
      if options.grams == nil, let grams = roast.fact("grams_in") { start.grams = grams }
      past = PilotFlight.past(of: RoastCurve(json: roast["curve"] ?? .null))
    }
    let refusals = target.refusals(start)
    guard refusals.isEmpty else {
      let reasons = "\(target.name) is refused: " + refusals.map(\.text).joined(separator: "; ")
      tellRefusal(reasons)
      throw Complaint(
        code: refusals[0].code.rawValue, happened: reasons,
        next: "Change the target, or the batch (--grams).", exit: .refused)
    }
    pilot = mode.pilot(found, start, past: past)
    say("following \(target.name), \(mode.rawValue)", kind: nil, at: nil)
    report(nil)
  }

  /// Whoever started it from the page sees no more of it than this; another that flies has the word.
  private func tellRefusal(_ reasons: String) {
    let state = (try? client.document("GET", "/v1/pilot"))?["pilot"]?["state"]?.stringValue
    guard state != "flying", state != "stopping" else { return }
    report(PilotFlight.words("hand_back", reasons, isUrgent: true, at: nil), hasEnded: true)
  }

  /// What was seen of the roast that goes on, from just before its charge.
  private static func past(of curve: RoastCurve) -> [Rehearsal.Sample] {
    curve.samples.compactMap { sample in
      guard sample.seconds >= -2, let heater = sample.heater, let fan = sample.fan,
        let drum = sample.drum
      else { return nil }
      return Rehearsal.Sample(
        seconds: max(0, sample.seconds), bean: sample.bean, infrared: sample.infrared,
        heater: heater, fan: fan, drum: drum)
    }
  }

  // MARK: Flying

  /// Until the beans are out, it hands back, or somebody ends it.
  func fly() async throws(Complaint) -> ExitCode {
    let (happenings, feed) = AsyncStream.makeStream(of: Happening.self)
    let stream = DaemonStream(client) { feed.yield(.heard($0)) }
    EndSignals.watch {
      Console.stopWaiting()
      feed.yield(.interrupted)
    }
    let ticker = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        feed.yield(.tick)
      }
    }
    stream.start()
    defer {
      stream.stop()
      ticker.cancel()
    }
    for await happening in happenings {
      switch happening {
      case .interrupted: return end("ended by a person; the levels stay as they are")
      case .tick:
        if let lostAt, ContinuousClock.now - lostAt > .seconds(PilotFlight.lostSeconds) {
          return end("the daemon does not answer; go by the panel", .failed)
        }
        if lostAt == nil { report(nil) }
      case .heard(.refused(let fault)): throw Complaint(fault)
      case .heard(.lost): lostAt = lostAt ?? .now
      case .heard(.standing(let status, _)):
        lostAt = nil
        hear("roast", status["roast"] ?? .null)
      case .heard(.message(let event, let json)):
        lostAt = nil
        if let code = hear(event, json) { return code }
      }
    }
    return .done
  }

  /// Takes one message; the exit code if the flight ends with it.
  @discardableResult
  private func hear(_ event: String, _ json: JSON) -> ExitCode? {
    let sight = view.take(event, json)
    if view.isStopped { return end("stopped by a person; the levels stay as they are") }
    guard let sight else { return nil }
    last = sight
    let words = pilot?.step(sight) ?? []
    for word in words { pass(on: word, sight) }
    if words.contains(where: { if case .handBack = $0 { true } else { false } }) {
      return end(nil, .failed)
    }
    if sight.state == .roasting { hasRoasted = true }
    if hasRoasted, sight.state != .roasting { return end("the beans are out") }
    sightsSinceReport += 1
    if sightsSinceReport >= PilotFlight.reportSeconds { report(nil) }
    return nil
  }

  private func end(_ words: String?, _ code: ExitCode = .done) -> ExitCode {
    if let words { say(words, kind: nil, at: last) }
    report(nil, hasEnded: true)
    return code
  }

  // MARK: Speaking

  private func pass(on word: PilotWord, _ sight: PilotSight) {
    let seconds = sight.sample.seconds
    switch word {
    case .propose(let command, let reason):
      say("\(command.text): \(reason)", kind: "propose", at: sight)
      report(PilotFlight.words("propose", reason, isUrgent: false, at: seconds))
      propose(command, reason)
    case .advise(let text, let urgency):
      say(text, kind: "advise", at: sight)
      report(PilotFlight.words("advise", text, isUrgent: urgency == .urgent, at: seconds))
    case .ask(let text, _):
      say(text, kind: "ask", at: sight)
      report(PilotFlight.words("ask", text, isUrgent: true, at: seconds))
    case .handBack(let text):
      say(text, kind: "hand_back", at: sight)
      report(PilotFlight.words("hand_back", text, isUrgent: true, at: seconds))
    }
  }

  private func propose(_ command: Command, _ reason: String) {
    var body: [(key: String, value: JSON)] = [
      ("kind", .string(command.kind.rawValue)), ("because", .string(PilotFlight.plain(reason))),
      ("expires_seconds", .number(PilotFlight.proposalSeconds)),
    ]
    if let level = command.setting?.level { body.append(("level", JSON(level))) }
    do throws(DaemonFault) {
      view.proposed(
        try JSON(answer: client.ask("POST", "/v1/proposals", body: .object(body))))
    } catch {
      let complaint = Complaint(error)
      say("not taken: \(complaint.happened)", kind: nil, at: last)
      view.refused(complaint.code)
    }
  }

  /// As much as the daemon takes of a text, and no control characters, which it refuses.
  private static func plain(_ text: String) -> String {
    let plain = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(String.UnicodeScalarView(plain.prefix(500)))
  }

  private static func words(
    _ kind: String, _ text: String, isUrgent: Bool, at seconds: Double?
  ) -> JSON {
    .object([
      ("kind", .string(kind)), ("text", .string(plain(text))),
      ("urgent", .bool(isUrgent)), ("roast_seconds", JSON(seconds.map { max(0, $0) })),
    ])
  }

  /// Tells the daemon that it is there, and what it says. Whether the daemon is there is seen by its
  /// stream.
  private func report(_ word: JSON?, hasEnded: Bool = false) {
    sightsSinceReport = 0
    let body = JSON.object([
      ("mode", .string(mode.rawValue)), ("target", .string(target.name)), ("word", word ?? .null),
      ("ended", .bool(hasEnded)),
    ])
    _ = try? client.ask("POST", "/v1/pilot", body: body)
  }

  /// A line of its own for who started it here.
  private func say(_ text: String, kind: String?, at sight: PilotSight?) {
    let seconds = sight.flatMap { $0.state == .roasting ? $0.sample.seconds : nil }
    if inJSON {
      let line = JSON.object([
        ("roast_seconds", JSON(seconds)), ("kind", .string(kind ?? "pilot")),
        ("text", .string(text)),
      ])
      _ = Console.out(line.text + "\n")
    } else {
      let clock = seconds.map { ClockText.minutes(Int($0)) } ?? "-:--"
      let mark = kind.map { $0 == "hand_back" ? "hands back: " : $0 + ": " } ?? ""
      _ = Console.out("\(clock)  \(mark)\(text)\n")
    }
  }
}
