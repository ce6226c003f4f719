import Driver
import Roaster
import Simulator
import USB

/// `roast watch`: what the roaster is doing, live.
enum WatchCommand {
  static let definition = CommandDefinition(
    name: "watch",
    summary: "Show live what the roaster is doing",
    discussion: [
      "Only reads: nothing that moves anything is ever sent. A value is shown while it is true "
        + "and no longer: a reading older than 2 s is called stale and disappears. Unplug and "
        + "replug as you like; the connection comes back by itself.",
      "On a terminal it draws a picture; into a pipe it writes one line a second; with --json one "
        + "telemetry point a line, and one with nulls at every change of the link and once a "
        + "second while there are no readings.",
      "Without --device it watches through the daemon where one runs, and says so; else it opens "
        + "the roaster itself.",
    ],
    options: [.device, .socket, .token, .duration, .speed, .unit, .json],
    examples: [
      ("roast watch", "through the daemon, or the first roaster on the bus, until Ctrl-C"),
      ("roast watch --device replay:batch-12.rec --speed 20", "a recording, twenty times as fast"),
      ("roast watch --json --for 60 > minute.jsonl", "600 points for a program"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    let choice = try DeviceChoice(arguments, of: "watch")
    let pace = try arguments.pace(of: "watch")
    let duration = try arguments.seconds("for", of: "watch")
    let unit = try arguments.unit(of: "watch")
    if let client = try daemon(arguments) {
      return try await DaemonWatch.run(client, in: view(arguments, unit), for: duration)
    }
    switch choice {
    case .usb:
      return await watch(
        USBTransport(), serial: choice.serial, in: view(arguments, unit), for: duration,
        findHolders: DeviceNode.holdersOfRoasters)
    case .twin(let scenario):
      return await watch(
        Twin(scenario, pace: pace), serial: nil, in: view(arguments, unit), for: duration,
        provenance: "TWIN, made of software: \(scenario?.name ?? "warm and ready")")
    case .servedTwin(let path):
      return await watch(
        ServedTwin(path: path), serial: nil, in: view(arguments, unit), for: duration,
        provenance: "TWIN, made of software, at \(path)")
    case .replay(let path):
      let replay = Replay(try RecordingReader(path: path), pace: pace)
      let origin = "REPLAY of \(path) (\(replay.header.origin.rawValue))"
      let code = await watch(
        replay, serial: nil, in: view(arguments, unit), for: duration, provenance: origin)
      if let warning = replay.end?.warning { Console.error("roast: \(path): \(warning)\n") }
      return code
    }
  }

  /// The daemon to watch through: where it is asked for it must run, else it is used if it does.
  private static func daemon(_ arguments: Arguments) throws(Complaint) -> DaemonClient? {
    guard arguments.value("device") != nil else { return try DaemonClient(ifRunning: arguments) }
    guard arguments.value("socket") == nil else {
      throw Complaint(
        code: "usage", happened: "--socket and --device are two ways to watch",
        next: "Give one of them.", exit: .usage)
    }
    return nil
  }

  private static func view(_ arguments: Arguments, _ unit: TemperatureUnit) -> any WatchView {
    if arguments.wantsJSON { return JSONLinesView() }
    return Screen.isTerminal ? DashboardView(unit: unit) : TextLinesView(unit: unit)
  }

  private static func watch<Carrier: Transport>(
    _ transport: Carrier, serial: String?, in view: any WatchView, for duration: Double?,
    provenance: String? = nil, findHolders: @escaping () -> [String] = { [] }
  ) async -> ExitCode {
    let started = transport.now.monotonic
    var observer = DeviceObserver(
      now: transport.now, provenance: provenance, findHolders: findHolders)
    await SessionFeed.run(
      Session(serial: serial), over: transport, tickMilliseconds: view.tickMilliseconds
    ) { happening in
      guard let news = observer.take(happening) else { return false }
      if let duration, observer.observed.now.monotonic - started >= duration { return false }
      return view.show(observer.observed, after: news)
    }
    view.end(observer.observed)
    return observer.observed.points > 0 ? .done : ExitCode(without: observer.link.phase)
  }
}
