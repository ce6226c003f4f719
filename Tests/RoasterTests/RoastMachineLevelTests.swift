import Roaster
import Testing

@Suite struct RoastMachineLevelTests {
  /// A bench well inside a roast, at P7 F2 D9.
  static func roasting() -> RoastMachineBench {
    var bench = RoastMachineBench()
    bench.roast(100)
    bench.events = []
    return bench
  }

  static func hold(_ bench: inout RoastMachineBench, _ duration: Double) {
    bench.run(duration) { wire, seconds in
      wire.bean += 0.01
      wire.infrared += 0.01
    }
  }

  @Test func `a change that nothing explains is the panel's after 3 s, dated when it was`() {
    var bench = Self.roasting()
    let at = MonotonicTime(seconds: bench.seconds)
    bench.wire.fan = 4
    bench.poll()
    #expect(bench.changes.isEmpty)
    #expect(bench.machine.unexplainedChanges.map(\.control) == [.fan])
    Self.hold(&bench, 2.9)
    #expect(bench.changes.isEmpty)
    Self.hold(&bench, 0.3)
    #expect(bench.changes.map(\.origin) == [.panel])
    #expect(bench.changes.first?.from == 2)
    #expect(bench.changes.first?.to == 4)
    #expect(bench.changes.first?.at == at)
    #expect(bench.machine.unexplainedChanges.isEmpty)
  }

