import Driver
import FoundationEssentials
import Roaster
import Synchronization

/// The recording that `make run` plays: a made-up roast, drawn with a few straight and exponential
/// pieces, polled once a second. Its bytes are the same on every run.
///
/// Refresh Tests/Fixtures/recordings/synthetic-roast.rec with `ROAST_REFRESH=1 swift test`.
enum SyntheticRoast {
  static let isRefresh = ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }

  static func recording() async -> [UInt8] {
    let tape = Mutex<[UInt8]>([])
    let roaster = DrawnRoaster()
    let recorder = Recorder(roaster, origin: .synthetic, program: "SyntheticRoast") { bytes in
      tape.withLock { $0 += bytes }
    }
    var runner = SessionRunner(Session(), over: recorder)
    await runner.run { _, link in
      if let identity = link.identification { recorder.identified(identity) }
    }
    recorder.finish()
    return tape.withLock { $0 }
  }

  /// What the roaster shows at a second of the story.
  static func status(at second: Double) -> WireStatus {
    var wire = WireStatus()
    (wire.mainsVolts, wire.infraredBoard, wire.controlBoard) = (203, 45, 40)
    (wire.exhaust, wire.preheatTarget, wire.coilFan1, wire.coilFan2) = (-52.5, 230, 30, 30)
    let beginning = 60.0
    let drop = beginning + 540
    let t = second - beginning
    if second < beginning {
      wire.state = RoasterState.ready.code
      (wire.heater, wire.fan, wire.drum, wire.fanSpeed) = (1, 1, 9, 810)
      (wire.bean, wire.infrared) = (160, 230)
    } else if second < drop {
      wire.state = RoasterState.roasting.code
      let heater = [(0.0, 7), (240, 6), (360, 5), (450, 4)].last { $0.0 <= t }?.1 ?? 7
      let fan = [(0.0, 2), (300, 3), (450, 4)].last { $0.0 <= t }?.1 ?? 2
      let speeds: [Int: Int16] = [2: 915, 3: 1125, 4: 1365]
      (wire.heater, wire.fan, wire.drum) = (UInt8(heater), UInt8(fan), 9)
      wire.fanSpeed = speeds[fan] ?? 0
      wire.bean = Float(beans(at: t) + (160 - 20) * power(0.955, t))
      wire.beanRateOfRise = Float(
        60 * (beans(at: t) - beans(at: max(0, t - 10))) / 10)
      wire.infrared = t < 4 ? 25 : Float(beans(at: t) + 14 - 10 * power(0.99, t))
      (wire.clockMinutes, wire.clockSeconds) = (UInt8(t / 60), UInt8(Int(t) % 60))
    } else {
      wire.state = RoasterState.cooling.code
      (wire.heater, wire.fan, wire.drum, wire.fanSpeed) = (0, 7, 1, 1920)
      let cooling = second - drop
      wire.bean = Float(40 + (beans(at: 540) - 40) * power(0.99, cooling))
      wire.infrared = Float(min(240, 212 + 3 * cooling) - max(0, cooling - 12))
    }
    return wire
  }

  /// The beans themselves, without the probe's memory of the empty drum.
  private static func beans(at t: Double) -> Double { 22 + 205 * (1 - power(0.9962, t)) }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    for _ in 0..<Int(max(0, exponent)) { result *= base }
    let rest = max(0, exponent) - exponent.rounded(.down)
    return result * (1 - rest * (1 - base))
  }

  /// Answers each poll with the story at its time; a poll takes a second.
  private final class DrawnRoaster: Transport {
    private let state = Mutex((now: Int64(0), asked: Query?.none))
    private let identification = Identification(serial: 0, firmware: 562, roasts: 0)
    private static let end: Int64 = 660

    var now: Moment {
      let now = state.withLock { $0.now }
      return Moment(
        monotonic: MonotonicTime(nanoseconds: now),
        wall: WallTime(milliseconds: 1_750_000_000_000 + now / 1_000_000))
    }

    func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
      Device(product: 0x5741, serial: "SYNTHETIC", bus: 0, address: 0)
    }

    func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
      let isOver = state.withLock { state in
        state.asked = Query(bytes: bytes)
        return state.now > Self.end * 1_000_000_000
      }
      if isOver { throw .ended }
    }

    func receive(_ count: Int, timeoutMilliseconds: Int) async throws(TransportFault) -> [UInt8] {
      let (asked, second) = state.withLock { state in
        state.now += 1_000_000
        return (state.asked, Double(state.now / 1_000_000_000))
      }
      switch asked {
      case .info1?: return identification.info1
      case .info2?: return identification.info2
      case .status1?: return SyntheticRoast.status(at: second).frame.firstHalf
      case .status2?: return SyntheticRoast.status(at: second).frame.secondHalf
      case nil: throw .timeout
      }
    }

    func clearStall() async throws(TransportFault) {}
    func close() async {}

    func wait(until deadline: MonotonicTime, orArrival: Bool) async {
      state.withLock { $0.now += 1_000_000_000 - $0.now % 1_000_000_000 }
    }
  }
}
