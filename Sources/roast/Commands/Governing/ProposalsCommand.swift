import Governor
import Roaster

/// `roast proposals`: what was proposed, and what came of it.
enum ProposalsCommand {
  static let definition = CommandDefinition(
    name: "proposals",
    summary: "List and show what was proposed, and what came of it",
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default list", isRequired: false,
        choices: ["list", "show", "abort"]),
      OperandDefinition(name: "ID", meaning: "show, abort: which", isRequired: false),
    ],
    options: [
      OptionDefinition(
        name: "status", value: "STATUS", meaning: "list: of that status, or open",
        suggestions: ["open"] + ProposalState.allCases.map(\.rawValue)),
      OptionDefinition(
        name: "actor", value: "person|agent|system", meaning: "list: of such an actor"),
      OptionDefinition(
        name: "kind", value: "KIND", meaning: "list: with such a command",
        suggestions: Command.Kind.allCases.map(\.rawValue)),
      OptionDefinition(name: "before", value: "ID", meaning: "list: older than that"),
      OptionDefinition(name: "limit", value: "N", meaning: "list: at most so many, default 50"),
      .because,
    ] + OptionDefinition.asking,
    examples: [
      ("roast proposals --status open", "what waits"),
      ("roast proposals show 12", "verdict, approval, bytes and readback"),
      ("roast proposals abort 12", "ends that one, and leaves the heater as it is"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let client = try DaemonClient(arguments)
    switch arguments.operands.first ?? "list" {
    case "show":
      let id = try arguments.identifier(1, of: "proposals")
      let found = try client.document("GET", "/v1/proposals/\(id)")
      return Console.answer(found, as: arguments, text: ProposalText(found).text + history(found))
    case "abort":
      let id = try arguments.identifier(1, of: "proposals")
      let done = try client.document(
        "POST", "/v1/proposals/\(id)/abort",
        body: .object([("because", JSON(arguments.value("because")))]))
      return Console.answer(done, as: arguments, text: ProposalText(done).text)
    default: return try list(arguments, client)
    }
  }

  private static func list(
    _ arguments: Arguments, _ client: DaemonClient
  ) throws(Complaint) -> ExitCode {
    let names = ["status", "actor", "kind", "before", "limit"]
    let found = try client.document(
      "GET", "/v1/proposals", query: names.map { ($0, arguments.value($0)) })
    var table = TextTable(["ID", "MADE", "WHO", "WHAT", "STATUS", "OUTCOME", "BECAUSE"])
    for proposal in found["proposals"]?.arrayValue ?? [] {
      table.add([
        proposal.count("id").map { "\($0)" } ?? "?", proposal.time("made")?.localText ?? "?",
        proposal["actor"]?.words("name") ?? "?", ProposalText.steps(proposal),
        proposal.words("status") ?? "?", proposal.words("outcome") ?? "",
        String((proposal.words("reason") ?? "").prefix(40)),
      ])
    }
    return Console.answer(
      found, as: arguments, text: table.isEmpty ? "Nothing was proposed.\n" : table.text)
  }

  private static func history(_ proposal: JSON) -> String {
    (proposal["transitions"]?.arrayValue ?? []).map { step in
      "  \(step.time("at")?.localText ?? "?")  \(step.words("to") ?? "?")"
        + (step["actor"]?.words("name").map { " by \($0)" } ?? "") + "\n"
    }.joined()
  }
}
