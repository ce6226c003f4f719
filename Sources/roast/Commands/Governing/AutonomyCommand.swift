import Governor
import Roaster

/// `roast autonomy`: how much is done without asking a person.
enum AutonomyCommand {
  static let definition = CommandDefinition(
    name: "autonomy",
    summary: "Show and set how much is done without asking, and reset what has latched",
    discussion: [
      "L1 assist: nothing is written but an abort. L2 recommend: agents recommend, people decide. "
        + "L3 approve: each proposal waits for a person. L4 veto: it runs unless stopped in time. "
        + "L5 audit: it runs at once. Every start begins at L1.",
      "L4 and L5 must be earned ('roast autonomy readiness') or overridden with an end, and need a "
        + "present person ('roast presence').",
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default get", isRequired: false,
        choices: ["get", "set", "readiness", "reset"]),
      OperandDefinition(
        name: "LEVEL", meaning: "with set", isRequired: false,
        choices: Autonomy.allCases.map(\.name)),
    ],
    options: [
      .because,
      OptionDefinition(
        name: "override", value: "MINUTES",
        meaning: "set: also where it is not earned, for at most so long"),
    ] + OptionDefinition.asking,
    examples: [
      ("roast autonomy set L3 --because helped", "each proposal waits for you"),
      ("roast autonomy set L4 --override 60 --because trying", "for an hour at most"),
      ("roast autonomy reset --because checked", "after an abort, a trip or a breaker"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let action = arguments.operands.first ?? "get"
    if action != "set", arguments.operands.count > 1 {
      throw .usage("unexpected word '\(arguments.operands[1])'", definition)
    }
    let client = try DaemonClient(arguments)
    switch action {
    case "set": return try set(arguments, client)
    case "readiness":
      let found = try client.document("GET", "/v1/autonomy/readiness")
      return Console.answer(found, as: arguments, text: readiness(found))
    case "reset":
      let done = try client.document(
        "POST", "/v1/reset", body: .object([("because", JSON(try because(arguments)))]))
      return Console.answer(done, as: arguments, text: standing(done))
    default:
      let found = try client.document("GET", "/v1/autonomy")
      return Console.answer(found, as: arguments, text: standing(found))
    }
  }

  private static func set(
    _ arguments: Arguments, _ client: DaemonClient
  ) throws(Complaint) -> ExitCode {
    guard arguments.operands.count == 2 else {
      throw .usage("LEVEL is missing: L1 to L5", definition)
    }
    let minutes = try arguments.number(
      "override", in: 1...480, expected: "minutes from 1 to 480", of: "autonomy")
    let done = try client.document(
      "PUT", "/v1/autonomy",
      body: .object([
        ("level", .string(arguments.operands[1])),
        ("because", JSON(try because(arguments))),
        ("override_seconds", JSON(minutes.map { $0 * 60 })),
      ]))
    return Console.answer(done, as: arguments, text: standing(done))
  }

  private static func because(_ arguments: Arguments) throws(Complaint) -> String {
    guard let reason = arguments.value("because"), !reason.isEmpty else {
      throw .usage("--because TEXT is missing: the reason", definition)
    }
    return reason
  }

  private static func standing(_ json: JSON) -> String {
    var lines: [String] = []
    let level = json.words("level").flatMap(Autonomy.init(name:))
    lines.append((level?.name ?? "?") + (level.map { ", \($0.text)" } ?? ""))
    if let before = json.words("earlier_level") {
      lines.append("before the daemon was started it was \(before)")
    }
    lines += matters(json)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is latched or paused, a line each.
  static func matters(_ standing: JSON) -> [String] {
    var lines: [String] = []
    if standing["abort"]?["latched"]?.boolValue == true {
      lines.append("ABORTED: 'roast autonomy reset' ends it")
    }
    for trip in standing["abort"]?["trips"]?.arrayValue ?? [] {
      lines.append("TRIPPED: \(trip.stringValue?.printable ?? "?")")
    }
    for kind in standing["breakers"]?["paused"]?.arrayValue ?? [] {
      lines.append("paused by a breaker: \(kind.stringValue?.printable ?? "?")")
    }
    return lines
  }

  private static func readiness(_ json: JSON) -> String {
    (json["levels"]?.arrayValue ?? []).map { level in
      let isEarned = level["earned"]?.boolValue == true
      let reasons = (level["reasons"]?.arrayValue ?? []).map { reason in
        "  \(reason["met"]?.boolValue == true ? "yes" : "no ")  \(reason.words("text") ?? "?")\n"
      }
      return "\(level.words("level") ?? "?"): \(isEarned ? "earned" : "not earned")\n"
        + reasons.joined()
    }.joined()
  }
}
