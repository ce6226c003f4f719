import Driver
import Glibc
import Roaster
import Simulator

/// How fast the twin is: alone, with all that listens to it, and a thousand at once.
enum TwinBench {
  /// A roast by a schedule in physics alone, as Tests/SimulatorTests/peer/physics_peer.py does it.
  static func physics(schedule path: String) {
    guard let schedule = try? Schedule(csv: text(ofFile: path)), let last = schedule.rows.last
    else { fatalError("\(path) is no schedule") }
    let count = Int((last.seconds / Bullet.tickSeconds).rounded())
    let plan = (0..<count).map { step in
      let row = schedule.row(at: Double(step) * Bullet.tickSeconds)
      return Controls(heater: row.heater, fan: row.fan, drum: row.drum)
    }
    var probe = 0.0
    let time = median(of: 101) {
      do { probe = try roast(plan) } catch { fatalError("\(error)") }
    }
    print("nanoseconds", time)
    print("probe", probe)
  }

  private static func roast(_ plan: [Controls]) throws(PhysicsError) -> Double {
    var physics = Physics(machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
    try physics.load(try Simulator.Batch(grams: 400))
    for controls in plan { try physics.advance(controls, by: Bullet.tickSeconds) }
    return physics.probeCelsius
  }

  /// Ten minutes of a roast from the twin's bytes to events, on one executor.
  static func stack() async {
    guard let scenario = try? ShippedScenarios.named("medium") else { fatalError("no scenario") }
    var times: [Double] = []
    var polls = 0
    for _ in 0..<15 {
      let twin = Twin(
        scenario.workshop(seed: 1, isNoisy: true), pace: .unlimited, endingAfter: 600)
      var runner = SessionRunner(Session(), over: twin)
      var machine = RoastMachine()
      var events = 0
      polls = 0
      let time = await ContinuousClock().measure {
        await runner.run { report, _ in
          guard case .telemetry(let point) = report else { return }
          polls += 1
          events += machine.step(point).count
        }
      }
      precondition(polls > 5900 && events > 10, "\(polls) polls, \(events) events")
      times.append(time / .nanoseconds(1))
    }
    print("nanoseconds", times.sorted()[times.count / 2])
    print("polls", polls)
  }

  /// A thousand twins, in as many moments of a roast, each ticking and polled ten times a second.
  static func thousand(seconds: Int) {
    var twins = (1...1000).map { Bullet(Bullet.Setup(seed: UInt64($0))) }
    var next = timespec()
    clock_gettime(CLOCK_MONOTONIC, &next)
    for tick in 1...(seconds * 10) {
      next.tv_nsec += 100_000_000
      next.tv_sec += next.tv_nsec / 1_000_000_000
      next.tv_nsec %= 1_000_000_000
      while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nil) == EINTR {}
      for index in twins.indices {
        if index % 40 + 1 == tick {
          twins[index].perform(.prs)
          twins[index].perform(.load(grams: 400))
        }
        twins[index].advance(to: Double(tick) * Bullet.tickSeconds)
        let first = twins[index].answer(Query.status1.bytes)
        let second = twins[index].answer(Query.status2.bytes)
        precondition(first != nil && second != nil, "a twin answers each status query")
      }
    }
  }

  private static func median(of runs: Int, _ work: () -> Void) -> Double {
    let times = (0..<runs).map { _ in ContinuousClock().measure(work) / .nanoseconds(1) }
    return times.sorted()[runs / 2]
  }

  private static func text(ofFile path: String) -> String {
    guard let file = fopen(path, "r") else { fatalError("cannot open \(path)") }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
