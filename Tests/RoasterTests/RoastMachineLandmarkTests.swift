import Roaster
import Testing

@Suite struct RoastMachineLandmarkTests {
  @Test(arguments: [1.0, 2, 5, 10])
  func `landmarks are found at any rate of polling`(hertz: Double) {
    var bench = RoastMachineBench(hertz: hertz)
    bench.roast(600)
    bench.cool(40)
    func seconds(_ kind: RoastEvent.Kind) -> Double {
      bench.first(kind)?.roastSeconds ?? .infinity
    }
    #expect(seconds(.roastBegan) == 0)
    #expect(seconds(.charged) < 2)
    #expect(abs(seconds(.turningPoint) - WireStatus.beanLowest()) < 1.5)
    #expect(abs(seconds(.yellowing) - WireStatus.beanReaches(123)) < 0.2)
    #expect(abs(seconds(.firstCrack) - WireStatus.beanReaches(187)) < 0.2)
    #expect(abs(seconds(.dropped) - 605) < 3)
    if let turning = bench.first(.turningPoint) {
      #expect(turning.announced.monotonic - turning.at <= 20)
    }
    #expect(bench.anomalies.isEmpty)
  }

  @Test(arguments: 0..<20)
  func `noise does not move the turning point far`(seed: UInt64) {
    var dice = RoastDice(seed: seed)
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.run(200) { wire, seconds in
      wire.roast(at: seconds)
      wire.bean += Float.random(in: -0.15...0.15, using: &dice)
    }
    let turning = bench.first(.turningPoint)
    let error = (turning?.roastSeconds ?? .infinity) - WireStatus.beanLowest()
    #expect(abs(error) < 4, "seed \(seed): \(error)")
    let late = turning.map { $0.announced.monotonic - $0.at } ?? .infinity
    #expect(late <= 20, "seed \(seed)")
  }

  @Test(arguments: [1.0, 10])
  func `beans that were not charged are told of within 30 s`(hertz: Double) {
    var bench = RoastMachineBench(hertz: hertz)
    bench.stay(.ready, 5)
    bench.stay(.roasting, 300)
    let warnings = bench.events.filter { $0.kind == .beansNotCharged }
    #expect(warnings.count == 1)
    #expect((warnings.first?.roastSeconds ?? .infinity) <= 30)
    #expect(!bench.names.contains("charged"))
    bench.wire.state = RoasterState.cooling.code
    bench.run(60)
    #expect(bench.names.contains("cooling"))
    #expect(!bench.names.contains("beans_still_in_drum"))
  }

  @Test func `an empty drum that gets hot is neither yellow nor cracking`() {
    var bench = RoastMachineBench()
    bench.wire.bean = 100
    bench.stay(.ready, 5)
    bench.wire.state = RoasterState.roasting.code
    bench.run(600) { wire, seconds in
      wire.bean = 100 + Float(seconds) / 5
      wire.infrared = 240 + Float(seconds) / 10
    }
    #expect(bench.story == ["observing", "roast_began", "beans_not_charged"])
  }

