import Governor
import Roaster

/// A roaster that reads as it is told to, its machine, and the watch over both.
struct EffectBench {
  var machine = RoastMachine()
  var watch = EffectWatch()
  var wire: WireStatus
  /// When the next poll is, in seconds.
  var time = 0.0
  /// What was told, and when.
  var told: [(at: Double, sign: EffectWatch.Sign)] = []

  init(_ state: RoasterState = .roasting) {
    wire = Bench.wire(state)
    wire.fanSpeed = 1125
  }

  /// Polls for so long, ten times a second; the readings climb by so much a minute.
  mutating func run(
    _ seconds: Double, bean: Double = 0, infrared: Double = 0, clock: Bool = true
  ) {
    let (startBean, startInfrared) = (Double(wire.bean), Double(wire.infrared))
    let count = Int((seconds * 10).rounded())
    for index in 1...count {
      wire.bean = Float(startBean + bean * Double(index) / 600)
      wire.infrared = Float(startInfrared + infrared * Double(index) / 600)
      poll()
    }
  }

  mutating func poll() {
    let moment = Moment(
      monotonic: MonotonicTime(seconds: 100 + time), wall: WallTime(milliseconds: 0))
    let point = Telemetry(sequence: 0, moment: moment, frame: wire.frame)
    let news = machine.step(point)
    told += watch.step(point, news, machine.progress).map { (time, $0) }
    time += 0.1
  }

  /// What was told since the last look, without its facts.
  mutating func look() -> [String] {
    defer { told = [] }
    return told.map { $0.sign.name }
  }

  /// When something was first told, in seconds.
  func first(_ name: String) -> Double? { told.first { $0.sign.name == name }?.at }
}

extension EffectWatch.Sign {
  var name: String {
    switch self {
    case .began(let alarm, _): alarm.rawValue
    case .ended(let alarm): "no " + alarm.rawValue
    case .trip(let trip, _): "trip " + trip.rawValue
    }
  }

  var facts: JSON? {
    switch self {
    case .began(_, let facts), .trip(_, let facts): facts
    case .ended: nil
    }
  }
}
