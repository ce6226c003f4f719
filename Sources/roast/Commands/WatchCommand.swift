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
    ],
    options: [.device, .duration, .speed, .unit, .json],
    examples: [
      ("roast watch", "the first roaster on the bus, until Ctrl-C"),
      ("roast watch --device replay:batch-12.rec --speed 20", "a recording, twenty times as fast"),
      ("roast watch --json --for 60 > minute.jsonl", "600 points for a program"),
    ],
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    let choice = try DeviceChoice(arguments, of: "watch")
    let pace = try arguments.pace(of: "watch")
    let duration = try arguments.seconds("for", of: "watch")
    let unit = try arguments.unit(of: "watch")
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

  private static func view(_ arguments: Arguments, _ unit: TemperatureUnit) -> any WatchView {
    if arguments.wantsJSON { return JSONLinesView() }
    return Screen.isTerminal ? DashboardView(unit: unit) : TextLinesView(unit: unit)
  }

  private static func watch<Carrier: Transport>(
    _ transport: Carrier, serial: String?, in view: any WatchView, for duration: Double?,
    provenance: String? = nil, findHolders: @escaping () -> [String] = { [] }
  ) async -> ExitCode {
    let started = transport.now.monotonic
    var observed = Observation(
      now: transport.now, provenance: provenance, findHolders: findHolders)
    await SessionFeed.run(
      Session(serial: serial), over: transport, tickMilliseconds: view.tickMilliseconds
    ) { happening in
      guard observed.take(happening) else { return false }
      if let duration, observed.now.monotonic - started >= duration { return false }
      return view.show(observed, after: happening)
    }
    view.end(observed)
    return observed.points > 0 ? .done : ExitCode(without: observed.link.phase)
  }
}

/// Where a watcher's observation goes.
protocol WatchView: AnyObject {
  /// Shows what has changed; false when nobody looks any more.
  func show(_ observed: Observation, after happening: SessionFeed.Happening) -> Bool
  func end(_ observed: Observation)
  /// How often it wants to be shown what has not changed, so that ages grow.
  var tickMilliseconds: Int { get }
}

extension WatchView {
  var tickMilliseconds: Int { 500 }
}

/// What a watcher knows: the connection, the last reading, and the roast so far.
struct Observation {
  private(set) var now: Moment
  private(set) var link = Link()
  /// The programs that hold a busy roaster; looked up once each time it turns out to be busy.
  private(set) var holders: [String] = []
  private let findHolders: () -> [String]
  /// Said of what is not a live roaster: a recording.
  let provenance: String?
  /// The last valid point; its values are shown only while the link is up.
  private(set) var lastValid: Telemetry?
  private(set) var points = 0
  private(set) var machine = RoastMachine()
  private(set) var events: [RoastEvent] = []
  private(set) var trail = Trail()

  init(
    now: Moment, provenance: String? = nil, findHolders: @escaping () -> [String] = { [] }
  ) {
    self.now = now
    self.provenance = provenance
    self.findHolders = findHolders
  }

  /// What the state of the connection means, and what to do about it.
  var advice: LinkAdvice? { LinkAdvice(link, at: now.monotonic, holders: holders) }

  /// The connection in one word.
  var state: LinkState { link.state(at: now.monotonic) }

  /// Takes in what happened; false when a person asked for the end.
  mutating func take(_ happening: SessionFeed.Happening) -> Bool {
    switch happening {
    case .interrupted:
      return false
    case .tick(let moment):
      now = moment
    case .report(let report, let link, let moment):
      if link.phase == .busy, self.link.phase != .busy { holders = findHolders() }
      self.link = link
      now = moment
      if case .telemetry(let point) = report { take(point) }
    }
    return true
  }

  private mutating func take(_ point: Telemetry) {
    points += 1
    let new = machine.step(point)
    events.append(contentsOf: new)
    trail.take(point, after: new)
    if point.status.isValid { lastValid = point }
  }
}

/// The temperatures of the roast so far, one a second, for drawing.
struct Trail {
  struct Sample {
    var seconds: Double
    var bean: Celsius?
    var infrared: Celsius?
  }

  private(set) var samples: [Sample] = []
  private var zero: MonotonicTime?

  /// Two hours; a longer preheating slides out at the left.
  private static let limit = 7200

  mutating func take(_ point: Telemetry, after events: [RoastEvent]) {
    if zero == nil || events.contains(where: { $0.kind == .roastBegan }) {
      zero = point.moment.monotonic
      samples = []
    }
    guard let zero, point.status.isValid else { return }
    let seconds = point.moment.monotonic - zero
    if let last = samples.last, seconds - last.seconds < 1 { return }
    if samples.count == Self.limit { samples.removeFirst() }
    samples.append(
      Sample(seconds: seconds, bean: point.status.bean, infrared: point.status.infrared))
  }
}
