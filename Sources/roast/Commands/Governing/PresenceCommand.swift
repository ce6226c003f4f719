import Glibc
import Roaster

/// `roast presence`: somebody is there.
enum PresenceCommand {
  static let definition = CommandDefinition(
    name: "presence",
    summary: "Say that you are there; L4 and L5 fall back to L3 without it",
    discussion: [
      "A person's sign of life is good for three minutes, an agent's for ten seconds. With --keep it "
        + "is given again and again until Ctrl-C; leave it running only while you are beside the "
        + "machine."
    ],
    options: [
      OptionDefinition(
        name: "keep", value: "SECONDS", meaning: "again each so many seconds, until Ctrl-C")
    ] + OptionDefinition.asking,
    examples: [("roast presence", "here for the next three minutes")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let pause = try arguments.number(
      "keep", in: 1...170, expected: "seconds from 1 to 170", of: "presence")
    while true {
      let done = try DaemonClient(arguments).document("POST", "/v1/presence")
      guard let pause else {
        return Console.answer(done, as: arguments, text: "You are there.\n")
      }
      usleep(UInt32(pause * 1e6))
    }
  }
}
