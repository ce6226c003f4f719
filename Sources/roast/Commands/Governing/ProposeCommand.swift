import Governor
import Roaster

/// `roast propose`: says what the roaster should do, and why.
enum ProposeCommand {
  static let definition = CommandDefinition(
    name: "propose",
    summary: "Propose a command: the governor judges it, and the level says who decides",
    discussion: [
      "LEVEL goes with heater (0 to 9), fan (1 to 12) and drum (1 to 9). The others are one press "
        + "of PRS; begin_roast and begin_cooling need your word that the beans are in, or that the "
        + "door is open, with --word.",
      "--plan reads a sequence from a JSON file: a list of {\"kind\", \"level\", \"when\"}, where "
        + "when is null or one of after_seconds, roast_seconds, bean_celsius, ibts_celsius.",
      "Whoever proposes with an agent's token is an agent. A person's own proposal waits for "
        + "'roast approve'.",
    ],
    operands: [
      OperandDefinition(
        name: "KIND", meaning: "what to do", isRequired: false,
        choices: Command.Kind.allCases.map(\.rawValue)),
      OperandDefinition(name: "LEVEL", meaning: "with heater, fan and drum", isRequired: false),
    ],
    options: [
      OptionDefinition(name: "because", value: "TEXT", meaning: "the reason", isRequired: true),
      OptionDefinition(name: "plan", value: "FILE", meaning: "a sequence in place of KIND"),
      .word,
      OptionDefinition(name: "expires", value: "SECONDS", meaning: "from then on it is void"),
      OptionDefinition(name: "key", value: "KEY", meaning: "sent twice with it is proposed once"),
      OptionDefinition(name: "dry-run", meaning: "only the verdict and the rehearsal"),
      OptionDefinition(name: "wait", meaning: "until it has ended"),
    ] + OptionDefinition.asking,
    examples: [
      ("roast propose heater 7 --because \"stalling\"", "waits for approval at L3"),
      ("roast propose begin_roast --word beans_are_in --because \"charged\"", "one press of PRS"),
      ("roast propose fan 4 --because \"smoke\" --dry-run --json", "what would be said of it"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let body = try JSON.object(
      wish(arguments) + [
        ("because", JSON(arguments.value("because"))), ("words", arguments.words),
        (
          "expires_seconds",
          JSON(
            try arguments.number(
              "expires", in: 1...3600, expected: "seconds from 1 to 3600", of: "propose"))
        ),
        ("key", JSON(arguments.value("key"))), ("dry_run", .bool(arguments.has("dry-run"))),
      ])
    let client = try DaemonClient(arguments)
    let made = try client.document("POST", "/v1/proposals", body: body)
    guard arguments.has("wait"), !arguments.has("dry-run") else {
      return try ProposalText(made).answer(arguments)
    }
    return try ProposalText(ProposalWait(client).end(of: made)).answer(arguments)
  }

  private static func wish(_ arguments: Arguments) throws(Complaint) -> [(String, JSON)] {
    if let file = arguments.value("plan") {
      guard arguments.operands.isEmpty else {
        throw .usage("both KIND and --plan are given", definition)
      }
      let text = try FileBytes.read(file)
      guard let steps = try? JSON(reading: text), steps.arrayValue != nil else {
        throw Complaint(
          code: "bad_plan", happened: "\(file.printable) is no JSON list",
          next: "Give a list as [{\"kind\": \"heater\", \"level\": 6}].", exit: .usage)
      }
      return [("steps", steps)]
    }
    guard let kind = arguments.operands.first else {
      throw .usage("KIND is missing: what to do", definition)
    }
    guard let text = arguments.operands.dropFirst().first else {
      return [("kind", .string(kind))]
    }
    guard let level = Int(text) else {
      throw .usage("LEVEL is '\(text)'; expected a whole number", definition)
    }
    return [("kind", .string(kind)), ("level", JSON(level))]
  }
}

extension OptionDefinition {
  /// What a person says beside yes.
  static let word = OptionDefinition(
    name: "word", value: "beans_are_in|door_is_open",
    meaning: "what only somebody at the machine knows", isRepeatable: true)
  static let because = OptionDefinition(name: "because", value: "TEXT", meaning: "the reason")
}

extension Arguments {
  /// The words of `--word`.
  var words: JSON { .array(values("word").map(JSON.string)) }
}
