import Analysis
import Driver
import Roaster
import Store

/// Answers what is asked over HTTP: from the live state, from the archive, or by asking the loop.
public struct API: Sendable {
  let door: Door
  let archive: Archive
  let stream: EventStream
  let live: LiveBoard
  let desk: RequestDesk
  let facts: Facts

  /// An API before those.
  public init(
    _ door: Door, _ archive: Archive, _ stream: EventStream, _ window: ServiceWindow, _ facts: Facts
  ) {
    self.door = door
    self.archive = archive
    self.stream = stream
    live = window.board
    desk = window.desk
    self.facts = facts
  }

  /// Starts a pilot as a program of its own, and tells when it has ended.
  public typealias PilotLaunch =
    @Sendable (PilotOrder, _ whenEnded: @escaping @Sendable () -> Void) -> PilotLaunched

  /// What does not change while the daemon runs.
  public struct Facts: Sendable {
    let version: String
    let run: String
    let origin: Origin
    let started: WallTime
    let firstRoast: Int64
    let now: @Sendable () -> Moment
    let health: @Sendable () -> Health
    let examineStore: @Sendable () -> Void
    let databasePath: String
    let unit: TemperatureUnit?
    let pageAddresses: @Sendable () -> [String]
    let launchPilot: PilotLaunch?
    let goldenCases: @Sendable () -> [GoldenCase]
    let machine: String
    let roomCelsius: Double
    private let bornAt = OwnClock.milliseconds

    /// Since the daemon started.
    var uptimeSeconds: Double { Double(OwnClock.milliseconds - bornAt) / 1000 }

    /// `run` names this life of the daemon; `firstRoast` is the first that can begin in it; `now` is what the transport's clocks show; `unit` is what
    /// the page shows to who has not chosen; `pageAddresses` as `http://127.0.0.1:8760`; `goldenCases`
    /// are those that roasts can be judged by; `machine` is whose parameters the roaster has,
    /// in a room of `roomCelsius`.
    public init(
      version: String, run: String, origin: Origin, started: WallTime, firstRoast: Int64,
      now: @escaping @Sendable () -> Moment, health: @escaping @Sendable () -> Health,
      examineStore: @escaping @Sendable () -> Void,
      databasePath: String, unit: TemperatureUnit?,
      pageAddresses: @escaping @Sendable () -> [String], launchPilot: PilotLaunch? = nil,
      goldenCases: @escaping @Sendable () -> [GoldenCase] = { [] }, machine: String = "m1",
      roomCelsius: Double = 22
    ) {
      self.version = version
      self.run = run
      self.origin = origin
      self.started = started
      self.firstRoast = firstRoast
      self.now = now
      self.health = health
      self.examineStore = examineStore
      self.databasePath = databasePath
      self.unit = unit
      self.pageAddresses = pageAddresses
      self.launchPilot = launchPilot
      self.goldenCases = goldenCases
      self.machine = machine
      self.roomCelsius = roomCelsius
    }
  }

  /// The answer to a request, whatever it is.
  public func answer(_ request: HTTPRequest) -> Answer {
    do throws(APIError) {
      let (endpoint, found) = try Endpoint.match(request.method, request.path)
      if endpoint.role == nil { return try open(endpoint, found, request) }
      let caller = try door.access.identify(request).get()
      guard let least = endpoint.role, caller.role.includes(least) else {
        throw .forbidden(endpoint, role: caller.role)
      }
      let parameters = try Parameters(request.query, of: endpoint)
      return try self.answer(endpoint, found, parameters, request, caller)
    } catch {
      return .now(error.response)
    }
  }

  /// An answer that takes the disk, made by a worker.
  func worked(
    _ work: Answer.Work, _ make: @escaping @Sendable () throws(APIError) -> Answer
  ) -> Answer {
    .work(work) { respond in
      do throws(APIError) {
        try make().give(to: respond)
      } catch { respond(error.response) }
    }
  }

  private func read(_ make: @escaping @Sendable () throws(APIError) -> HTTPResponse) -> Answer {
    worked(.reading) { () throws(APIError) in .now(try make()) }
  }

  /// What is open to all.
  private func open(
    _ endpoint: Endpoint, _ found: [String], _ request: HTTPRequest
  ) throws(APIError) -> Answer {
    switch endpoint {
    case .health: .now(.json(.object([("status", .string("ok"))])))
    case .ready: .now(ready)
    case .logIn: try logIn(request)
    case .page: .now(try PageFile.named("index.html").response)
    default: .now(try PageFile.named(found.first ?? "").response)
    }
  }

