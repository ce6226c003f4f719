import Governor
import Roaster
import Testing

/// The trips of Specs/governor.md, on both sides of their limits.
struct TripTests {
  @Test func `beans of 245 C for two seconds trip, once`() {
    for state in [RoasterState.roasting, .preheating, .cooling] {
      var bench = EffectBench(state)
      bench.wire.bean = 244.9
      bench.run(10)
      #expect(bench.look() == [])
      bench.wire.bean = 245
      bench.run(1.9)
      bench.wire.bean = 244.9
      bench.run(0.1)
      bench.wire.bean = 245
      bench.run(2)
      #expect(bench.look() == [])
      bench.run(10)
      #expect(bench.told.map(\.sign.facts?.text) == [#"{"bean_celsius":245,"limit_celsius":245}"#])
      #expect(bench.look() == ["trip bean_too_hot"])
    }
  }

  @Test func `what still holds when a person has reset it trips again`() {
    var bench = EffectBench()
    bench.wire.bean = 250
    bench.run(5)
    #expect(bench.look() == ["trip bean_too_hot"])
    bench.watch.rearm()
    bench.run(1)
    #expect(bench.look() == ["trip bean_too_hot"])
    bench.run(10, bean: -60)
    bench.watch.rearm()
    bench.run(5)
    #expect(bench.look() == [])
  }

  @Test func `a silence breaks what must hold without a break`() {
    for (silence, isBroken) in [(1.9, false), (2.1, true)] {
      var bench = EffectBench()
      bench.wire.bean = 250
      bench.run(1)
      bench.time += silence
      bench.run(1)
      #expect(bench.look().isEmpty == isBroken)
    }
  }

  @Test func `a reading that jumps is not believed before it has stayed`() throws {
    var bench = EffectBench()
    bench.run(10)
    bench.wire.bean = 260
    bench.run(1.5)
    bench.wire.bean = 180
    bench.run(5)
    #expect(bench.look() == [])
    bench.run(20, bean: 1)
    let jumped = bench.time
    bench.wire.bean = 260
    bench.run(10)
    let tripped = try #require(bench.first("trip bean_too_hot"))
    #expect(abs(tripped - jumped - 4) < 0.15)
    #expect(bench.look() == ["trip bean_too_hot"])

    bench = EffectBench()
    bench.run(10)
    bench.wire.infrared = 320
    bench.run(3.5)
    #expect(bench.look() == [])
    bench.run(1)
    #expect(bench.look() == ["trip ibts_too_hot"])
  }

  @Test func `a reading that cannot be true trips nothing`() {
    var bench = EffectBench()
    bench.wire.bean = 351
    bench.wire.infrared = 401
    bench.run(10)
    #expect(bench.look() == [])
  }

  @Test func `what is no status changes nothing`() {
    var bench = EffectBench()
    bench.wire.bean = 250
    bench.run(1)
    bench.wire.validity = 0
    bench.run(0.5)
    bench.wire.validity = 10
    bench.run(1)
    #expect(bench.look() == ["trip bean_too_hot"])
  }

  @Test func `the drum may be hotter before a roast than in it`() {
    for (state, limit) in [
      (RoasterState.roasting, Float(290)), (.preheating, 345), (.ready, 345), (.cooling, 345),
    ] {
      var bench = EffectBench(state)
      bench.wire.heater = 3
      bench.wire.infrared = limit - 0.1
      bench.run(10)
      #expect(bench.look() == [])
      bench.wire.infrared = limit
      bench.run(3)
      #expect(bench.look() == ["trip ibts_too_hot"])
    }
  }

  @Test func `a runaway is 45 C a minute from 90 s on, with the heater on`() throws {
    func trips(_ rise: Double, heater: UInt8 = 5, clock: UInt8 = 5) -> [Trip] {
      var bench = EffectBench()
      bench.wire.bean = 100
      bench.wire.heater = heater
      bench.wire.clockMinutes = clock
      bench.run(40, bean: rise)
      return bench.told.compactMap { if case .trip(let trip, _) = $0.sign { trip } else { nil } }
    }
    #expect(trips(45.2) == [.runawayRise])
    #expect(trips(44.8) == [])
    #expect(trips(45.2, heater: 0) == [])
    #expect(trips(45.2, heater: 10) == [])
    #expect(trips(45.2, clock: 0) == [])
    var bench = EffectBench()
    bench.wire.bean = 60
    bench.wire.clockMinutes = 0
    bench.wire.clockSeconds = 20
    bench.run(100, bean: 50)
    // Not as long as the roast is young.
    let tripped = try #require(bench.first("trip runaway_rise"))
    #expect(abs(tripped - 72) < 0.5)
    let facts = bench.told.first { $0.sign.name == "trip runaway_rise" }?.sign.facts
    #expect(facts?["limit_celsius_per_minute"]?.numberValue == 45)
  }

  @Test func `an empty drum does not run away`() {
    var bench = EffectBench(.ready)
    bench.wire.bean = 60
    bench.run(20)
    bench.wire.state = RoasterState.roasting.code
    bench.wire.clockMinutes = 0
    bench.run(40)
    #expect(!bench.watch.hasBeans)
    bench.run(80, bean: 50)
    #expect(bench.told.allSatisfy { $0.sign.name != "trip runaway_rise" })
  }
}
