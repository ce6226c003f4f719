import Roaster
import Synchronization

/// Leads a person through a commissioning, and passes on what they say.
struct CommissionGuide {
  private let client: DaemonClient
  private let answersItself: Bool
  private let asJSON: Bool
  private var input = InputLines()
  private var shown: [String?] = []
  private let isInterrupted = Flag()

  /// Set from the thread that hears signals.
  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  init(_ client: DaemonClient, answersItself: Bool, asJSON: Bool) {
    self.client = client
    self.answersItself = answersItself
    self.asJSON = asJSON
  }

  private static let pauseMilliseconds: Int32 = 200

  /// From the beginning to the end, whatever that is; returns how it then stands.
  mutating func run() throws(Complaint) -> JSON {
    let flag = isInterrupted
    EndSignals.watch { flag.value.store(true, ordering: .relaxed) }
    var now = try say("begin")
    while true {
      show(now)
      let phase = now.words("phase") ?? ""
      guard ["reading", "go", "running", "confirm"].contains(phase) else { break }
      let line = input.next(within: Self.pauseMilliseconds)
      let isGone = input.isOver && line == nil && !answersItself
      if flag.value.load(ordering: .relaxed) || isGone {
        now = try stop()
      } else if let word = answersItself ? Self.own(phase) : line.flatMap({ meaning($0, phase) }) {
        now = try tell(word)
      } else {
        now = try client.document("GET", "/v1/commission")
      }
    }
    if !asJSON { Console.out(Self.summary(now)) }
    return now
  }

  private func say(_ word: String) throws(Complaint) -> JSON {
    try client.document("POST", "/v1/commission", body: .object([("action", .string(word))]))
  }

  /// It may have ended meanwhile, which is no failure.
  private func stop() throws(Complaint) -> JSON {
    do throws(Complaint) { return try say("stop") } catch {
      guard error.code == "not_now" else { throw error }
      return try client.document("GET", "/v1/commission")
    }
  }

  /// What the rules or the moment stand against is told, and can be said again.
  private mutating func tell(_ word: String) throws(Complaint) -> JSON {
    do throws(Complaint) { return try say(word) } catch {
      guard ["refused", "not_now"].contains(error.code) else { throw error }
      if !answersItself {
        Console.error(asJSON ? error.json.text + "\n" : "Not yet: \(error.happened)\n")
      }
      return try client.document("GET", "/v1/commission")
    }
  }

  private static func own(_ phase: String) -> String? {
    phase == "go" ? "go" : phase == "confirm" ? "yes" : nil
  }

  /// What a line means now; nil for nothing, which is asked again.
  private func meaning(_ line: String, _ phase: String) -> String? {
    let word = line.filter { !$0.isWhitespace }.lowercased()
    if ["stop", "s", "q", "quit"].contains(word) { return "stop" }
    switch (phase, word) {
    case ("go", ""), ("go", "go"), ("go", "g"): return "go"
    case ("confirm", "yes"), ("confirm", "y"): return "yes"
    case ("confirm", "no"), ("confirm", "n"): return "no"
    case ("go", _): Console.error("Enter or 'go', or 'stop'.\n")
    case ("confirm", _): Console.error("'yes' or 'no', or 'stop'.\n")
    default: break
    }
    return nil
  }

  // MARK: Telling

  private mutating func show(_ now: JSON) {
    let key = [now.words("phase"), now.words("step")]
    guard key != shown else { return }
    shown = key
    input.forget()
    if asJSON {
      Console.out(now.text + "\n")
    } else if let text = now.words("text") {
      let place = "[\(now.count("number") ?? 0)/\(now.count("of") ?? 0)] "
      Console.out("\n" + place + text + "\n" + reading(now, key))
    }
  }

  /// What the person compares with the panel.
  private func reading(_ now: JSON, _ key: [String?]) -> String {
    guard key == ["confirm", "readings"], let reading = now["reading"] else { return "" }
    return (reading.members ?? []).map { name, value in
      "    \(name.printable): \(value.text.printable)\n"
    }.joined()
  }

  private static func summary(_ end: JSON) -> String {
    let results = (end["results"]?.arrayValue ?? []).map { result in
      let delays = (result["commands"]?.arrayValue ?? []).flatMap {
        ($0["delays_ms"]?.arrayValue ?? []).compactMap(\.integerValue)
      }
      let suspect = (result["suspect"]?.members ?? []).map(\.key.printable)
      return "  \(result.words("step") ?? "?"): "
        + (result["passed"] == .bool(true) ? "passed" : "not passed, \(result.words("why") ?? "?")")
        + (delays.isEmpty
          ? "" : ", seen after \(delays.map(String.init).joined(separator: " and ")) ms")
        + (suspect.isEmpty ? "" : ", suspect: \(suspect.joined(separator: ", "))") + "\n"
    }
    return results.joined()
  }

  /// What an owner can send in: the machine and what was measured, and nobody's name.
  static func report(of end: JSON) -> JSON {
    .object(
      [
        ("report", .string("roast-commission")), ("version", .integer(1)),
        ("program", .string(Version.number)),
      ]
        + ["machine", "simulated", "phase", "why", "longest_delay_ms", "results"].map {
          ($0, end[$0] ?? .null)
        })
  }
}
