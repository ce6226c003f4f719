import Roaster

/// `roast commission`: the first commands that a unit is given, with a person beside it.
enum CommissionCommand {
  static let definition = CommandDefinition(
    name: "commission",
    summary: "Try the first commands on a roaster, step by step, with you beside it",
    discussion: [
      "Until a roaster of that serial number and firmware has passed, nothing but an abort is sent "
        + "to it. You stand beside the machine, preheated and empty: twenty seconds of reading, one "
        + "fan step, then, in an empty roast of two minutes at most that you begin at the panel, one "
        + "heater and one drum step, and PRS twice. Each step says what will happen and waits for "
        + "your go, then for your yes or no. Set L2 or higher before.",
      "Answer with Enter or 'go', 'yes' or 'no', and 'stop'. Ctrl-C stops it as well: it has not "
        + "passed then, and can be begun again. A roast that runs is ended at the panel.",
    ],
    options: [
      OptionDefinition(
        name: "report", value: "FILE",
        meaning: "also write what was measured, as JSON, to a new file, to send in"),
      OptionDefinition(name: "yes", meaning: "with a twin only: go and yes to everything"),
    ] + OptionDefinition.asking,
    examples: [("roast commission --report bullet.json", "guided, with a report to send in")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let client = try DaemonClient(arguments)
    let now = try client.document("GET", "/v1/commission")
    guard now["machine"]?.members != nil else {
      throw Complaint(
        code: "no_roaster", happened: "no roaster has said who it is",
        next: "'roast status' says how the connection stands.", exit: .absent)
    }
    if arguments.has("yes"), now["simulated"] != .bool(true) {
      throw .usage("--yes is for twins: at a roaster a person answers", definition)
    }
    let report = try arguments.value("report").map { path throws(Complaint) in
      try OutputFile(path, mayReplace: false)
    }
    var guide = CommissionGuide(
      client, answersItself: arguments.has("yes"), asJSON: arguments.wantsJSON)
    let end = try guide.run()
    if let report {
      report.append(Array((CommissionGuide.report(of: end).text + "\n").utf8))
      if let failure = report.failure {
        throw Complaint(
          code: "file_not_writable", happened: "writing \(report.path) failed: \(failure)",
          next: "Free some room; 'roast audit list' has the results as well.")
      }
      if !arguments.wantsJSON { Console.out("Written: \(report.path)\n") }
    }
    return end.words("phase") == "passed" ? .done : .failed
  }
}