  private func answer(
    _ endpoint: Endpoint, _ found: [String], _ parameters: Parameters, _ request: HTTPRequest,
    _ caller: Caller
  ) throws(APIError) -> Answer {
    switch endpoint {
    case .page, .pageFile, .health, .ready, .logIn: preconditionFailure("open to all")
    case .metrics: .now(.text(metrics, type: "text/plain; version=0.0.4; charset=utf-8"))
    case .status: .now(.json(status(for: caller)))
    case .pilot: .now(.json(.object([("pilot", live.now.pilot.json)])))
    case .hearPilot: try hearPilot(request, caller)
    case .startPilot: try startPilot(request)
    case .stopPilot: stopPilot()
    case .evaluations: read { () throws(APIError) in try evaluations(parameters) }
    case .keepEvaluation: try keepEvaluation(request, caller)
    case .outlook: .now(try outlook(parameters))
    case .stream: .stream(try subscription(request, caller))
    case .telemetry: read { () throws(APIError) in try telemetry(parameters) }
    case .roasts: read { () throws(APIError) in try roasts(parameters) }
    case .roast: read { () throws(APIError) in try roast(found[0], parameters) }
    case .export: read { () throws(APIError) in try export(found[0], parameters) }
    case .cases: .now(cases())
    case .verdict: read { () throws(APIError) in try verdict(found[0], parameters) }
    case .editRoast: worked(.changing) { () throws(APIError) in try edit(found[0], request) }
    case .mark: try mark(found[0], request, caller)
    case .unmark: try unmark(found[0], found[1], caller)
    case .batch: .now(.json(live.now.batch.json))
    case .setBatch: try setBatch(request)
    case .release: try release(request)
    case .attach: attach()
    case .makePageCode: .now(try makePageCode(request, caller))
    case .session: .now(session(caller, request))
    case .logOut: logOut(request)
    case .tokens: .now(tokens())
    case .addToken: try addToken(request)
    case .revokeToken: try revokeToken(found[0])
    case .vacuum: vacuum()
    case .proposals: read { () throws(APIError) in try proposals(parameters) }
    case .proposal: read { () throws(APIError) in try proposal(found[0]) }
    case .propose: try propose(request, caller)
    case .decide: try decide(found[0], found[1], request, caller)
    case .abort: abort(request, caller)
    case .reset: try reset(request, caller)
    case .autonomy: .now(.json(live.now.desk.standing))
    case .setAutonomy: try setAutonomy(request, caller)
    case .readiness: read { () throws(APIError) in try readiness(parameters) }
    case .presence: ask(.signOfLife, caller)
    case .commissioning: .now(.json(live.now.desk.commissioning))
    case .commission: try commission(request, caller)
    case .alarms: .now(.json(.object([("alarms", .array(live.now.desk.alarms))])))
    case .acknowledge: try acknowledge(found[0], caller)
    case .audit: read { () throws(APIError) in try audit(parameters) }
    case .auditVerification: read { () throws(APIError) in try auditVerification() }
    case .commandStatistics: read { () throws(APIError) in try commandStatistics(parameters) }
    }
  }
}

// MARK: - How things stand

extension API {
  /// What the clocks of the record show.
  var now: Moment { live.now.clock.recorded(facts.now()) }

  private func subscription(
    _ request: HTTPRequest, _ caller: Caller
  ) throws(APIError) -> EventStream.Subscription {
    let hello = JSON.object([
      ("run", .string(facts.run)), ("now", .string(now.wall.text)),
      ("speed", JSON(facts.origin.speed)), ("simulated", .bool(facts.origin.isSimulated)),
    ])
    return try door.subscription(
      of: caller, after: request.header("last-event-id"),
      greeting: [EventStream.Message("hello", hello.text)])
  }

  private var ready: HTTPResponse {
    let (state, health) = (live.now, facts.health())
    let isReady = state.link.isUp(at: facts.now()) && !health.isDegraded
    return .json(
      .object([
        ("ready", .bool(isReady)),
        ("link", state.link.json(at: facts.now())["state"] ?? .null),
        ("store", .string(health.isDegraded ? "degraded" : "ok")),
      ]), status: isReady ? 200 : 503)
  }

  private func status(for caller: Caller) -> JSON {
    let (state, now) = (live.now, facts.now())
    let isFresh = state.link.isUp(at: now)
    return .object([
      ("version", .string(facts.version)),
      ("now", .string(self.now.wall.text)),
      ("started", .string(facts.started.text)),
      ("uptime_seconds", JSON((facts.uptimeSeconds * 10).rounded() / 10)),
      ("device", .string(facts.origin.device)),
      ("simulated", .bool(facts.origin.isSimulated)),
      ("speed", JSON(facts.origin.speed)),
      ("unit", JSON(facts.unit?.rawValue)),
      (
        "model",
        .object([
          ("machine", .string(facts.machine)), ("room_celsius", .number(facts.roomCelsius)),
        ])
      ),
      ("link", state.link.json(at: now)),
      ("reading", isFresh ? state.reading?.json ?? .null : .null),
      ("roast", state.standing.json),
      ("batch", state.batch.json),
      ("store", facts.health().json(path: facts.databasePath)),
      ("autonomy", state.desk.standing),
      ("streams", JSON(stream.count)),
      (
        "caller",
        .object([("role", .string(caller.role.rawValue)), ("name", .string(caller.name))])
      ),
    ])
  }
}

extension Health {
  /// How the store fares, as people and programs read it.
  func json(path: String) -> JSON {
    .object([
      ("state", .string(isDegraded ? "degraded" : "ok")),
      ("problem", JSON(problem.map { "\($0.kind.rawValue): \($0.message)" })),
      ("pending", JSON(pending)),
      ("lost_points", JSON(lostPoints)),
      ("lost_events", JSON(lostOthers)),
      ("path", .string(path)),
      ("size_bytes", JSON(Int(bytes))),
      ("set_aside", JSON(setAside)),
      ("check", .string(check.name)),
    ])
  }
}

extension Health.Check {
  /// The name in JSON.
  fileprivate var name: String {
    switch self {
    case .running: "running"
    case .passed: "passed"
    case .unfinished: "unfinished"
    case .failed: "failed"
    }
  }
}
