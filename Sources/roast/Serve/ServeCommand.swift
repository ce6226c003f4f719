import Daemon
import Driver
import Glibc
import Roaster
import Simulator
import Store
import USB

/// `roast serve`: the daemon.
enum ServeCommand {
  static let definition = CommandDefinition(
    name: "serve",
    summary: "Keep every roast and serve it live: the daemon",
    discussion: [
      "Stays in the foreground, reads the roaster ten times a second, keeps every roast in a "
        + "database and serves the page, the API and the other commands of 'roast'. It starts at L1, "
        + "at which nothing is sent that moves anything but an abort ('roast autonomy').",
      "It waits for the roaster and finds it again by itself. SIGTERM and SIGINT end it in order, "
        + "SIGUSR1 aborts the roast as 'roast abort' does, SIGHUP rereads the log level, the people, "
        + "the allowed hosts and the golden cases.",
      "A flag wins over the environment (ROAST_DEVICE, ROAST_DB, ...), that over the configuration "
        + "file, that over the default. '--check-config' shows what comes of it.",
    ],
    options: Configuration.options,
    examples: [
      ("roast serve", "the first roaster on the bus"),
      ("roast serve --device twin:medium --speed 10", "try it without a roaster"),
      ("roast serve --listen 127.0.0.1:8760", "with the page for a browser"),
      ("roast serve --check-config", "what it would do, and whether that can be"),
    ],
    variables: DaemonPlace.serviceVariables + DaemonPlace.socketVariables
      + DaemonPlace.databaseVariables,
    files: DaemonPlace.configurationFiles + DaemonPlace.databaseFiles + DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    if arguments.has("check-config") { return try check(arguments) }
    let configuration = try Configuration(arguments)
    let choice = try DeviceChoice(named: configuration.device, of: "serve")
    let pace = configuration.pace()
    switch choice {
    case .usb(let serial):
      let origin = Origin(
        device: configuration.device, isSimulated: false, speed: { 1 }, outlivesUs: true,
        clock: BootIdentity.current)
      return try await Serving(configuration, arguments, origin, serial: serial).run(
        over: USBTransport())
    case .twin(let scenario):
      let factor = pace.factor ?? 1
      let origin = Origin(
        device: configuration.device, isSimulated: true, speed: { factor }, outlivesUs: false,
        clock: BootIdentity.ofThisRun)
      let twin = Twin(scenario, pace: pace, started: .now)
      return try await Serving(configuration, arguments, origin).run(over: twin)
    case .servedTwin(let path):
      let twin = ServedTwin(path: path)
      let origin = Origin(
        device: configuration.device, isSimulated: true, speed: { twin.speed }, outlivesUs: true,
        clock: BootIdentity.ofThisRun)
      return try await Serving(configuration, arguments, origin).run(over: twin)
    case .replay(let path):
      let replay = Replay(try RecordingReader(path: path), pace: pace)
      let factor = pace.factor ?? 1
      let origin = Origin(
        device: configuration.device, isSimulated: replay.header.origin == .synthetic,
        speed: { factor }, outlivesUs: false, clock: BootIdentity.ofThisRun)
      return try await Serving(configuration, arguments, origin).run(over: replay)
    }
  }

  private static func check(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let configuration = try Configuration(checking: arguments).checkedHere()
    Console.out(arguments.wantsJSON ? configuration.json.text + "\n" : configuration.text)
    return configuration.problems.isEmpty ? .done : .usage
  }
}

/// What names a monotonic clock.
enum BootIdentity {
  /// The same from one start of the computer to the next.
  static var current: String {
    let bytes = (try? FileBytes.read("/proc/sys/kernel/random/boot_id")) ?? []
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }

  /// The same only in this process: a twin's clock begins with it.
  static let ofThisRun = "run-\(getpid())-\(WallTime.now.milliseconds)"
}

extension WallTime {
  /// What this computer's calendar says.
  static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
