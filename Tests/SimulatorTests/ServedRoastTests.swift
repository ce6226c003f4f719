import Driver
import Roaster
import Testing

@testable import Simulator

/// Whole sessions over a real socket, with the production session and machine.
struct ServedRoastTests {
  private struct Told {
    var kind: String
    var seconds: Double?
  }

  /// The roast and its cooling are over by then.
  private static let longest = 700.0
  /// What a poll may miss at this speed: `ending` lasts 2 real milliseconds.
  private static let passing = ["level_changed", "anomaly", "ending"]

  /// What the machine tells of one roast, from its beginning to the beans' leaving, and the
  /// longest time between two readings.
  private static func events(over transport: some Transport) async -> (told: [Told], gap: Double) {
    var runner = SessionRunner(Session(), over: transport)
    var machine = RoastMachine()
    var (told, gap) = ([Told](), 0.0)
    var (first, last): (MonotonicTime?, MonotonicTime?)
    await runner.run { report, _ in
      guard case .telemetry(let point) = report else { return }
      gap = max(gap, last.map { point.moment.monotonic - $0 } ?? 0)
      last = point.moment.monotonic
      first = first ?? last
      told += machine.step(point).map { Told(kind: $0.kind.name, seconds: $0.roastSeconds) }
      let seconds = point.moment.monotonic - (first ?? point.moment.monotonic)
      let isOver = told.contains { $0.kind == "dropped" } || seconds > longest
      if isOver { withUnsafeCurrentTask { $0?.cancel() } }
    }
    return (told.filter { !passing.contains($0.kind) }, gap)
  }

  private static func medium() throws -> Workshop {
    try #require(try ShippedScenarios.named("medium")).workshop(seed: 1, isNoisy: true)
  }

  @Test func `a roast over the socket tells what it tells in the same process`() async throws {
    let room = try ServedRoom()
    let clock = PatientClock()
    let running = try room.serve(Self.medium(), speed: 200) { clock.now() }
    let executor = ThreadExecutor.start()
    let (path, workshop) = (room.path, try Self.medium())
    let (served, gap) = await Task(executorPreference: executor) {
      await Self.events(over: ServedTwin(path: path) { clock.now() })
    }.value
    executor.end()
    let direct = await Task { await Self.events(over: Twin(workshop, pace: .unlimited)).told }.value
    #expect(served.map(\.kind) == direct.map(\.kind), "gap \(gap)")
    for (there, here) in zip(served, direct) {
      #expect(abs((there.seconds ?? 0) - (here.seconds ?? 0)) < 2.5, "\(there) \(here) \(gap)")
    }
    await running.stop()
  }

  /// Polls until the roast clock shows so much; what it shows then, and when that was.
  private static func clock(of twin: ServedTwin, reaching seconds: Double) async -> (
    clock: Double, real: ContinuousClock.Instant
  ) {
    var runner = SessionRunner(Session(), over: twin)
    var reached = (clock: -1.0, real: ContinuousClock.now)
    await runner.run { report, _ in
      guard case .telemetry(let point) = report,
        let clock = point.status.clockSeconds.map(Double.init),
        point.status.state == .cooling || point.status.state == .roasting && clock >= seconds
      else { return }
      reached = (clock, ContinuousClock.now)
      withUnsafeCurrentTask { $0?.cancel() }
    }
    return reached
  }

  @Test func `a daemon that dies and returns finds the roast gone on without it`() async throws {
    let speed = 100.0
    let room = try ServedRoom()
    let running = try room.serve(Self.medium(), speed: speed)
    let path = room.path
    let executor = ThreadExecutor.start()
    func clock(reaching seconds: Double) async -> (clock: Double, real: ContinuousClock.Instant) {
      await Task(executorPreference: executor) {
        await Self.clock(of: ServedTwin(path: path), reaching: seconds)
      }.value
    }
    let before = await clock(reaching: 20)
    try await Task.sleep(for: .milliseconds(300))
    let after = await clock(reaching: 0)
    executor.end()
    let passed = (after.real - before.real) / .seconds(1) * speed
    let roasted = after.clock - before.clock
    #expect(roasted >= 25 && roasted < passed + 50, "\(before) \(after)")
    await running.stop()
  }
}
