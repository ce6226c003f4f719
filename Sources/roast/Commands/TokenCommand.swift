import Roaster

/// `roast token`: who may ask the daemon from elsewhere.
enum TokenCommand {
  static let definition = CommandDefinition(
    name: "token",
    summary: "Make, list and revoke the tokens of programs and of other computers",
    discussion: [
      "A token is shown once, when it is made; the daemon keeps only its hash. A viewer reads, an "
        + "agent reads and proposes, an operator marks, edits and approves as a person does. Only the "
        + "people of this machine may use this command, over the daemon's socket. The list also has the "
        + "browsers that 'roast page' let in."
    ],
    operands: [
      OperandDefinition(name: "ACTION", meaning: "what to do", choices: ["add", "list", "revoke"]),
      OperandDefinition(name: "ID", meaning: "with revoke: which", isRequired: false),
    ],
    options: [
      OptionDefinition(
        name: "role", value: "viewer|agent|operator", meaning: "with add: what it may do"),
      OptionDefinition(name: "name", value: "NAME", meaning: "with add: what it is for"),
    ] + OptionDefinition.asking,
    examples: [
      ("roast token add --role viewer --name kitchen", "prints the token, once"),
      ("roast token revoke 3", "from now on it is worth nothing"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let action = arguments.operands[0]
    let identifier = arguments.operands.dropFirst().first
    if action != "revoke", let identifier {
      throw .usage("unexpected word '\(identifier)'", definition)
    }
    for option in ["role", "name"] where (arguments.value(option) == nil) == (action == "add") {
      throw .usage(
        action == "add" ? "--\(option) is missing" : "--\(option) is for 'roast token add'",
        definition)
    }
    switch action {
    case "add": return try add(arguments)
    case "list": return try list(arguments)
    default:
      guard let identifier else { throw .usage("ID is missing: which token", definition) }
      return try revoke(identifier, arguments)
    }
  }

  private static func add(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let role = arguments.value("role") ?? ""
    guard ["viewer", "agent", "operator"].contains(role) else {
      throw .badValue(role, option: "role", expected: "viewer, agent or operator", "token")
    }
    let made = try DaemonClient(arguments).document(
      "POST", "/v1/tokens",
      body: .object([("name", JSON(arguments.value("name"))), ("role", .string(role))]))
    let number = made.count("id").map { "\($0)" } ?? "?"
    return Console.answer(
      made, as: arguments,
      text: (made.words("token") ?? "?") + "\n"
        + "This is \(role) token \(number). It is shown this once; give it as --token or "
        + "ROAST_TOKEN.\n")
  }

  private static func list(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let found = try DaemonClient(arguments).document("GET", "/v1/tokens")
    var table = TextTable(["ID", "KIND", "ROLE", "NAME", "MADE", "LAST USED", "ENDS"])
    for token in found["tokens"]?.arrayValue ?? [] {
      table.add([
        token.count("id").map { "\($0)" } ?? "?", token.words("kind") ?? "token",
        token.words("role") ?? "?", token.words("name") ?? "",
        token.time("created")?.localText ?? "", token.time("last_used")?.localText ?? "never",
        token.time("expires")?.localText ?? "never",
      ])
    }
    return Console.answer(
      found, as: arguments,
      text: table.isEmpty ? "There are no tokens; 'roast token add' makes one.\n" : table.text)
  }

  private static func revoke(
    _ identifier: String, _ arguments: Arguments
  ) throws(Complaint) -> ExitCode {
    guard let number = Int64(identifier), number > 0 else {
      throw .usage("ID is '\(identifier)'; expected a number of 'roast token list'", definition)
    }
    let done = try DaemonClient(arguments).document("DELETE", "/v1/tokens/\(number)")
    return Console.answer(
      done, as: arguments, text: "Token \(number) is revoked: it is worth nothing any more.\n")
  }
}
