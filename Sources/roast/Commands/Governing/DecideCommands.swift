import Roaster

/// `roast approve`, `reject`, `veto` and `adopt`: what a person says to a proposal.
enum DecideCommands {
  static let all = [
    definition(
      "approve", "Let a proposal run",
      "It is judged again now, and runs at once if nothing stands "
        + "against it.", isYes: true),
    definition(
      "adopt", "Make an agent's recommendation one's own, and let it run",
      "For what an agent proposed at L2.", isYes: true),
    definition("reject", "Say no to a proposal", "It is over then.", isYes: false),
    definition(
      "veto", "Stop a proposal that would run by itself", "Within the time that L4 gives.",
      isYes: false),
  ]

  private static func definition(
    _ name: String, _ summary: String, _ discussion: String, isYes: Bool
  ) -> CommandDefinition {
    CommandDefinition(
      name: name, summary: summary, discussion: [discussion],
      operands: [OperandDefinition(name: "ID", meaning: "which proposal")],
      options: (isYes
        ? [.because, .word, OptionDefinition(name: "wait", meaning: "until it has ended")]
        : [.because]) + OptionDefinition.asking,
      examples: [("roast \(name) 12", summary.lowercased())],
      variables: DaemonPlace.socketVariables,
      files: DaemonPlace.socketFiles,
      run: { (arguments) async throws(Complaint) in
        try run(name, arguments, isYes: isYes)
      })
  }

  private static func run(
    _ decision: String, _ arguments: Arguments, isYes: Bool
  ) throws(Complaint) -> ExitCode {
    let id = try arguments.identifier(0, of: "proposals")
    var body: [(String, JSON)] = [("because", JSON(arguments.value("because")))]
    if isYes { body.append(("words", arguments.words)) }
    let client = try DaemonClient(arguments)
    var done = try client.document("POST", "/v1/proposals/\(id)/\(decision)", body: .object(body))
    if arguments.has("wait") { done = try ProposalWait(client).end(of: done) }
    if isYes { return try ProposalText(done).answer(arguments) }
    return Console.answer(done, as: arguments, text: ProposalText(done).text)
  }
}

extension Arguments {
  /// The operand at that place, as the number that a list shows.
  func identifier(_ place: Int, of list: String) throws(Complaint) -> Int64 {
    let text = place < operands.count ? operands[place] : ""
    guard let number = Int64(text), number > 0 else {
      throw Complaint(
        code: "usage", happened: "ID is '\(text.printable)'; expected a number of 'roast \(list)'",
        next: "'roast \(list)' lists them.", exit: .usage)
    }
    return number
  }
}
