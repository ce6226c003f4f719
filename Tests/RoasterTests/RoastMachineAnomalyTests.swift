import Roaster
import Testing

@Suite struct RoastMachineAnomalyTests {
  @Test func `a roast without faults raises nothing`() {
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.cool(60)
    #expect(bench.anomalies.isEmpty)
  }

  @Test func `a clock that runs backwards is told once an episode`() {
    var bench = RoastMachineBench()
    bench.roast(100)
    bench.run(20) { wire, seconds in
      wire.roast(at: 100 + seconds)
      wire.clockMinutes = 0
    }
    #expect(bench.anomalies == [.clockBackwards(from: 99, to: 40)])
    bench.run(100) { wire, seconds in wire.roast(at: 120 + seconds) }
    bench.run(20) { wire, seconds in
      wire.roast(at: 220 + seconds)
      wire.clockMinutes = 0
    }
    #expect(bench.anomalies.map(\.code) == ["clock_backwards", "clock_backwards"])
  }

  @Test func `a clock read while it turns over is no fault`() {
    var bench = RoastMachineBench()
    bench.roast(119.9)
    for (minutes, seconds) in [(1, 59), (2, 59), (2, 0), (2, 0), (1, 0), (2, 1), (2, 1)] {
      bench.wire.clockMinutes = UInt8(minutes)
      bench.wire.clockSeconds = UInt8(seconds)
      bench.wire.bean += 0.01
      bench.poll()
    }
    #expect(bench.anomalies.isEmpty)
  }

  @Test func `the last roast's clock may show for a moment when the next begins`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.run(60) { wire, seconds in
      wire.roast(at: seconds)
      if seconds < 1 { wire.clockMinutes = 9 }
    }
    #expect(bench.anomalies.isEmpty)
    #expect(bench.first(.roastBegan)?.roastSeconds == 0)
  }

  @Test(arguments: [1.0, 10])
  func `readings that stand still under a hot heater are told once`(hertz: Double) {
    var bench = RoastMachineBench(hertz: hertz)
    bench.roast(100)
    bench.run(9)
    #expect(bench.anomalies.isEmpty)
    bench.run(30)
    #expect(bench.anomalies.map(\.code) == ["readings_frozen"])
    guard case .readingsFrozen(let seconds, let heater)? = bench.anomalies.first else { return }
    #expect(seconds >= 10 && seconds < 11.1)
    #expect(heater.number == 7)
    bench.run(1) { wire, _ in wire.bean += 0.1 }
    bench.run(20)
    #expect(bench.anomalies.count == 2)
  }

  @Test func `readings that stand still are no fault with the heater off, nor while ready`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 1)
    bench.run(100)
    bench.roast(100)
    bench.wire.heater = 0
    bench.run(60)
    #expect(bench.anomalies.isEmpty)
  }

  @Test func `readings that stand still while preheating are told after 30 s`() {
    var bench = RoastMachineBench()
    bench.wire.state = RoasterState.preheating.code
    bench.run(29)
    #expect(bench.anomalies.isEmpty)
    bench.run(5)
    #expect(bench.anomalies.map(\.code) == ["readings_frozen"])
  }

  @Test func `a spike of the bean probe is told and moves no landmark`() {
    var bench = RoastMachineBench()
    bench.roast(300)
    bench.wire.bean = 260
    bench.run(1.5)
    bench.run(100) { wire, seconds in wire.roast(at: 301.5 + seconds) }
    #expect(bench.anomalies.map(\.code) == ["impossible_jump"])
    guard case .impossibleJump(let sensor, let from, let to, _)? = bench.anomalies.first else {
      return
    }
    #expect(sensor == .bean)
    #expect(abs(from.degrees - WireStatus.beanCurve(300)) < 0.2)
    #expect(to == Celsius(260))
    #expect(!bench.names.contains("first_crack"))
  }

  @Test func `a bean reading that jumps and stays is believed after 2 s`() {
    var bench = RoastMachineBench()
    bench.roast(300)
    bench.run(60) { wire, seconds in
      wire.roast(at: 300 + seconds)
      wire.bean += 30
    }
    #expect(bench.anomalies.map(\.code) == ["impossible_jump"])
    let rise = bench.machine.rateOfRise?.degreesPerMinute ?? .infinity
    #expect(abs(rise - 60 * (WireStatus.beanCurve(361) - WireStatus.beanCurve(360))) < 1)
  }

  @Test func `a jump of the infrared is told while the beans are in it`() {
    var bench = RoastMachineBench()
    bench.roast(300)
    bench.wire.infrared += 60
    bench.poll()
    #expect(bench.anomalies.map(\.code) == ["impossible_jump"])
  }

  @Test func `no jump is judged across a gap`() {
    var bench = RoastMachineBench()
    bench.roast(60)
    bench.lose(240)
    bench.run(60) { wire, seconds in wire.roast(at: 300 + seconds) }
    #expect(bench.anomalies.isEmpty)
  }

  @Test(arguments: [Float.nan, -40, 1024, -2])
  func `an open probe is told after a second, once`(reading: Float) {
    var bench = RoastMachineBench()
    bench.wire.state = RoasterState.off.code
    bench.wire.bean = reading
    bench.run(0.9)
    #expect(bench.anomalies.isEmpty)
    bench.run(20)
    let isRange = reading == -2
    #expect(bench.anomalies == [.probeOpen(reading: isRange ? Celsius(-2) : nil)])
    bench.wire.bean = 20
    bench.run(1)
    bench.wire.bean = reading
    bench.run(2)
    #expect(bench.anomalies.count == 2)
  }

  @Test func `an idle message is no open probe`() {
    var bench = RoastMachineBench()
    bench.stay(.off, 2)
    bench.wire.validity = 0
    bench.run(5)
    #expect(bench.names == ["observing"])
  }
}
