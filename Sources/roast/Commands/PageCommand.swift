import Roaster

/// `roast page`: lets a browser in.
enum PageCommand {
  static let definition = CommandDefinition(
    name: "page",
    summary: "Show the address that lets a browser in, also as a QR code for a phone",
    discussion: [
      "The address holds a code that is good once, for ten minutes; the browser stays let in "
        + "afterwards. The daemon must listen on an address: 'roast serve --listen ADDRESS:PORT'; "
        + "0.0.0.0 is every one of this computer, and each is shown."
    ],
    options: [
      OptionDefinition(
        name: "role", value: "operator|viewer",
        meaning: "what the browser may do; default operator, who marks and edits")
    ] + OptionDefinition.asking,
    examples: [("roast page --role viewer", "for a guest's phone, who only looks")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let role = arguments.value("role") ?? "operator"
    guard ["operator", "viewer"].contains(role) else {
      throw .badValue(role, option: "role", expected: "operator or viewer", "page")
    }
    let made = try DaemonClient(arguments).document(
      "POST", "/v1/page-codes", body: .object([("role", .string(role))]))
    let addresses = made["urls"]?.arrayValue?.compactMap { $0.stringValue?.printable } ?? []
    guard !addresses.isEmpty else {
      throw Complaint(
        code: "no_page", happened: "the daemon listens on no address that a browser can reach",
        next: "Start it with 'roast serve --listen 127.0.0.1:8760', or set 'listen' in its "
          + "configuration.")
    }
    return Console.answer(
      made, as: arguments, text: text(addresses, minutes: made.fact("expires_in_seconds")))
  }

  private static func text(_ addresses: [String], minutes seconds: Double?) -> String {
    // A phone that is shown an address of this computer to itself would look for the page in itself.
    let far = addresses.first { !isLoopback($0) }
    var lines = addresses
    if let drawing = far.flatMap({ QRDrawing($0) }) { lines += [""] + drawing.lines + [""] }
    lines.append(
      "Good once, for \(seconds.map { trimmed($0 / 60) } ?? "a few") minutes."
        + (far == nil
          ? " Only browsers on this computer can reach it; 'roast serve --listen 0.0.0.0:PORT' is "
            + "for the rest of the house." : ""))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func isLoopback(_ address: String) -> Bool {
    ["http://127.", "http://localhost", "http://[::1]"].contains { address.hasPrefix($0) }
  }
}
