import CLinux
import Daemon
import Driver
import Glibc
import Roaster
import Shadow
import Store

/// One life of the daemon: from the preflight to the last byte on the disk.
struct Serving {
  private let configuration: Configuration
  private let origin: Origin
  private let serial: String?
  private let log: Log
  private let lines: LineWriter?
  private let notifier = ServiceNotifier()
  private let started = WallTime.now
  private let pageAddresses = PageAddresses()
  private let cases: CaseShelf
  /// The words that the daemon was started with, to be read again with the file.
  private let arguments: Arguments

  init(
    _ configuration: Configuration, _ arguments: Arguments, _ origin: Origin, serial: String? = nil
  ) {
    self.configuration = configuration
    self.arguments = arguments
    self.origin = origin
    self.serial = serial
    let lines = LineWriter { Console.error($0) }
    self.lines = lines
    log = Log(
      level: configuration.level, forJournal: Environment.value("JOURNAL_STREAM") != nil
    ) { line in
      guard let lines else { return Console.error(line) }
      lines.append(line)
    }
    cases = CaseShelf(log: log)
  }

  /// Serves until a signal ends it. What cannot work is said before anything is begun.
  func run<Carrier: Transport>(over transport: Carrier) async throws(Complaint) -> ExitCode {
    clinux_return_memory()
    try checkClock()
    let lock = origin.outlivesUs ? DeviceLock(device: configuration.device) : nil
    if lock == nil, origin.outlivesUs { throw .alreadyServed(configuration.device) }
    let preflight = try Preflight(configuration)
    let (journal, opening) = try openJournal()
    let archive = Archive(path: configuration.database, longestSeconds: Self.longestQuerySeconds)
    let run = EventStream.name(ofRun: opening.run)
    let stream = EventStream(run: run)
    let door = Door(access(preflight.people, opening, journal), stream)
    let hook = configuration.onEvent.flatMap { EventHook(command: $0, log: log) }
    var service = Service(
      chronicle(opening, archive), DeskOpening(opening.desk), over: transport,
      ServiceParts(
        serial: serial, journal: journal, stream: stream, log: log, hook: hook,
        retention: { [configuration] in configuration.retention(at: .now) },
        databasePath: configuration.database,
        signOfLife: { [notifier] in _ = notifier?.watchdog() },
        foresight: TwinForesight(
          machine: configuration.machine, roomCelsius: configuration.room),
        shadow: RoastShadow(
          machine: configuration.machine, roomCelsius: configuration.room,
          crackMarks: { Self.crackMarks(of: $0, in: archive) })))
    cases.fill(from: configuration.cases)
    let facts = API.Facts(
      version: Version.number, run: run, origin: origin, started: started,
      firstRoast: opening.nextRoast, now: { transport.now }, health: { journal.health },
      examineStore: { journal.examine() }, databasePath: configuration.database,
      unit: configuration.unit,
      pageAddresses: { [pageAddresses] in pageAddresses.value },
      launchPilot: pilotLaunch(at: preflight.listeners),
      goldenCases: { [cases] in cases.all }, machine: configuration.machine.name,
      roomCelsius: configuration.room)
    let api = API(door, archive, stream, service.window, facts)
    let server = try serve(api, door, at: preflight.listeners)
    pageAddresses.allow(configuration.allowedHosts)
    pageAddresses.listen(server.listeners)
    watchSignals(
      reread: { [self] in reread(into: door) }, abort: service.abort, end: service.end)
    try announceReadiness(server.listeners, opening)
    await service.run()
    notifier?.stopping()
    stream.stop()
    server.stop()
    hook?.stop()
    archive.close()
    journal.close()
    if let file = configuration.readyFile { unlink(file) }
    _ = consume lock
    log(.notice, "stopped")
    lines?.flush(milliseconds: 200)
    return .done
  }
}

// MARK: - Preflight

extension Serving {
  /// Before the year in which this was written the clock is not set, and roasts would be kept under
  /// times that never were.
  private func checkClock() throws(Complaint) {
    guard started.milliseconds < Self.earliest else { return }
    throw Complaint(
      code: "clock_not_set", happened: "this computer believes that it is \(started.text)",
      next: "Set the clock, or wait until the network has set it, and start again.")
  }

  private static let earliest: Int64 = 1_767_225_600_000
  /// Shorter than `Limits.answerSeconds`, so that whoever asks hears why.
  private static let longestQuerySeconds = 10.0

