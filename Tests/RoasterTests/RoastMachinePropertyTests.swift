import FoundationEssentials
import Roaster
import Testing

@Suite struct RoastMachinePropertyTests {
  /// A slice of them in every run, many more where time is no matter (ROAST_SOAK=1).
  static let seeds: Range<UInt64> =
    ProcessInfo.processInfo.environment["ROAST_SOAK"] == nil ? 0..<12 : 0..<2000

  /// Telemetry that no roaster would send: any state, any value, any gap.
  static func storm(seed: UInt64, count: Int) -> [Telemetry] {
    var dice = RoastDice(seed: seed)
    var wire = WireStatus()
    var seconds = 0.0
    return (0..<count).map { index in
      if Int.random(in: 0..<20, using: &dice) == 0 {
        wire.state =
          Int.random(in: 0..<10, using: &dice) == 0
          ? .random(in: 0...255, using: &dice)
          : RoasterState.known.randomElement(using: &dice)?.code ?? 0
      }
      switch Int.random(in: 0..<40, using: &dice) {
      case 0: wire.bean = Float(bitPattern: .random(in: 0 ... .max, using: &dice))
      case 1: wire.infrared = Float(bitPattern: .random(in: 0 ... .max, using: &dice))
      case 2: wire.bean = .random(in: -10...360, using: &dice)
      case 3: wire.infrared = .random(in: 0...300, using: &dice)
      case 4: wire.heater = .random(in: 0...10, using: &dice)
      case 5: wire.fan = .random(in: 0...13, using: &dice)
      case 6: wire.drum = .random(in: 0...10, using: &dice)
      case 7: wire.clockMinutes = .random(in: 0...30, using: &dice)
      default:
        wire.bean += .random(in: -3...3, using: &dice)
        wire.infrared += .random(in: -3...3, using: &dice)
        wire.clockSeconds = (wire.clockSeconds &+ 1) % 60
      }
      wire.validity = Int.random(in: 0..<15, using: &dice) == 0 ? 3 : 10
      switch Int.random(in: 0..<100, using: &dice) {
      case 0: seconds += .random(in: 0...300, using: &dice)
      case 1: seconds -= .random(in: 0...2, using: &dice)
      case 2...40: seconds += 1
      default: seconds += 0.1
      }
      return Telemetry.at(seconds, wire, sequence: UInt64(index))
    }
  }

  /// Steps that were sent, at random.
  static func run(_ points: [Telemetry], expecting seed: UInt64? = nil) -> [RoastEvent] {
    var dice = RoastDice(seed: seed ?? 0)
    var machine = RoastMachine()
    return points.flatMap { point in
      if seed != nil, Int.random(in: 0..<10, using: &dice) == 0 {
        machine.expect(
          ExpectedStep(
            Control.allCases.randomElement(using: &dice) ?? .fan,
            Bool.random(using: &dice) ? .up : .to(.random(in: -3...20, using: &dice)),
            until: point.moment.monotonic.advanced(milliseconds: 800)))
      }
      let events = machine.step(point)
      let progress = machine.progress
      if let phases = progress.phases, let ratio = phases.developmentRatio {
        #expect(ratio.isFinite)
      }
      if let rise = progress.rateOfRise { #expect(rise.degreesPerMinute.isFinite) }
      return events
    }
  }

  @Test(arguments: seeds)
  func `under random telemetry no event is told twice or out of order`(seed: UInt64) {
    let events = Self.run(Self.storm(seed: seed, count: 2000), expecting: seed)
    expectOrder(events, "seed \(seed)")
    for event in events { #expect(!event.json.text.isEmpty, "seed \(seed)") }
  }

  @Test(arguments: seeds)
  func `the same telemetry gives the same events`(seed: UInt64) {
    let points = Self.storm(seed: seed, count: 1500)
    #expect(
      Self.run(points, expecting: seed) == Self.run(points, expecting: seed), "seed \(seed)")
  }

  @Test(arguments: seeds)
  func `every level change comes out exactly once, with an origin`(seed: UInt64) {
    let points = Self.storm(seed: seed, count: 1500)
    var last: [Control: Int] = [:]
    for case .levelChanged(let change) in Self.run(points, expecting: seed)
      .sorted(by: { $0.at < $1.at }).map(\.kind)
    {
      #expect(change.origin != nil, "seed \(seed)")
      if let last = last[change.control] { #expect(change.from == last, "seed \(seed)") }
      last[change.control] = change.to
    }
  }

  @Test(arguments: seeds)
  func `a lossy link changes no story`(seed: UInt64) {
    var dice = RoastDice(seed: seed)
    var bench = RoastMachineBench()
    bench.roast(600)
    bench.cool(40)
    var machine = RoastMachine()
    let events = bench.fed.filter { _ in Int.random(in: 0..<3, using: &dice) > 0 }
      .flatMap { machine.step($0) }.filter { $0.kind.category != .level }
    #expect(events.map(\.kind.name) == bench.story, "seed \(seed)")
  }
}
