import Analysis
import Glibc
import Governor
import Roaster
import Shadow
import Simulator

/// `roast pilot`: follows a target through a roast, by proposals or by advice.
enum PilotCommand {
  static let definition = CommandDefinition(
    name: "pilot",
    summary: "Follow a target through a roast: advise who steers, or propose",
    discussion: [
      "The target is a JSON file (Specs/pilot.md) or a golden case, - for standard input, or the number of a roast to "
        + "repeat. The pilot plans with the forecast of the shadow and gives the numbers behind "
        + "each of its sentences. With --mode steer it proposes, as an agent with a token of its "
        + "own, and the level of autonomy says what becomes of that; with --mode advise it only "
        + "speaks, seldom. It asks for the beans to be loaded and dropped: people do that.",
      "It yields to a hand at the panel, and hands back with a message when the model does not "
        + "explain what is read. Ctrl-C ends it; the levels stay as they are.",
    ],
    options: [
      OptionDefinition(name: "target", value: "FILE|ROAST_ID", meaning: "what to follow"),
      OptionDefinition(
        name: "mode", value: "advise|steer", meaning: "default advise",
        suggestions: ["advise", "steer"]),
      OptionDefinition(
        name: "grams", value: "G", meaning: "the batch; default what the daemon was told, else 400"),
      OptionDefinition(name: "room", value: "C", meaning: "room temperature, default 22"),
      OptionDefinition(
        name: "machine", value: "m1|m2", meaning: "whose parameters, default m1",
        suggestions: ["m1", "m2"]),
      OptionDefinition(name: "check", meaning: "only say whether the target can be roasted"),
    ] + OptionDefinition.asking,
    examples: [
      ("roast pilot --target 12 --mode steer", "roast number 12 again"),
      ("roast pilot --target medium.json", "advice at the machine"),
      ("roast pilot --target medium.json --check", "exit 3 when it is refused, and why"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    let word = arguments.value("mode") ?? Steersman.Mode.advise.rawValue
    guard let mode = Steersman.Mode(rawValue: word) else {
      throw .usage("--mode is '\(word.printable)'; expected advise or steer", definition)
    }
    guard let place = arguments.value("target") else {
      throw .usage("--target is missing: what to follow", definition)
    }
    let options = try PilotOptions(arguments)
    if arguments.has("check"), Int64(place) == nil {
      return try check(try PilotTarget.read(place), options, arguments)
    }
    let client = try DaemonClient(arguments)
    let target = try PilotTarget.find(place, client)
    if arguments.has("check") { return try check(target, options, arguments) }
    let pass = try AgentPass(client, arguments)
    defer { pass.giveBack() }
    let flight = try PilotFlight(
      pass.client, target, mode: mode, options, inJSON: arguments.wantsJSON)
    return try await flight.fly()
  }

  /// Whether it can be roasted at all, before anything is hot.
  private static func check(
    _ target: Target, _ options: PilotOptions, _ arguments: Arguments
  ) throws(Complaint) -> ExitCode {
    let refusals = target.refusals(options.start(status: .null))
    let json = JSON.object([
      ("target", .string(target.name)), ("refused", .bool(!refusals.isEmpty)),
      ("reasons", .array(refusals.map(\.json))),
    ])
    let text =
      refusals.isEmpty
      ? "\(target.name): can be roasted.\n"
      : "\(target.name): refused.\n"
        + refusals.map { "  \($0.code.rawValue): \($0.text)\n" }.joined()
    let written = Console.answer(json, as: arguments, text: text)
    return written == .done && !refusals.isEmpty ? .refused : written
  }
}

/// What is said of the batch on the command line.
struct PilotOptions {
  let grams: Double?
  let room: Double
  let machine: MachineParameters

  init(_ arguments: Arguments) throws(Complaint) {
    grams = try arguments.number("grams", in: Batch.grams, of: "pilot")
    room = try arguments.number("room", in: -10...50, of: "pilot") ?? 22
    machine = try arguments.machine(of: "pilot") ?? .m1
  }

  /// What the pilot is told before the roast, from these and from how the daemon stands.
  func start(status: JSON) -> PilotStart {
    let told = status["batch"]?.fact("grams_in")
    let charge = status["reading"]?.fact("preheat_target_celsius") ?? PilotOptions.usualCharge
    return PilotStart(
      machine: machine, grams: grams ?? told ?? PilotOptions.usualGrams, roomCelsius: room,
      charge: Celsius(charge))
  }

  private static let usualGrams = 400.0
  private static let usualCharge = 230.0
}

/// The target that a word of the command line means.
enum PilotTarget {
  static func find(_ place: String, _ client: DaemonClient) throws(Complaint) -> Target {
    guard let id = Int64(place) else { return try read(place) }
    let roast = try client.document("GET", "/v1/roasts/\(id)")
    let name = roast.words("title") ?? "roast \(id)"
    let curve = RoastCurve(json: roast["curve"] ?? .null)
    guard let target = Target(following: curve, name: name) else {
      throw Complaint(
        code: "bad_target", happened: "roast \(id) was not seen from its charge to its drop",
        next: "'roast roasts' lists others.", exit: .usage)
    }
    return target
  }

  static func read(_ path: String) throws(Complaint) -> Target {
    let bytes = try FileBytes.read(path)
    do throws(TargetError) {
      // A golden case has its target inside.
      if let target = (try? JSON(reading: bytes))?["target"] {
        return try Target(target, at: "target")
      }
      return try Target(reading: bytes)
    } catch {
      throw Complaint(
        code: "bad_target", happened: "\(path.printable), \(error.place): \(error.problem)",
        next: "Specs/pilot.md describes a target.", exit: .usage)
    }
  }
}

/// The token that a pilot flies with: the one that was given, or one that is made for it and taken
/// back. A pilot is never more than an agent.
final class AgentPass {
  let client: DaemonClient
  private let owner: DaemonClient?
  private let token: Int64?

  init(_ client: DaemonClient, _ arguments: Arguments) throws(Complaint) {
    let caller = try client.document("GET", "/v1/session")
    switch caller.words("role") {
    case "agent":
      (self.client, owner, token) = (client, nil, nil)
    case "owner":
      let made = try client.document(
        "POST", "/v1/tokens",
        body: .object([("name", .string("pilot")), ("role", .string("agent"))]))
      owner = client
      token = made["id"]?.integerValue
      self.client = DaemonClient(socket: client.socket, token: made.words("token"))
    default:
      throw Complaint(
        code: "no_agent", happened: "a pilot needs an agent's token",
        next: "'roast token add --role agent --name pilot' makes one; give it in ROAST_TOKEN.",
        exit: .usage)
    }
  }

  /// Takes back the token that was made for it.
  func giveBack() {
    guard let owner, let token else { return }
    do throws(Complaint) {
      _ = try owner.document("DELETE", "/v1/tokens/\(token)")
    } catch {
      Console.error(
        "The pilot's token was not taken back (\(error.happened)): 'roast token revoke \(token)'.\n"
      )
    }
  }
}
