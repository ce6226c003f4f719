import Driver
import Glibc
import Roaster
import Simulator

/// `roast simulate`: roasts on the twin.
enum SimulateCommand {
  static let definition = CommandDefinition(
    name: "simulate",
    summary: "Roast on the twin, a Bullet R1 made of software",
    discussion: [
      "With --scenario a whole roast, through bytes and session, with an operator who acts by "
        + "script. With --schedule open loop: the levels of a file act on a charged machine, from "
        + "the charge to 20 s after the drop, with no firmware between.",
      "Not to be trusted: the drum level (9 in every roast the model was fitted on), the exhaust, "
        + "fan levels above 5 while roasting, batches far from 400 g, absolute watts. "
        + "Specs/physics.md says how well the rest follows real roasts.",
    ],
    options: [
      OptionDefinition(
        name: "scenario", value: "NAME|FILE",
        meaning: "a shipped scenario (default medium) or a JSON file (Specs/scenario.md)",
        suggestions: ShippedScenarios.names),
      OptionDefinition(name: "list", meaning: "list the shipped scenarios"),
      OptionDefinition(
        name: "schedule", value: "FILE.csv",
        meaning: "open loop: columns t_s,power,fan,drum, and volt where there is one"),
      OptionDefinition(name: "grams", value: "G", meaning: "with --schedule: batch, default 400"),
      OptionDefinition(
        name: "charge-ibts", value: "C", meaning: "with --schedule: IBTS at charge, default 230"),
      OptionDefinition(
        name: "charge-bt", value: "C", meaning: "with --schedule: BT at charge, default 156"),
      OptionDefinition(name: "room", value: "C", meaning: "room temperature, default 22"),
      OptionDefinition(
        name: "machine", value: "m1|m2", meaning: "whose parameters; also note-m1, note-m2",
        suggestions: ["note-m1", "note-m2"]),
      OptionDefinition(
        name: "kappa", value: "K", meaning: "with --schedule: the bean's heat factor, default 1"),
      OptionDefinition(
        name: "drop-at", value: "S",
        meaning: "with --schedule: default its DROP event, else its last row"),
      OptionDefinition(name: "seed", value: "N", meaning: "whence every random number; default 1"),
      OptionDefinition(
        name: "noise", value: "on|off",
        meaning: "of the sensors; default on, with --schedule off"),
      OptionDefinition(
        name: "out", value: "FILE.csv|.json", meaning: "a row a second, inner temperatures too"),
      OptionDefinition(name: "plot", value: "FILE.svg", meaning: "the curve, drawn"),
      OptionDefinition(
        name: "record", value: "FILE",
        meaning: "with --scenario: a recording that 'roast watch --device replay:' plays"),
      OptionDefinition(
        name: "serve", value: "unix:PATH",
        meaning: "a twin in this process, for 'roast watch --device twin@PATH' elsewhere"),
      OptionDefinition(
        name: "usbip", value: "ADDRESS:PORT",
        meaning: "the twin as a USB device, for 'usbip attach'; as 127.0.0.1:3240"),
      OptionDefinition(
        name: "speed", value: "N|max",
        meaning: "times as fast as the wall; default max, with --serve and --usbip 1"),
      .unit, .json,
    ],
    examples: [
      ("roast simulate --scenario medium --plot roast.svg", "a medium roast, drawn"),
      (
        "roast simulate --schedule plan.csv --drop-at 520 --out plan-simulated.csv",
        "what these levels would do"
      ),
    ],
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    if arguments.has("list") { return try list(arguments) }
    let options = try SimulationOptions(arguments)
    if let address = arguments.value("usbip") {
      return try TwinService.usbip(address, options, arguments)
    }
    if let path = arguments.value("serve") {
      return try TwinService.unixSocket(path, options, arguments)
    }
    let outputs = try SimulationOutputs(arguments)
    let simulation =
      try arguments.value("schedule").map { path throws(Complaint) in
        try follow(path, options, arguments)
      }
    if let simulation { return try outputs.write(simulation, options, arguments) }
    return try outputs.write(try await play(options, outputs, arguments), options, arguments)
  }

  private static func list(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    var rows: [(name: String, title: String)] = []
    for name in ShippedScenarios.names {
      rows.append((name, try Scenario(nameOrPath: name).title))
    }
    if arguments.wantsJSON {
      let items = rows.map {
        JSON.object([("name", .string($0.name)), ("title", .string($0.title))])
      }
      Console.out(JSON.array(items).text + "\n")
    } else {
      let width = rows.map(\.name.count).max() ?? 0
      for row in rows {
        let gap = String(repeating: " ", count: width - row.name.count + 2)
        Console.out(row.name + gap + row.title + "\n")
      }
    }
    return .done
  }

  private static func play(
    _ options: SimulationOptions, _ outputs: SimulationOutputs, _ arguments: Arguments
  ) async throws(Complaint) -> Simulation {
    let pace =
      arguments.value("speed") == nil ? Pace.unlimited : try arguments.pace(of: "simulate")
    let scenario = try options.scenario()
    let twin = Twin(
      scenario.workshop(seed: options.seed, isNoisy: options.isNoisy ?? true), pace: pace,
      endingAfter: scenario.limitSeconds, endsWithScript: true)
    let progress = Progress()
    guard let file = outputs.recording else {
      return await Simulation.play(scenario, over: twin, twin: twin) { progress.show($2) }
    }
    let recorder = Recorder(twin, origin: .synthetic, program: Version.program) { file.append($0) }
    let simulation = await Simulation.play(scenario, over: recorder, twin: twin) {
      if let identity = $1.identification { recorder.identified(identity) }
      progress.show($2)
    }
    recorder.finish()
    return simulation
  }

  private static func follow(
    _ path: String, _ options: SimulationOptions, _ arguments: Arguments
  ) throws(Complaint) -> Simulation {
    if arguments.value("record") != nil {
      throw Complaint(
        code: "usage", happened: "--record needs a scenario: a schedule passes no bytes",
        next: "Leave --record out, or use --scenario.", exit: .usage)
    }
    let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
    let schedule: Schedule
    do throws(Schedule.Refusal) {
      schedule = try Schedule(csv: text)
    } catch {
      throw Complaint(
        code: "bad_schedule", happened: "\(path), line \(error.line): \(error.problem)",
        next: "Columns t_s,power,fan,drum; volt where there is one; t_s 0 is the charge.",
        exit: .usage)
    }
    let start = try options.start(schedule)
    do throws(PhysicsError) {
      return try Simulation.follow(
        schedule, start, machine: options.machine ?? .m1, seed: options.seed,
        isNoisy: options.isNoisy ?? false)
    } catch {
      throw Complaint(
        code: "bad_schedule", happened: "the physics refused: \(error)",
        next: "Check --grams and --kappa.", exit: .usage)
    }
  }

  /// How far the roast has come, on a terminal.
  private final class Progress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shown = -60.0

    func show(_ seconds: Double) {
      guard isTerminal, seconds - shown >= 60 else { return }
      shown = seconds
      Console.error("\r\u{1B}[Ksimulated \(ClockText.minutes(Int(seconds)))\r")
    }

    deinit { if isTerminal { Console.error("\r\u{1B}[K") } }
  }
}
