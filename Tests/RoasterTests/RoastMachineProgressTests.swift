import Roaster
import Testing

@Suite struct RoastMachineProgressTests {
  @Test(arguments: [1.0, 2, 10], [-20.0, 0, 7.5, 30])
  func `the rate of rise of a straight line is its slope`(hertz: Double, rise: Double) {
    var bench = RoastMachineBench(hertz: hertz)
    bench.wire.state = RoasterState.preheating.code
    bench.run(30) { wire, seconds in
      wire.bean = Float(150 + seconds * rise / 60)
      wire.infrared += 0.01
    }
    let found = bench.machine.rateOfRise?.degreesPerMinute ?? .infinity
    #expect(abs(found - rise) < 0.01)
  }

  @Test func `too few or too old readings have no rate of rise`() {
    var bench = RoastMachineBench()
    #expect(bench.machine.rateOfRise == nil)
    bench.stay(.preheating, 7)
    #expect(bench.machine.rateOfRise == nil)
    bench.stay(.preheating, 2)
    #expect(bench.machine.rateOfRise != nil)
    bench.wire.bean = .nan
    bench.stay(.preheating, 4)
    #expect(bench.machine.rateOfRise == nil)
    bench.wire.bean = 165
    bench.lose(60)
    bench.stay(.preheating, 1)
    #expect(bench.machine.rateOfRise == nil)
  }

  @Test func `phases add up to the roast, and stop with it`() throws {
    var bench = RoastMachineBench()
    #expect(bench.machine.progress.phases == nil)
    bench.roast(100)
    #expect(bench.machine.progress.isRoasting)
    let early = try #require(bench.machine.progress.phases)
    #expect(early.dryingSeconds == early.totalSeconds)
    #expect(early.maillardSeconds == nil)
    #expect(early.developmentRatio == nil)
    bench.run(520) { wire, seconds in wire.roast(at: 100 + seconds) }
    bench.cool(40)
    let phases = try #require(bench.machine.progress.phases)
    let drying = try #require(phases.dryingSeconds)
    let maillard = try #require(phases.maillardSeconds)
    let development = try #require(phases.developmentSeconds)
    #expect(abs(drying + maillard + development - 620) < 0.001)
    #expect(abs((phases.totalSeconds ?? 0) - 620) < 0.001)
    #expect(phases.developmentRatio == development / 620)
    #expect(!bench.machine.progress.isRoasting)
    bench.stay(.preheating, 3)
    #expect(bench.machine.progress.phases == nil)
    #expect(bench.machine.progress.landmarks[.firstCrack] == nil)
  }

  @Test func `events read as JSON with stable names`() {
    var bench = RoastMachineBench(hertz: 1)
    bench.stay(.ready, 2)
    bench.wire.bean = 165.2
    bench.wire.infrared = 239.5
    bench.poll()
    bench.wire.state = RoasterState.roasting.code
    bench.poll()
    #expect(
      bench.events.last?.json.text == """
        {"event":"roast_began","category":"state","batch":0,"change":"announced",\
        "source":"machine","at":"2026-11-18T11:06:43.000Z","at_monotonic_ns":3000000000,\
        "announced":"2026-11-18T11:06:43.000Z","announced_monotonic_ns":3000000000,\
        "roast_seconds":0,"bean_celsius":165.2,"ibts_celsius":239.5,"gap_seconds":null}
        """)
    bench.wire.heater = 5
    bench.poll()
    let text = bench.events.last?.json.text ?? ""
    #expect(
      text.hasSuffix(
        #""control":"heater","from_level":2,"to_level":5,"origin":"firmware","doubled":false}"#))
  }
}
