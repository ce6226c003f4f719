import Roaster
import Testing

extension Telemetry {
  /// A poll so many seconds after an origin; the wall clock agrees.
  static func at(_ seconds: Double, _ wire: WireStatus, sequence: UInt64 = 0) -> Telemetry {
    let moment = Moment(
      monotonic: MonotonicTime(seconds: seconds),
      wall: WallTime(milliseconds: 1_795_000_000_000 + Int64((seconds * 1000).rounded())))
    return Telemetry(sequence: sequence, moment: moment, frame: wire.frame)
  }
}

/// What holds for the events of any telemetry (M27): states, landmarks and warnings once a batch
/// and in order, everything told at or after it happened.
func expectOrder(_ events: [RoastEvent], _ comment: Comment) {
  var told: Set<String> = []
  var last: MonotonicTime?
  for event in events {
    #expect(event.at <= event.announced.monotonic, comment)
    switch event.kind.category {
    case .level, .anomaly: continue
    case .state, .landmark, .warning: break
    }
    var key = "\(event.batch) \(event.kind.name)"
    if case .unlistedTransition(let from, let to) = event.kind { key += " \(from) \(to)" }
    #expect(told.insert(key).inserted, "\(comment): \(key) twice")
    #expect(event.change == .announced, comment)
    if let last { #expect(!(event.at < last), "\(comment): \(key) out of order") }
    last = event.at
  }
}

/// A machine on the bench: fed with curves, it collects what it tells.
struct RoastMachineBench {
  var machine: RoastMachine
  var events: [RoastEvent] = []
  /// What the next poll says; a leg changes it.
  var wire = WireStatus()
  var seconds = 0.0
  var hertz = 10.0
  /// Everything fed so far.
  var fed: [Telemetry] = []

  init(_ settings: RoastMachine.Settings = .init(), hertz: Double = 10) {
    machine = RoastMachine(settings: settings)
    self.hertz = hertz
    wire.bean = 165
    wire.infrared = 240
    wire.heater = 2
    wire.fan = 1
  }

  /// One poll, as `wire` stands.
  @discardableResult
  mutating func poll() -> [RoastEvent] {
    let point = Telemetry.at(seconds, wire, sequence: UInt64(fed.count))
    fed.append(point)
    let news = machine.step(point)
    events += news
    seconds += 1 / hertz
    return news
  }

  /// Polls for so long; the curve is told the seconds since the leg began.
  mutating func run(_ duration: Double, _ curve: (inout WireStatus, Double) -> Void = { _, _ in }) {
    let count = Int((duration * hertz).rounded())
    for index in 0..<count {
      curve(&wire, Double(index) / hertz)
      poll()
    }
  }

  /// Polls for so long in a state, temperatures creeping as they do in real life.
  mutating func stay(_ state: RoasterState, _ duration: Double) {
    wire.state = state.code
    run(duration) { wire, _ in
      wire.bean += 0.001
      wire.infrared += 0.001
    }
  }

  /// The link is down for so long.
  mutating func lose(_ duration: Double) { seconds += duration }

  /// Ready for some seconds, then a roast of so many seconds with beans in it.
  mutating func roast(_ duration: Double, after ready: Double = 5) {
    stay(.ready, ready)
    run(duration) { wire, seconds in wire.roast(at: seconds) }
  }

  /// Cooling, with the beans out and the infrared back on the drum.
  mutating func cool(_ duration: Double) {
    wire.state = RoasterState.cooling.code
    wire.heater = 0
    wire.fan = 7
    wire.drum = 1
    let from = wire.infrared
    run(duration) { wire, seconds in
      wire.bean -= 0.05
      wire.infrared = from - 2 + Float(max(0, seconds - 5) * 1.5)
    }
  }

  var kinds: [RoastEvent.Kind] { events.map(\.kind) }
  var names: [String] { events.map(\.kind.name) }
  /// The names of all but level changes.
  var story: [String] {
    events.filter { $0.kind.category != .level }.map(\.kind.name)
  }

  func first(_ kind: RoastEvent.Kind) -> RoastEvent? { events.first { $0.kind == kind } }

  var changes: [LevelChange] {
    kinds.compactMap { if case .levelChanged(let change) = $0 { change } else { nil } }
  }

  var anomalies: [Anomaly] {
    kinds.compactMap { if case .anomaly(let anomaly) = $0 { anomaly } else { nil } }
  }
}

extension WireStatus {
  /// A roast: charged at 165 C, lowest near 50 s, yellow near 225 s, cracking near 560 s.
  mutating func roast(at seconds: Double) {
    state = RoasterState.roasting.code
    heater = 7
    fan = 2
    drum = 9
    clockMinutes = UInt8(Int(seconds) / 60)
    clockSeconds = UInt8(Int(seconds) % 60)
    bean = Float(Self.beanCurve(seconds))
    infrared = seconds < 4 ? 25 : Float(Self.infraredCurve(seconds))
  }

  static func beanCurve(_ seconds: Double) -> Double {
    165 * decay(seconds / 18) + 200 * (1 - decay(seconds / 420)) + 40 * (1 - decay(seconds / 18))
  }

  static func infraredCurve(_ seconds: Double) -> Double {
    let beans = 100 + 130 * (1 - decay(seconds / 330))
    return beans + (25 - beans) * decay((seconds - 4) / 6)
  }

  /// e to the minus x, of non-negative x.
  private static func decay(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    let part = max(x, 0) / 64
    for index in 1..<12 {
      term *= part / Double(index)
      sum += term
    }
    return (0..<6).reduce(1 / sum) { value, _ in value * value }
  }

  /// The time at which a curve is lowest or passes a temperature, by looking.
  static func beanLowest() -> Double {
    (0..<2000).map { Double($0) / 10 }.min { beanCurve($0) < beanCurve($1) } ?? 0
  }

  static func beanReaches(_ degrees: Double) -> Double {
    let times = (Int(beanLowest() * 10)..<12_000).map { Double($0) / 10 }
    return times.first { beanCurve($0) >= degrees } ?? 0
  }
}

/// Chance that a failing test can repeat from its seed.
struct RoastDice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
