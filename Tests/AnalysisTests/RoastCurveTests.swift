import Analysis
import Roaster
import Testing

struct RoastCurveTests {
  @Test func `samples and events stand in the order of their times, without impossible ones`() {
    let curve = RoastCurve(
      samples: [
        RoastCurve.Sample(seconds: 2), RoastCurve.Sample(seconds: .nan),
        RoastCurve.Sample(seconds: 1, bean: Celsius(.infinity), rateOfRise: CelsiusPerMinute(.nan)),
      ],
      events: [SmallRoast.event(.yellowing, 9), SmallRoast.event(.charged, -.infinity)],
      endSeconds: .infinity)
    #expect(curve.samples == [RoastCurve.Sample(seconds: 1), RoastCurve.Sample(seconds: 2)])
    #expect(curve.events.map(\.seconds) == [9])
    #expect(curve.endSeconds == nil)
  }

  @Test func `a value between samples is on the straight line, and in a gap there is none`() throws
  {
    let curve = SmallRoast.curve
    func bean(_ seconds: Double) -> Double? { curve.value({ $0.bean?.degrees }, at: seconds) }
    #expect(bean(0) == 160)
    #expect(bean(5) == 150)
    #expect(abs(try #require(bean(105)) - 109) < 1e-9)
    #expect(bean(145) == nil)
    #expect(bean(155) == nil)
    #expect(bean(-61) == nil)
    #expect(bean(700) == nil)
    #expect(RoastCurve().value({ $0.bean?.degrees }, at: 0) == nil)
  }

  @Test func `phases lie between the landmarks`() {
    func phases(_ events: [RoastCurve.Event]) -> [String] {
      text(RoastCurve(spacingSeconds: 10, samples: SmallRoast.samples, events: events).phases)
    }
    func text(_ phases: [RoastCurve.Phase]) -> [String] {
      phases.map { "\($0.name) \(Int($0.begin)) \(Int($0.end))" }
    }
    #expect(
      text(SmallRoast.curve.phases) == ["drying 0 180", "maillard 180 480", "development 480 600"])
    #expect(phases([]) == ["drying 0 590"])
    #expect(phases([SmallRoast.event(.firstCrack, 480)]) == ["development 480 590"])
    #expect(phases([SmallRoast.event(.yellowing, 180)]) == ["drying 0 180", "maillard 180 590"])
    #expect(RoastCurve().phases.isEmpty)
  }

  @Test func `JSON has arrays of one length and null where nothing is known`() {
    let curve = RoastCurve(
      batch: 2,
      origin: Moment(
        monotonic: MonotonicTime(nanoseconds: 5), wall: WallTime(milliseconds: 1_795_000_000_000)),
      samples: [
        RoastCurve.Sample(
          seconds: 0.25, bean: Celsius(180.3), rateOfRise: CelsiusPerMinute(8.126), heater: 7,
          state: .roasting), RoastCurve.Sample(seconds: 1),
      ], events: [SmallRoast.event(.charged, 0)], endSeconds: 600.5)
    #expect(
      curve.json.text
        == """
        {"batch":2,"began":"2026-11-18T11:06:40.000Z","ended_seconds":600.5,"seconds":[0.25,1],\
        "bean_celsius":[180.3,null],"ibts_celsius":[null,null],\
        "rate_of_rise_celsius_per_minute":[8.13,null],"heater_level":[7,null],\
        "fan_level":[null,null],"drum_level":[null,null],"state_code":[6,null],\
        "events":[{"event":"charged","category":"landmark","source":"estimated","seconds":0,\
        "bean_celsius":160,"ibts_celsius":175}]}
        """)
  }
}
