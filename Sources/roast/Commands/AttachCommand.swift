import Roaster

/// `roast attach`: takes the roaster's USB device back after `roast release`.
enum AttachCommand {
  static let definition = CommandDefinition(
    name: "attach",
    summary: "Have the daemon take the roaster back after 'roast release'",
    options: OptionDefinition.asking,
    examples: [("roast attach", "quit the other program first")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let link = try DaemonClient(arguments).document("POST", "/v1/link/attach")
    return Console.answer(
      link, as: arguments,
      text: "The daemon takes the roaster back; the link is \(link.words("state") ?? "unknown").\n")
  }
}