  @Test(arguments: Control.allCases)
  func `a change within 3 s after a change of state is the firmware's`(control: Control) {
    var bench = Self.roasting()
    bench.wire.state = RoasterState.cooling.code
    bench.poll()
    Self.hold(&bench, 2.5)
    bench.wire.set(control, 1)
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.firmware])
    Self.hold(&bench, 2)
    bench.wire.set(control, 3)
    bench.poll()
    Self.hold(&bench, 4)
    #expect(bench.changes.map(\.origin) == [.firmware, .panel])
  }

  @Test(arguments: Control.allCases)
  func `a change within 3 s before a change of state is the firmware's`(control: Control) {
    var bench = Self.roasting()
    bench.wire.set(control, 1)
    Self.hold(&bench, 2.9)
    bench.wire.state = RoasterState.cooling.code
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.firmware])
    #expect(bench.machine.unexplainedChanges.isEmpty)
  }

  @Test func `a change 4 s before a change of state is the panel's`() {
    var bench = Self.roasting()
    bench.wire.heater = 1
    Self.hold(&bench, 4)
    bench.wire.state = RoasterState.cooling.code
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.panel])
  }

  @Test func `a change of state that must be confirmed claims changes from when it was seen`() {
    var bench = Self.roasting()
    bench.wire.heater = 1
    Self.hold(&bench, 2.9)
    bench.wire.state = RoasterState.off.code
    Self.hold(&bench, 0.3)
    #expect(bench.changes.map(\.origin) == [.firmware])
  }

  @Test(arguments: Control.allCases, [ExpectedStep.Move.up, .down])
  func `an expected step is commanded`(control: Control, move: ExpectedStep.Move) {
    var bench = Self.roasting()
    bench.wire.set(control, 5)
    Self.hold(&bench, 4)
    bench.events = []
    let until = MonotonicTime(seconds: bench.seconds + 1)
    bench.machine.expect(ExpectedStep(control, move, until: until))
    Self.hold(&bench, 0.3)
    bench.wire.set(control, move == .up ? 6 : 4)
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.commanded])
    #expect(bench.changes.first?.isDoubled == false)
  }

  @Test(arguments: [[7, 8], [8], [7, 7, 8]])
  func `a step taken twice is ours, at once or one after the other`(levels: [UInt8]) {
    var bench = Self.roasting()
    bench.wire.heater = 6
    Self.hold(&bench, 4)
    bench.events = []
    let until = MonotonicTime(seconds: bench.seconds + 1)
    bench.machine.expect(ExpectedStep(.heater, .up, until: until))
    for level in levels {
      bench.wire.heater = level
      bench.poll()
    }
    #expect(bench.changes.allSatisfy { $0.origin == .commanded })
    #expect(bench.changes.last?.isDoubled == true)
    #expect(bench.changes.last?.to == 8)
  }

  @Test(arguments: [(0.3, false), (0.6, true), (1.5, true), (1.9, true)])
  func `a step that shows only after a silence is ours`(silence: Double, isOurs: Bool) {
    var bench = Self.roasting()
    let until = MonotonicTime(seconds: bench.seconds + 0.2)
    bench.machine.expect(ExpectedStep(.fan, .up, until: until))
    bench.seconds += silence
    bench.wire.fan += 1
    Self.hold(&bench, 4)
    #expect(bench.changes.map(\.origin) == [isOurs ? .commanded : .panel])
  }

  @Test func `a step that moves three levels at once is the panel's`() {
    var bench = Self.roasting()
    let until = MonotonicTime(seconds: bench.seconds + 1)
    bench.machine.expect(ExpectedStep(.fan, .up, until: until))
    bench.wire.fan = 5
    Self.hold(&bench, 4)
    #expect(bench.changes.map(\.origin) == [.panel])
  }

  @Test func `a step taken three times is the panel's`() {
    var bench = Self.roasting()
    let until = MonotonicTime(seconds: bench.seconds + 1)
    bench.machine.expect(ExpectedStep(.fan, .up, until: until))
    for level in [UInt8](3...5) {
      bench.wire.fan = level
      bench.poll()
    }
    Self.hold(&bench, 4)
    #expect(bench.changes.map(\.origin) == [.commanded, .commanded, .panel])
  }

  @Test func `a step the other way, on another control or after its window is the panel's`() {
    for (control, level, wait) in [(Control.fan, UInt8(1), 0.1), (.heater, 8, 0.1), (.fan, 3, 1.2)]
    {
      var bench = Self.roasting()
      let until = MonotonicTime(seconds: bench.seconds + 1)
      bench.machine.expect(ExpectedStep(.fan, .up, until: until))
      Self.hold(&bench, wait)
      bench.wire.set(control, level)
      Self.hold(&bench, 4)
      #expect(bench.changes.map(\.origin) == [.panel], "\(control) \(level) \(wait)")
    }
  }

  @Test func `two steps on their way may show at once`() {
    var bench = Self.roasting()
    let until = MonotonicTime(seconds: bench.seconds + 1)
    bench.machine.expect(ExpectedStep(.fan, .up, until: until))
    bench.machine.expect(ExpectedStep(.fan, .up, until: until))
    bench.wire.fan = 4
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.commanded])
    #expect(bench.changes.first?.isDoubled == false)
  }

  @Test func `the drum goes where it was told and nowhere else`() {
    for (told, shown, origin) in [
      (5, UInt8(5), LevelChange.Origin.commanded), (5, 6, .panel), (5, 4, .panel),
    ] {
      var bench = Self.roasting()
      let until = MonotonicTime(seconds: bench.seconds + 1)
      bench.machine.expect(ExpectedStep(.drum, .to(told), until: until))
      bench.wire.drum = shown
      Self.hold(&bench, 4)
      #expect(bench.changes.map(\.origin) == [origin], "\(told) \(shown)")
    }
  }

  @Test func `the heater that holds the charge temperature is the firmware's`() {
    var bench = RoastMachineBench()
    bench.stay(.ready, 20)
    bench.wire.heater = 3
    bench.poll()
    bench.wire.heater = 1
    bench.poll()
    bench.wire.fan = 3
    bench.stay(.ready, 4)
    bench.wire.heater = 6
    bench.stay(.ready, 4)
    #expect(bench.changes.map(\.origin) == [.firmware, .firmware, .panel, .panel])
  }

  @Test func `a level that is null is no change`() {
    var bench = Self.roasting()
    bench.wire.heater = 200
    bench.poll()
    bench.wire.heater = 7
    Self.hold(&bench, 4)
    #expect(bench.changes.isEmpty)
  }

  @Test func `levels that moved in a gap with the state are the firmware's, alone the panel's`() {
    var bench = Self.roasting()
    bench.lose(60)
    bench.wire.fan = 4
    Self.hold(&bench, 4)
    bench.lose(60)
    bench.wire.state = RoasterState.cooling.code
    bench.wire.fan = 7
    Self.hold(&bench, 4)
    #expect(bench.changes.map(\.origin) == [.panel, .firmware])
  }

  @Test func `the first levels seen are no change`() {
    var bench = RoastMachineBench()
    bench.roast(2, after: 0)
    #expect(bench.changes.isEmpty)
    bench.wire.drum = 8
    bench.poll()
    #expect(bench.changes.map(\.origin) == [.firmware])
  }
}

extension WireStatus {
  mutating func set(_ control: Control, _ level: UInt8) {
    switch control {
    case .heater: heater = level
    case .fan: fan = level
    case .drum: drum = level
    }
  }
}