  @Test func `beans charged after the warning are charged all the same`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.stay(.roasting, 35)
    bench.run(300) { wire, seconds in
      wire.roast(at: seconds)
      wire.infrared = 240 - Float(min(seconds, 100))
    }
    #expect(
      bench.story.prefix(5)
        == ["observing", "roast_began", "beans_not_charged", "charged", "turning_point"])
    #expect(abs((bench.first(.charged)?.roastSeconds ?? 0) - 35) < 2)
  }

  @Test func `beans charged just before the clock began count from its beginning`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.run(60) { wire, seconds in
      wire.roast(at: seconds)
      if seconds < 5 { wire.state = RoasterState.ready.code }
    }
    #expect(bench.first(.charged)?.roastSeconds == 0)
  }

  @Test func `a turning point that a gap hides is not told, and later landmarks are`() {
    var bench = RoastMachineBench()
    bench.roast(40)
    bench.lose(60)
    bench.run(500) { wire, seconds in wire.roast(at: 100 + seconds) }
    #expect(bench.story == ["observing", "roast_began", "charged", "yellowing", "first_crack"])
  }

  @Test func `a gap beside the turning point does not hide it`() {
    var bench = RoastMachineBench()
    bench.roast(12)
    bench.lose(10)
    bench.run(100) { wire, seconds in wire.roast(at: 22 + seconds) }
    let found = bench.first(.turningPoint)?.roastSeconds ?? .infinity
    #expect(abs(found - WireStatus.beanLowest()) < 1.5)
  }

  @Test func `readings that are null hide nothing that can still be told`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.run(600) { wire, seconds in
      wire.roast(at: seconds)
      if Int(seconds * 10) % 3 == 0 { wire.infrared = .nan }
      if Int(seconds * 10) % 4 == 0 { wire.bean = .infinity }
    }
    #expect(
      bench.story == [
        "observing", "roast_began", "charged", "turning_point", "yellowing", "first_crack",
      ])
  }

  @Test func `a setting may read a landmark from the infrared`() {
    let rule = RoastMachine.Settings.Crossing(.infrared, Celsius(180))
    var bench = RoastMachineBench(.init(yellowing: nil, firstCrack: rule))
    bench.roast(600)
    #expect(!bench.names.contains("yellowing"))
    #expect(bench.first(.firstCrack)?.infrared == Celsius(180))
  }

  @Test func `the end of first crack and second crack are told if a setting says where`() {
    let settings = RoastMachine.Settings(
      firstCrackEnd: .init(.bean, Celsius(195)), secondCrack: .init(.bean, Celsius(200)))
    var bench = RoastMachineBench(settings)
    bench.roast(700)
    #expect(
      bench.story.suffix(4) == ["yellowing", "first_crack", "first_crack_end", "second_crack"])
  }

  @Test func `half a second above the temperature is no crack`() {
    var bench = RoastMachineBench()
    bench.roast(530)
    bench.wire.bean = 188
    bench.run(0.5)
    bench.run(20) { wire, seconds in wire.roast(at: 530.5 + seconds) }
    #expect(bench.anomalies.isEmpty)
    #expect(!bench.names.contains("first_crack"))
  }

  @Test func `one reading of a hot drum is no drop`() {
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.wire.state = RoasterState.cooling.code
    bench.run(10)
    bench.wire.infrared += 30
    bench.poll()
    bench.wire.infrared -= 30
    bench.run(10)
    #expect(!bench.names.contains("dropped"))
  }

  @Test func `a curve that wavers at the temperature cracks once`() {
    var bench = RoastMachineBench()
    bench.roast(540)
    bench.run(60) { wire, seconds in
      wire.bean = 186 + Float(seconds) / 40 + (Int(seconds * 10) % 5 == 0 ? -0.4 : 0.2)
    }
    #expect(bench.names.filter { $0 == "first_crack" }.count == 1)
  }

  @Test(arguments: [1.0, 10])
  func `beans still in the drum are told of within 30 s`(hertz: Double) {
    var bench = RoastMachineBench(hertz: hertz)
    bench.roast(600)
    bench.wire.state = RoasterState.cooling.code
    let before = bench.seconds
    bench.run(60) { wire, _ in wire.infrared -= 0.02 }
    let warning = bench.first(.beansStillInDrum)
    #expect(((warning?.at.nanoseconds).map { Double($0) / 1e9 - before } ?? .infinity) <= 30)
    bench.cool(40)
    #expect(bench.story.suffix(2) == ["beans_still_in_drum", "dropped"])
  }

  @Test func `a door opened just before cooling began is a drop`() {
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.run(8) { wire, seconds in
      wire.roast(at: 600 + seconds)
      wire.infrared += Float(seconds)
    }
    bench.wire.state = RoasterState.cooling.code
    bench.run(60)
    #expect(bench.names.contains("dropped"))
    #expect(!bench.names.contains("beans_still_in_drum"))
  }

  @Test func `a drop that a gap hides raises no warning`() {
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.lose(30)
    bench.wire.state = RoasterState.cooling.code
    bench.run(60)
    #expect(!bench.names.contains("beans_still_in_drum"))
  }
}
