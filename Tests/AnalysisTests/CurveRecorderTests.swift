import Analysis
import Roaster
import Testing

struct CurveRecorderTests {
  /// A recorder behind a machine, fed by hand.
  private struct Bench {
    var machine = RoastMachine()
    var recorder: CurveRecorder
    var finished: [RoastCurve] = []

    init(_ settings: CurveRecorder.Settings = CurveRecorder.Settings()) {
      recorder = CurveRecorder(settings: settings)
    }

    mutating func hear(
      _ state: RoasterState, from: Double, to: Double, every step: Double = 1,
      bean: (Double) -> Float = { _ in 150 }, isStatus: Bool = true
    ) {
      for seconds in stride(from: from, to: to, by: step) {
        var wire = WireStatus()
        if !isStatus { wire.validity = 0 }
        wire.state = state.code
        wire.bean = bean(seconds)
        wire.infrared = 200
        let moment = Moment(
          monotonic: MonotonicTime(seconds: seconds),
          wall: WallTime(milliseconds: 1_795_000_000_000 + Int64((seconds * 1000).rounded())))
        let point = Telemetry(sequence: 0, moment: moment, frame: wire.frame)
        let news = machine.step(point)
        if let curve = recorder.step(point, news, machine.progress) { finished.append(curve) }
      }
    }
  }

  @Test func `seconds count from the beginning of the roast, one sample a second`() {
    var bench = Bench()
    bench.hear(.ready, from: 0, to: 10.35, every: 0.1)
    bench.hear(.roasting, from: 10.35, to: 30, every: 0.1)
    let curve = bench.recorder.curve
    let seconds = curve.samples.map(\.seconds)
    #expect(seconds.first == -10.35)
    #expect(seconds.filter { $0 >= 0 } == (0..<20).map(Double.init))
    #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $1 - $0 <= 1.0001 })
    #expect(curve.origin?.monotonic == MonotonicTime(seconds: 10.35))
    #expect(curve.origin?.wall == WallTime(milliseconds: 1_795_000_010_350))
    #expect(curve.endSeconds == nil)
  }

  @Test func `samples may be farther apart`() {
    var bench = Bench(CurveRecorder.Settings(spacingSeconds: 5))
    bench.hear(.ready, from: 0, to: 10, every: 0.1)
    bench.hear(.roasting, from: 10, to: 30, every: 0.1)
    #expect(bench.recorder.curve.samples.map(\.seconds) == [-10, -5, 0, 5, 10, 15])
    #expect(bench.recorder.curve.spacingSeconds == 5)
  }

  @Test func `silence is a gap, and messages that are no status are not`() {
    var bench = Bench()
    bench.hear(.ready, from: 0, to: 5)
    bench.hear(.ready, from: 5, to: 6, isStatus: false)
    bench.hear(.ready, from: 6, to: 10)
    bench.hear(.roasting, from: 10, to: 20)
    bench.hear(.roasting, from: 40, to: 50)
    let curve = bench.recorder.curve
    #expect(curve.samples.filter { $0.state == nil }.map(\.seconds) == [10])
    #expect(curve.samples.count == 9 + 10 + 1 + 10)
    #expect(curve.value({ $0.bean?.degrees }, at: 20) == nil)
    #expect(curve.value({ $0.bean?.degrees }, at: 9.5) == nil)
    #expect(curve.value({ $0.bean?.degrees }, at: 9) == 150)
  }

