import Roaster

/// `roast abort`: no more heat, at once, whatever else is so.
enum AbortCommand {
  static let definition = CommandDefinition(
    name: "abort",
    summary: "Take the heat away at once: the exception to every rule",
    discussion: [
      "Ends whatever is in flight and steps the heater down to 0, at every level of autonomy and in "
        + "every state. It then stays so until 'roast autonomy reset'. It does not move the beans: "
        + "only you can. The panel's own button and the mains plug remain the last word.",
      "With --fire it says what to do about a fire, and touches neither the fan nor the cooling.",
    ],
    options: [.because, OptionDefinition(name: "fire", meaning: "something burns")]
      + OptionDefinition.asking,
    examples: [("roast abort", "the same as the page's red button, or SIGUSR1 to the daemon")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let done = try DaemonClient(arguments).document(
      "POST", "/v1/abort",
      body: .object([
        ("because", JSON(arguments.value("because"))), ("fire", .bool(arguments.has("fire"))),
      ]))
    return Console.answer(
      done, as: arguments,
      text: (done["waits_for_link"]?.boolValue == true
        ? "NOT YET: there is no connection to the roaster. Stop it at its panel, or pull the plug.\n"
        : "Aborting: the heater is being stepped down to 0.\n")
        + (done["advice"]?.arrayValue ?? []).compactMap(\.stringValue)
        .map { $0.printable + "\n" }.joined())
  }
}
