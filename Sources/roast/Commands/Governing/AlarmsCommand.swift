import Roaster

/// `roast alarms`: what is the matter, and what to do.
enum AlarmsCommand {
  static let definition = CommandDefinition(
    name: "alarms",
    summary: "List the alarms with what to do, and acknowledge one",
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default list", isRequired: false,
        choices: ["list", "acknowledge"]),
      OperandDefinition(name: "ID", meaning: "with acknowledge: which", isRequired: false),
    ],
    options: OptionDefinition.asking,
    examples: [("roast alarms acknowledge 3", "heard; it stays in the list until it is over")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let client = try DaemonClient(arguments)
    if arguments.operands.first == "acknowledge" {
      let id = try arguments.identifier(1, of: "alarms")
      let done = try client.document("POST", "/v1/alarms/\(id)/acknowledge")
      return Console.answer(done, as: arguments, text: "Alarm \(id) is acknowledged.\n")
    }
    let found = try client.document("GET", "/v1/alarms")
    let text = (found["alarms"]?.arrayValue ?? []).map { alarm in
      "\(alarm.count("id") ?? 0)  \(alarm.words("code") ?? "?"): \(alarm.words("text") ?? "")\n"
        + "   \(alarm.words("action") ?? "")\n"
    }.joined()
    return Console.answer(found, as: arguments, text: text.isEmpty ? "No alarm.\n" : text)
  }
}