  private func openJournal() throws(Complaint) -> (Journal, Opening) {
    try Folder.make(around: configuration.database)
    let opened: (Journal, Opening)
    do throws(StoreFault) {
      opened = try Journal.open(
        path: configuration.database, settings: Journal.Settings(version: Version.number),
        now: started)
    } catch { throw Complaint(error) }
    if let file = opened.1.setAside {
      log(.error, "database_set_aside", [("was_damaged", file), ("fresh", configuration.database)])
    }
    if opened.1.wasUnclean { log(.notice, "last_run_did_not_end_in_order") }
    return opened
  }

  private func access(
    _ people: Set<UInt32>, _ opening: Opening, _ journal: Journal
  ) -> Access {
    let keyring = Keyring(
      opening.tokens.compactMap(Keyring.Key.init), lastID: opening.nextToken - 1
    ) { id, at in journal.append([.tokenUsed(id: id, at: at)]) }
    let (cookie, entries) = SessionCookie.own(opening.settings)
    journal.append(entries)
    return Access(
      people: people, allowedHosts: Set(configuration.allowedHosts), keyring: keyring,
      cookie: cookie)
  }

  private func chronicle(_ opening: Opening, _ archive: Archive) -> Chronicle {
    let unfinished = opening.openRoast.map { roast in
      Unfinished(roast, (try? archive.replay(of: roast.row.id)) ?? [])
    }
    return Chronicle(opening, origin: origin, advice: LinkAdvice.forDaemon, unfinished: unfinished)
  }

  /// BT at the first cracks that people marked in those beans; what cannot be read teaches nothing.
  private static func crackMarks(of beans: String?, in archive: Archive) -> [Double] {
    guard let beans, let marks = try? archive.crackMarks() else { return [] }
    return marks.filter { $0.beans == beans }.map(\.bean.degrees)
  }

  /// Nil where no socket is there for it to come by.
  private func pilotLaunch(at listeners: [Listener]) -> API.PilotLaunch? {
    for case .unix(let path) in listeners {
      let launcher = PilotLauncher(
        socket: path, machine: configuration.machine, roomCelsius: configuration.room, log: log)
      return { launcher.launch($0, whenEnded: $1) }
    }
    return nil
  }

  private func serve(
    _ api: API, _ door: Door, at listeners: [Listener]
  ) throws(Complaint) -> HTTPServer {
    let mode: mode_t = getuid() == 0 ? 0o750 : 0o700
    for case .unix(let path) in listeners { try Folder.make(around: path, mode: mode) }
    // Again, now that it is there: it may have been made meanwhile, and not by us.
    try configuration.checkSocketFolder()
    do throws(ServerFault) {
      return try HTTPServer(
        listeners: listeners, limits: configuration.limits,
        client: { door.access.client(of: $0) }, isUrgent: { API.isUrgent($0) },
        handler: { api.answer($0) })
    } catch { throw Complaint(error) }
  }
}

// MARK: - While it runs

extension Serving {
  private func watchSignals(
    reread: @escaping @Sendable () -> Void, abort: @escaping @Sendable () -> Void,
    end: @escaping @Sendable () -> Void
  ) {
    let notifier = notifier
    EndSignals.watch { (signal: Int32) in
      if signal == SIGUSR1 { return abort() }
      guard signal == SIGHUP else {
        Console.stopWaiting()
        return end()
      }
      notifier?.reloading()
      reread()
      notifier?.ready()
    }
  }

  /// The log's level, the people, the allowed hosts and the golden cases may change while it runs.
  private func reread(into door: Door) {
    do throws(Complaint) {
      let fresh = try Configuration(arguments)
      let people = try fresh.userIDs()
      log.setLevel(fresh.level)
      door.admit(people: people, hosts: Set(fresh.allowedHosts))
      pageAddresses.allow(fresh.allowedHosts)
      cases.fill(from: fresh.cases)
      log(.notice, "configuration_reread")
    } catch { log(.error, "configuration_not_reread", [("problem", error.happened)]) }
  }

  private func announceReadiness(
    _ listeners: [Listener], _ opening: Opening
  ) throws(Complaint) {
    if let file = configuration.readyFile {
      let facts = JSON.object([
        ("process", JSON(Int(getpid()))), ("run", .integer(opening.run)),
        ("listening", .array(listeners.map { .string("\($0)") })),
      ])
      try ReadyFile.write(facts.text + "\n", to: file)
    }
    notifier?.ready()
    log(
      .notice, "serving",
      [
        ("device", configuration.device), ("database", configuration.database),
        ("listening", listeners.map(\.description).joined(separator: " ")),
      ])
  }
}

extension Complaint {
  fileprivate static func alreadyServed(_ device: String) -> Complaint {
    Complaint(
      code: "already_served", happened: "another daemon serves \(device.printable) already",
      next: "'roast status' asks it; end it before you start another.")
  }
}
