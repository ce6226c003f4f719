import Analysis
import Driver
import Roaster
import Simulator

/// What a simulated roast showed, and what it truly was.
struct Simulation {
  /// One second of it.
  struct Row {
    /// From the beginning of the first roast; negative before it.
    var seconds: Double
    var shown: WireStatus
    var physics: Physics
  }

  /// What is said of it.
  let title: String
  let machine: MachineParameters
  let grams: Double
  /// Once a second, as the roaster showed it: the firmware's 25.0 included.
  private(set) var rows: [Row] = []
  /// A curve a batch.
  private(set) var curves: [RoastCurve] = []
  private(set) var failures = 0
  private(set) var points = 0

  private var roastMachine = RoastMachine()
  private var recorder = CurveRecorder()
  private var began: MonotonicTime?
  private var lastRow: MonotonicTime?

  init(title: String, machine: MachineParameters, grams: Double) {
    self.title = title
    self.machine = machine
    self.grams = grams
  }

  /// Takes a poll and the physics behind it.
  mutating func take(_ point: Telemetry, physics: () -> Physics) {
    points += 1
    let news = roastMachine.step(point)
    if let finished = recorder.step(point, news, roastMachine.progress) { curves.append(finished) }
    guard point.status.isValid else { return }
    let now = point.moment.monotonic
    if began == nil, let start = roastMachine.progress.began { began = start }
    if let lastRow, now - lastRow < 1 - 1e-6 { return }
    lastRow = lastRow.map { $0.advanced(milliseconds: 1000) } ?? now
    if let last = lastRow, now - last > 1 { lastRow = now }
    rows.append(
      Row(
        seconds: now - MonotonicTime(nanoseconds: 0), shown: WireStatus(point.frame),
        physics: physics()))
  }

  mutating func noteFailure() { failures += 1 }

  /// Nothing more comes.
  mutating func finish() {
    curves.append(recorder.curve)
    let zero = (began ?? MonotonicTime(nanoseconds: 0)) - MonotonicTime(nanoseconds: 0)
    for index in rows.indices { rows[index].seconds -= zero }
  }
}

// MARK: - Two ways to simulate

extension Simulation {
  /// Plays a scenario through bytes and session.
  static func play<Carrier: Transport>(
    _ scenario: Scenario, over transport: Carrier, twin: Twin,
    watch: (Session.Report, Link, Double) -> Void
  ) async -> Simulation {
    var simulation = Simulation(
      title: scenario.title, machine: scenario.machine, grams: scenario.grams)
    var runner = SessionRunner(Session(), over: transport)
    await runner.run { report, link in
      switch report {
      case .telemetry(let point):
        simulation.take(point) { twin.bullet.physics }
        watch(report, link, point.moment.monotonic - MonotonicTime(nanoseconds: 0))
      case .failure: simulation.noteFailure()
      case .linkChanged: watch(report, link, 0)
      }
    }
    simulation.finish()
    return simulation
  }

  /// Open loop: a schedule's levels act on a charged machine, with no firmware between.
  static func follow(
    _ schedule: Schedule, _ start: OpenLoopRun.Start, machine: MachineParameters, seed: UInt64,
    isNoisy: Bool
  ) throws(PhysicsError) -> Simulation {
    var simulation = Simulation(
      title: "schedule", machine: machine, grams: start.batch.grams)
    let record = RoastRecord(schedule, until: start.dropSeconds + 20)
    var sensors = OpenLoopSensors(seed: seed, isNoisy: isNoisy)
    var sequence: UInt64 = 0
    func show(_ seconds: Double, _ physics: Physics, _ state: RoasterState) {
      let levels = schedule.row(at: max(0, seconds))
      let wire = sensors.status(physics, levels, state: state, seconds: seconds)
      let moment = Moment(
        monotonic: MonotonicTime(seconds: seconds + 10),
        wall: WallTime(milliseconds: 1_750_000_000_000 + Int64(seconds * 1000)))
      simulation.take(Telemetry(sequence: sequence, moment: moment, frame: wire.frame)) { physics }
      sequence += 1
    }
    let before = Physics(
      machine: machine, roomCelsius: start.roomCelsius, drumCelsius: start.drumCelsius,
      probeCelsius: start.probeCelsius)
    for second in [-2.0, -1.0] { show(second, before, .ready) }
    _ = try OpenLoopRun(record: record, start: start, machine: machine) { seconds, physics in
      show(seconds, physics, seconds < start.dropSeconds - 1e-9 ? .roasting : .cooling)
    }
    simulation.finish()
    simulation.rows.removeAll { $0.seconds < -1e-6 }
    return simulation
  }
}
