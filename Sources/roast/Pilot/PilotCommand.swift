import Analysis
import Evaluation
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
        + "speaks, seldom. --mode schedule proposes the levels of that roast or case at their moments, "
        + "without a look at what becomes of it. It asks for the beans to be loaded and dropped: people do that.",
      "It yields to a hand at the panel, and who plans hands back with a message when the model does "
        + "not explain what is read. Ctrl-C ends it; the levels stay as they are.",
    ],
    options: [
      OptionDefinition(name: "target", value: "FILE|ROAST_ID", meaning: "what to follow"),
      OptionDefinition(
        name: "mode", value: "advise|steer|schedule", meaning: "default advise",
        suggestions: PilotMode.allCases.map(\.rawValue)),
      OptionDefinition(
        name: "grams", value: "G", meaning: "the batch; default what the daemon was told, else 400"),
      OptionDefinition(
        name: "room", value: "C", meaning: "room temperature; default the daemon's, else 22"),
      OptionDefinition(
        name: "machine", value: "m1|m2", meaning: "whose parameters; default the daemon's, else m1",
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
    let word = arguments.value("mode") ?? PilotMode.advise.rawValue
    guard let mode = PilotMode(rawValue: word) else {
      throw .usage("--mode is '\(word.printable)'; expected advise, steer or schedule", definition)
    }
    guard let place = arguments.value("target") else {
      throw .usage("--target is missing: what to follow", definition)
    }
    let options = try PilotOptions(arguments)
    let written = Int64(place) == nil ? try PilotTarget.read(place) : nil
    if arguments.has("check"), let written { return try check(written.target, options, arguments) }
    try written?.mustHaveLevels(for: mode, place)
    let client = try DaemonClient(arguments)
    let found = if let written { written } else { try PilotTarget.find(place, client) }
    if arguments.has("check") { return try check(found.target, options, arguments) }
    try found.mustHaveLevels(for: mode, place)
    let pass = try AgentPass(client, arguments)
    defer { pass.giveBack() }
    let flight = try PilotFlight(
      pass.client, found, mode: mode, options, inJSON: arguments.wantsJSON)
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
  let room: Double?
  let machine: MachineParameters?

  init(_ arguments: Arguments) throws(Complaint) {
    grams = try arguments.number("grams", in: Batch.grams, of: "pilot")
    room = try arguments.number("room", in: -10...50, of: "pilot")
    machine = try arguments.machine(of: "pilot")
  }

  /// What the pilot is told before the roast, from these and from how the daemon stands.
  func start(status: JSON) -> PilotStart {
    let told = status["batch"]?.fact("grams_in")
    let charge = status["reading"]?.fact("preheat_target_celsius") ?? PilotOptions.usualCharge
    let model = status["model"]
    return PilotStart(
      machine: machine ?? model?.words("machine").flatMap(MachineParameters.named) ?? .m1,
      grams: grams ?? told ?? PilotOptions.usualGrams,
      roomCelsius: room ?? model?.fact("room_celsius") ?? PilotOptions.usualRoom,
      charge: Celsius(charge))
  }

  private static let usualGrams = 400.0
  private static let usualRoom = 22.0
  private static let usualCharge = 230.0
}

/// What a pilot does.
enum PilotMode: String, CaseIterable {
  /// Says what to do, seldom.
  case advise
  /// Proposes what brings the roast to its target.
  case steer
  /// Proposes the levels of another roast, without a look at what becomes of it.
  case schedule

  /// The pilot of that mode.
  func pilot(
    _ found: PilotTarget, _ start: PilotStart, past: [Rehearsal.Sample]
  ) -> any Pilot {
    switch self {
    case .advise: Steersman(target: found.target, start: start, mode: .advise, past: past)
    case .steer: Steersman(target: found.target, start: start, mode: .steer, past: past)
    case .schedule: ScheduleClerk(plan: found.plan, target: found.target, start: start)
    }
  }
}

/// The target that a word of the command line means, and the levels that came with it.
struct PilotTarget {
  let target: Target
  var plan = LevelPlan()

  /// The roast of that number.
  static func find(_ id: String, _ client: DaemonClient) throws(Complaint) -> PilotTarget {
    let roast = try client.document("GET", "/v1/roasts/\(id)")
    let name = roast.words("title") ?? "roast \(id)"
    let curve = RoastCurve(json: roast["curve"] ?? .null)
    guard let target = Target(following: curve, name: name) else {
      throw Complaint(
        code: "bad_target", happened: "roast \(id) was not seen from its charge to its drop",
        next: "'roast roasts' lists others.", exit: .usage)
    }
    return PilotTarget(target: target, plan: LevelPlan(replaying: curve))
  }

  /// A schedule that is empty cannot be played.
  func mustHaveLevels(for mode: PilotMode, _ place: String) throws(Complaint) {
    guard mode == .schedule, plan.steps.isEmpty else { return }
    throw Complaint(
      code: "no_schedule", happened: "\(place.printable) has no levels that could be played",
      next: "Name a roast or a golden case, or --mode steer.", exit: .usage)
  }

  static func read(_ path: String) throws(Complaint) -> PilotTarget {
    let bytes = try FileBytes.read(path)
    do throws(TargetError) {
      // A golden case has its target inside.
      if let json = try? JSON(reading: bytes), let target = json["target"] {
        return PilotTarget(
          target: try Target(target, at: "target"),
          plan: json["commands"] == nil ? LevelPlan() : try GoldenCase(reading: bytes).plan)
      }
      return PilotTarget(target: try Target(reading: bytes))
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
