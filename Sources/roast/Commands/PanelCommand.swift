import Simulator

/// `roast panel`: the hands at a twin that lives in a process of its own.
enum PanelCommand {
  static let definition = CommandDefinition(
    name: "panel",
    summary: "Act at the panel of a twin that 'roast simulate --serve' keeps alive",
    discussion: [
      "Actions: prs; load GRAMS; open-door; close-door; preheat-again; target CELSIUS; knob heater, "
        + "fan or drum with a step (knob heater +1) or a level (knob fan 4)."
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do",
        choices: [
          "prs", "load", "open-door", "close-door", "preheat-again", "target", "knob",
        ]),
      OperandDefinition(name: "WORD", meaning: "its first word", isRequired: false),
      OperandDefinition(name: "WORD2", meaning: "its second word", isRequired: false),
    ],
    options: [
      OptionDefinition(
        name: "twin", value: "PATH", meaning: "the socket of the twin", isRequired: true), .json,
    ],
    examples: [("roast panel --twin /tmp/bullet load 400", "pours 400 g into the drum")],
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let path = arguments.value("twin") ?? ""
    do throws(ServedTwinError) {
      let answer = try ServedTwin.panel(path: path, words: arguments.operands)
      Console.out(answer + "\n")
      return .done
    } catch { throw Complaint(error, path: path) }
  }
}
