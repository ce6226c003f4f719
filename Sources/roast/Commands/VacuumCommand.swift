import Glibc
import Roaster
import Store

/// `roast vacuum`: throws away what need not be kept.
enum VacuumCommand {
  static let definition = CommandDefinition(
    name: "vacuum",
    summary: "Make room in the database by the retention that is set",
    discussion: [
      "Raw frames, and points of telemetry between roasts, go when they are older than "
        + "'keep_frames_days' and 'keep_idle_days' of the configuration. Roasts and the audit never "
        + "go. A daemon that runs does it beside its work, by its own settings; else it is done here."
    ],
    options: [
      OptionDefinition(
        name: "config", value: "FILE", meaning: "without a daemon: the configuration file",
        environment: "ROAST_CONFIG")
    ] + DatabasePlace.options,
    examples: [("roast vacuum", "by the settings of the daemon")],
    variables: DaemonPlace.socketVariables + DaemonPlace.databaseVariables,
    files: DaemonPlace.configurationFiles + DaemonPlace.databaseFiles
      + DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  /// A large database takes its time.
  private static let longestSeconds = 3600.0

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    if arguments.value("db") == nil, var client = try DaemonClient(ifRunning: arguments) {
      client.seconds = longestSeconds
      let answer = try client.document("POST", "/v1/vacuum")
      return Console.answer(answer, as: arguments, text: "The daemon makes room.\n")
    }
    let configuration = try Configuration(arguments)
    let place = DatabasePlace(path: configuration.database)
    try place.require()
    try await sweep(place, configuration)
    var facts = stat()
    let size = stat(place.path, &facts) == 0 ? Int(facts.st_size) : nil
    return Console.answer(
      .object([
        ("status", .string("done")), ("database", .string(place.path)), ("bytes", JSON(size)),
      ]), as: arguments,
      text: "Made room in \(place.path)" + (size.map { "; it has \($0) bytes" } ?? "") + ".\n")
  }

  private static func sweep(
    _ place: DatabasePlace, _ configuration: Configuration
  ) async throws(Complaint) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = WallTime(milliseconds: Int64(time.tv_sec) * 1000)
    let retention = configuration.retention(at: now)
    do throws(StoreFault) {
      let (journal, _) = try Journal.open(
        path: place.path, settings: Journal.Settings(version: Version.number), now: now)
      let result = await withCheckedContinuation { done in
        journal.append([.vacuum(retention)]) { done.resume(returning: $0) }
      }
      journal.close()
      place.giveToOwner()
      try result.get()
    } catch { throw Complaint(error) }
  }
}
