import Roaster

/// Why a command did not do what was asked, for people and for programs: what happened, what it
/// means for the roast, what to do next, and the exit code.
struct Complaint: Error, Equatable {
  /// For programs; stays.
  var code: String
  var happened: String
  var meaning: String?
  var next: String
  var exit = ExitCode.failed
  /// What programs may want to know of the case.
  var facts: [(key: String, value: JSON)] = []

  static func usage(_ problem: String, _ command: CommandDefinition) -> Complaint {
    Complaint(
      code: "usage", happened: problem,
      next: "\(HelpText.usage(of: command))\n'roast \(command.name) --help' says more.",
      exit: .usage)
  }

  static func badValue(
    _ text: String, option: String, expected: String, _ command: String
  ) -> Complaint {
    Complaint(
      code: "usage", happened: "--\(option) got '\(text)'; expected \(expected)",
      next: "'roast \(command) --help' says more.", exit: .usage)
  }

  /// For stderr.
  var text: String {
    (["roast: " + happened, meaning, next].compactMap { $0 }).joined(separator: "\n") + "\n"
  }

  /// For stderr under `--json`; the shape of an error in the API.
  var json: JSON {
    .object(
      [
        ("code", .string(code)),
        (
          "message",
          .string(
            [happened, meaning].compactMap { $0 }
              .joined(separator: "; "))
        ), ("hint", .string(next)),
      ] + facts)
  }

  static func == (left: Complaint, right: Complaint) -> Bool {
    left.text == right.text && left.exit == right.exit && left.json == right.json
  }
}
