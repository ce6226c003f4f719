import Roaster
import Testing

@Suite struct RoastMachineStateTests {
  @Test func `a whole batch is told in order`() {
    var bench = RoastMachineBench()
    bench.wire.heater = 7
    bench.stay(.off, 2)
    bench.stay(.preheating, 5)
    bench.stay(.stabilising, 5)
    bench.roast(600)
    bench.wire.state = RoasterState.ending.code
    bench.poll()
    bench.cool(40)
    bench.stay(.shuttingDown, 5)
    bench.stay(.off, 5)
    #expect(
      bench.story == [
        "observing", "preheat_started", "stabilising", "ready", "roast_began", "charged",
        "turning_point", "yellowing", "first_crack", "ending", "cooling", "dropped",
        "shutting_down", "off",
      ])
    #expect(bench.events.allSatisfy { $0.batch == ($0.kind == .observing(.off) ? 0 : 1) })
    expectOrder(bench.events, "whole batch")
  }

  @Test(arguments: RoasterState.known + [.unknown(0x0F)])
  func `the first state is observed, and nothing before it is invented`(state: RoasterState) {
    var bench = RoastMachineBench()
    bench.stay(state, 60)
    #expect(bench.names == ["observing"])
    #expect(bench.kinds.first == .observing(state))
  }

  @Test func `listening from the middle of a roast counts its beginning back by the clock`() {
    var bench = RoastMachineBench()
    bench.seconds = 1000
    bench.run(200) { wire, seconds in wire.roast(at: 400 + seconds) }
    #expect(bench.story == ["observing", "first_crack"])
    #expect(bench.machine.progress.began == MonotonicTime(seconds: 600))
    let crack = bench.first(.firstCrack)?.roastSeconds ?? 0
    #expect(abs(crack - WireStatus.beanReaches(187)) < 0.5)
    #expect(bench.machine.progress.phases?.dryingSeconds == nil)
  }

  @Test func `listening from before the turning point still finds it, and no charge`() {
    var bench = RoastMachineBench()
    bench.run(300) { wire, seconds in wire.roast(at: 15 + seconds) }
    #expect(bench.story == ["observing", "turning_point", "yellowing"])
  }

  @Test func `listening begins again after a gap that hides a whole roast`() {
    var bench = RoastMachineBench()
    bench.roast(300)
    bench.lose(900)
    bench.run(400) { wire, seconds in wire.roast(at: 200 + seconds) }
    let last = bench.events.filter { $0.batch == 1 && $0.kind.category != .level }
    #expect(last.map(\.kind.name) == ["observing", "yellowing", "first_crack"])
    #expect(!bench.names.contains("anomaly"))
  }

  @Test func `a gap inside a roast leaves it the same roast`() {
    var bench = RoastMachineBench()
    bench.roast(200)
    bench.lose(100)
    bench.run(300) { wire, seconds in wire.roast(at: 300 + seconds) }
    #expect(bench.events.allSatisfy { $0.batch == 0 })
    #expect(
      bench.story
        == ["observing", "roast_began", "charged", "turning_point", "yellowing", "first_crack"])
    #expect((bench.first(.yellowing)?.gapSeconds ?? 0) > 99)
  }

  @Test func `the clock tells when a roast began that began in a gap`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 5)
    bench.lose(30)
    bench.run(20) { wire, seconds in wire.roast(at: 12 + seconds) }
    let began = bench.first(.roastBegan)
    #expect(began?.at == MonotonicTime(seconds: 23))
    #expect(began?.gapSeconds == nil)
    #expect(!bench.names.contains("beans_not_charged"))
  }

  @Test func `back-to-back batches are two batches`() {
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.cool(40)
    bench.stay(.preheating, 20)
    bench.roast(600)
    bench.cool(40)
    let batch = [
      "ready", "roast_began", "charged", "turning_point", "yellowing", "first_crack", "cooling",
      "dropped",
    ]
    #expect(bench.story == ["observing"] + batch.dropFirst() + ["preheat_started"] + batch)
    #expect(Set(bench.events.map(\.batch)) == [0, 1])
    expectOrder(bench.events, "back to back")
  }

  @Test func `preheating again is another batch, so ready is told again`() {
    var bench = RoastMachineBench()
    bench.stay(.off, 1)
    bench.stay(.preheating, 3)
    bench.stay(.ready, 3)
    bench.stay(.preheating, 3)
    bench.stay(.ready, 3)
    #expect(
      bench.story == [
        "observing", "preheat_started", "ready", "unlisted_transition", "preheat_started", "ready",
      ])
    #expect(bench.events.last?.batch == 2)
  }

  @Test func `a transition that nobody documented is listed once and not alarmed`() {
    var bench = RoastMachineBench()
    bench.stay(.preheating, 3)
    bench.stay(.cooling, 3)
    #expect(
      bench.kinds == [
        .observing(.preheating), .unlistedTransition(from: .preheating, to: .cooling), .cooling,
      ])
  }

  @Test(arguments: RoasterState.known)
  func `every listed transition is told and not listed`(from: RoasterState) {
    for next in RoasterState.known where from.isListed(before: next) {
      var bench = RoastMachineBench()
      bench.stay(from, 3)
      bench.stay(next, 1)
      #expect(bench.events.count == 2, "\(from) \(next)")
      #expect(bench.kinds.last == RoastEvent.Kind.entering(next), "\(from) \(next)")
    }
  }

  @Test(arguments: RoasterState.known)
  func `every other transition is listed`(from: RoasterState) {
    for next in RoasterState.known where next != from && !from.isListed(before: next) {
      var bench = RoastMachineBench()
      bench.stay(from, 3)
      bench.stay(next, 1)
      #expect(bench.kinds.contains(.unlistedTransition(from: from, to: next)), "\(from) \(next)")
      #expect(bench.anomalies.isEmpty)
    }
  }

  @Test func `one reading of a state that cannot follow changes nothing`() {
    var bench = RoastMachineBench()
    bench.roast(100)
    bench.wire.state = RoasterState.off.code
    bench.poll()
    bench.run(500) { wire, seconds in wire.roast(at: 100.1 + seconds) }
    #expect(bench.events.allSatisfy { $0.batch == 0 })
    #expect(!bench.names.contains("off"))
    #expect(bench.names.contains("first_crack"))
  }

  @Test func `an unknown state does not end a roast`() {
    var bench = RoastMachineBench()
    bench.roast(100)
    bench.run(5) { wire, seconds in
      wire.roast(at: 100 + seconds)
      wire.state = 0x0F
    }
    bench.run(500) { wire, seconds in wire.roast(at: 105 + seconds) }
    #expect(bench.events.allSatisfy { $0.batch == 0 })
    #expect(bench.kinds.contains(.unlistedTransition(from: .roasting, to: .unknown(0x0F))))
    #expect(bench.names.contains("first_crack"))
    expectOrder(bench.events, "unknown state")
  }

  @Test func `idle messages are not heard`() {
    var bench = RoastMachineBench()
    bench.stay(.preheating, 2)
    bench.wire.validity = 3
    bench.wire.state = 0xFF
    bench.wire.bean = .nan
    bench.wire.heater = 99
    bench.poll()
    bench.wire = WireStatus()
    bench.wire.bean = 165
    bench.wire.infrared = 240
    bench.wire.heater = 2
    bench.wire.fan = 1
    bench.stay(.preheating, 2)
    #expect(bench.names == ["observing"])
  }

  @Test func `telemetry that is not later than the last is ignored`() {
    var bench = RoastMachineBench()
    bench.stay(.preheating, 2)
    bench.seconds = 0.5
    bench.stay(.ready, 1)
    #expect(bench.names == ["observing"])
  }

  @Test func `a jump of the wall clock moves no event`() {
    var bench = RoastMachineBench()
    bench.roast(100)
    var machine = RoastMachine()
    let events = bench.fed.enumerated().flatMap { index, point in
      let wall = WallTime(milliseconds: index > 300 ? 5 : point.moment.wall.milliseconds)
      let moment = Moment(monotonic: point.moment.monotonic, wall: wall)
      return machine.step(
        Telemetry(sequence: point.sequence, moment: moment, frame: point.frame))
    }
    #expect(events.map(\.at) == bench.events.map(\.at))
    #expect(events.map(\.roastSeconds) == bench.events.map(\.roastSeconds))
  }

  @Test func `the beginning of a roast carries the drum's temperature, not the 25.0`() {
    var bench = RoastMachineBench()
    bench.roast(10)
    #expect((bench.first(.roastBegan)?.infrared?.degrees ?? 0) > 239)
  }
}

extension RoastEvent.Kind {
  static func entering(_ state: RoasterState) -> RoastEvent.Kind? {
    switch state {
    case .off: .off
    case .preheating: .preheatStarted
    case .stabilising: .stabilising
    case .ready: .ready
    case .roasting: .roastBegan
    case .ending: .ending
    case .cooling: .cooling
    case .shuttingDown: .shuttingDown
    case .unknown: nil
    }
  }
}
