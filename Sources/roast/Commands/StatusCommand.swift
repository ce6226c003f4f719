import Roaster

/// `roast status`: how the roaster, the roast and the daemon stand.
enum StatusCommand {
  static let definition = CommandDefinition(
    name: "status",
    summary: "Show how the roaster, the roast and the daemon stand",
    discussion: ["Asks the daemon. With --json it prints GET /v1/status as the API answers it."],
    options: OptionDefinition.asking + [.unit],
    examples: [("roast status", "the daemon of this user or of this machine")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let unit = try arguments.unit(of: "status")
    let client = try DaemonClient(arguments)
    let status = try client.document("GET", "/v1/status")
    return Console.answer(
      status, as: arguments,
      text: StatusReport(status, unit: unit, socket: client.socket).text)
  }
}
