import Roaster

/// `roast release`: leaves the roaster's USB device to other programs.
enum ReleaseCommand {
  static let definition = CommandDefinition(
    name: "release",
    summary: "Have the daemon leave the roaster to RoasTime or Artisan",
    discussion: [
      "The daemon runs on and records nothing until 'roast attach', or until the minutes are over."
    ],
    options: [
      OptionDefinition(
        name: "for", value: "MINUTES", meaning: "take it back after so long; default not by itself")
    ] + OptionDefinition.asking,
    examples: [("roast release --for 30", "half an hour for a firmware update")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let minutes = try arguments.number(
      "for", in: 0.1...1440, expected: "minutes from 0.1 to 1440", of: "release")
    let link = try DaemonClient(arguments).document(
      "POST", "/v1/link/release", body: .object(minutes.map { [("minutes", JSON($0))] } ?? []))
    let until = link.time("released_until").map { "until \($0.localText), or " } ?? ""
    return Console.answer(
      link, as: arguments,
      text: "The roaster is left to other programs \(until)until 'roast attach'.\n")
  }
}

extension Arguments {
  /// A number in a range.
  func number(
    _ option: String, in range: ClosedRange<Double>, expected: String, of command: String
  ) throws(Complaint) -> Double? {
    guard let text = value(option) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw .badValue(text, option: option, expected: expected, command)
    }
    return number
  }
}