  @Test func `a batch is a curve, and preheating belongs to the next`() {
    var bench = Bench()
    bench.hear(.off, from: 0, to: 10)
    bench.hear(.preheating, from: 10, to: 20)
    bench.hear(.ready, from: 20, to: 30)
    bench.hear(.roasting, from: 30, to: 60)
    bench.hear(.cooling, from: 60, to: 80)
    #expect(bench.finished.isEmpty)
    bench.hear(.preheating, from: 80, to: 90)
    #expect(bench.finished.count == 1)
    let first = bench.finished.first
    #expect(first?.batch == 1)
    #expect(first?.samples.first?.seconds == -20)
    #expect(first?.samples.last?.seconds == 49)
    #expect(first?.endSeconds == 30)
    #expect(
      first?.events.map(\.name) == [
        "preheat_started", "ready", "roast_began", "beans_not_charged", "cooling",
      ])
    #expect(bench.recorder.curve.batch == 2)
    #expect(bench.recorder.curve.samples.map(\.seconds) == (-9...0).map(Double.init))
  }

  @Test func `an idle roaster does not fill the memory`() {
    let settings = CurveRecorder.Settings(leadSeconds: 100, tailSeconds: 50)
    var bench = Bench(settings)
    bench.hear(.ready, from: 0, to: 5000)
    #expect((100...161).contains(bench.recorder.curve.samples.count))
    bench.hear(.roasting, from: 5000, to: 5100)
    bench.hear(.cooling, from: 5100, to: 9000)
    let curve = bench.recorder.curve
    #expect(curve.samples.last?.seconds == 150)
    #expect(curve.samples.count <= 161 + 100 + 51)
    #expect(curve.endSeconds == 100)
  }

  @Test func `a person's marks replace what was read from the curves`() throws {
    var bench = Bench()
    bench.hear(.ready, from: 0, to: 10)
    bench.hear(.roasting, from: 10, to: 300) { at in
      let seconds = Float(at - 10)
      return seconds < 30 ? 150 - 2 * seconds : 90 + 0.4 * (seconds - 30)
    }
    func yellowing() -> RoastCurve.Event? { bench.recorder.curve[.yellowing] }
    let estimated = try #require(yellowing())
    #expect(estimated.source == .estimated)
    bench.recorder.note(try bench.machine.mark(.yellowing, at: MonotonicTime(seconds: 140)))
    #expect(yellowing()?.source == .marked)
    #expect(yellowing()?.seconds == 130)
    #expect(bench.recorder.curve.events.filter { $0.name == "yellowing" }.count == 1)
    bench.recorder.note(bench.machine.unmark(.yellowing))
    #expect(yellowing() == estimated)
    bench.recorder.note(try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: 100)))
    #expect(yellowing() == nil)
  }

  @Test func `a roast that was joined late has its beginning counted back`() {
    var bench = Bench()
    bench.hear(.roasting, from: 100, to: 110)
    #expect(bench.recorder.curve.samples.first?.seconds == 0)
    #expect(bench.recorder.curve.roastedSeconds == 9)
  }

  @Test func `a simulated roast has the landmarks, phases and end that the machine told`()
    async throws
  {
    let roast = try await SimulatedRoast.medium.value
    let curve = roast.curves[0]
    #expect(roast.curves.count == 1)
    let progress = try #require(roast.progress)
    let began = try #require(progress.began)
    for landmark in Landmark.allCases {
      let sighting = progress.landmarks[landmark]
      #expect(curve[landmark]?.seconds == sighting.map { $0.at - began })
      #expect(curve[landmark]?.bean == sighting?.bean)
      #expect(curve[landmark]?.infrared == sighting?.infrared)
    }
    #expect(curve.endSeconds == progress.ended.map { $0 - began })
    let summary = RoastSummary(curve)
    #expect(abs((summary[.drying]?.seconds ?? 0) - (progress.phases?.dryingSeconds ?? 1)) < 1e-9)
    #expect(
      abs((summary[.maillard]?.seconds ?? 0) - (progress.phases?.maillardSeconds ?? 1)) < 1e-9)
    let development = try #require(summary[.development])
    #expect(abs(development.seconds - (progress.phases?.developmentSeconds ?? 0)) < 1e-9)
    #expect(abs((development.ratio ?? 0) - (progress.phases?.developmentRatio ?? 0)) < 1e-9)
    #expect(summary.duration == progress.phases?.totalSeconds)
    let told = roast.events.filter { $0.kind.category != .level }.map(\.kind.name)
    #expect(Set(curve.events.map(\.name)) == Set(told))
  }
}
