import Analysis
import Evaluation
import Roaster

/// `roast golden`: the cases that pilots are judged by.
enum GoldenCommand {
  static let definition = CommandDefinition(
    name: "golden",
    summary: "List, show, check, draw and add golden cases, and judge a roast by one",
    discussion: [
      "check looks at form and sense of all cases. draw gives a case the course and the landmarks "
        + "that its commands make of its own machine. add makes a case of a roast that the daemon "
        + "keeps: its landmarks as figures and its levels as commands. judge measures such a roast "
        + "against a case. Specs/golden/README.md describes the files."
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default list", isRequired: false,
        choices: GoldenAction.allCases.map(\.rawValue)),
      OperandDefinition(
        name: "CASE", meaning: "show, draw, judge: which; add: its name", isRequired: false),
    ],
    options: [
      GoldenPlace.option,
      OptionDefinition(name: "tag", value: "TAG", meaning: "list: only those with it"),
      OptionDefinition(
        name: "from-roast", value: "ID", meaning: "add, judge: the roast; or last"),
      OptionDefinition(
        name: "source", value: "real_success|real_failure", meaning: "add: default real_success"),
      OptionDefinition(name: "machine", value: "m1|m2", meaning: "add: whose parameters"),
      OptionDefinition(
        name: "out", value: "FILE.json", meaning: "add, draw: default Specs/golden/CASE.json"),
    ] + OptionDefinition.asking,
    examples: [
      ("roast golden check", "whether all cases are sound"),
      ("roast golden show medium-400", "one of them"),
      ("roast golden add kenya-12 --from-roast 12", "a case of a roast that went well"),
      ("roast golden judge medium-400 --from-roast last", "how near a real roast came"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    let action = arguments.operands.first.flatMap(GoldenAction.init(rawValue:)) ?? .list
    let call = GoldenCall(arguments)
    switch action {
    case .list: return try call.list()
    case .show: return try call.show()
    case .check: return try call.check()
    case .draw: return try await call.draw()
    case .add: return try call.add()
    case .judge: return try call.judge()
    }
  }
}

/// What `roast golden` can do.
enum GoldenAction: String, CaseIterable { case list, show, check, draw, add, judge }
