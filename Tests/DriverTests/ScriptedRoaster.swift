import Driver
import Roaster
import Synchronization
import Testing

/// A roaster behind a transport, in simulated time: it answers the four queries and misbehaves as
/// its script says. Replies queue like those of a real IN endpoint.
final class ScriptedRoaster: Transport {
  /// What goes wrong with one exchange.
  enum Fault: Equatable {
    case silent
    /// The reply comes so many milliseconds after its request.
    case late(Int)
    /// The reply comes in pieces of these sizes.
    case pieces([Int])
    case short(Int)
    case long(Int)
    case doubled
    case nonsense
    case receiveFails(TransportFault)
    case sendFails(TransportFault)
    case unplugged(forMilliseconds: Int)
  }

  private struct World {
    var now: Int64 = 0
    var isOpen = false
    var openFaults: [TransportFault] = []
    var devices: [Device]
    var absentUntil: Int64 = 0
    var script: [Query: [Int: Fault]] = [:]
    var asked: [Query: Int] = [:]
    var replies: [(at: Int64, bytes: [UInt8])] = []
    var pendingFault: TransportFault?
    var sent: [(at: Int64, bytes: [UInt8])] = []
    var opens: [Int64] = []
    var clears = 0
    var polls: UInt32 = 0
    var endsAt: Int64
  }

  private let world: Mutex<World>
  private let identification = Identification(serial: 1234, firmware: 562, roasts: 99)

  /// A roaster that, after so many simulated seconds, has no more to give.
  init(seconds: Double, devices: [Device] = [ScriptedRoaster.device]) {
    world = Mutex(World(devices: devices, endsAt: Int64(seconds * 1e9)))
  }

  static let device = Device(product: 0x5741, serial: "BR1-7", bus: 1, address: 5)

  /// Makes the n-th request of a kind, counted from 1, go wrong.
  func script(_ query: Query, _ occurrence: Int, _ fault: Fault) {
    world.withLock { $0.script[query, default: [:]][occurrence] = fault }
  }

  /// Makes the next attempts to open fail.
  func refuseToOpen(_ faults: [TransportFault]) { world.withLock { $0.openFaults = faults } }

  /// Keeps the roaster off the bus until a simulated second.
  func keepAway(untilSecond second: Double) {
    world.withLock { $0.absentUntil = Int64(second * 1e9) }
  }

  /// All that was ever written, in order.
  var sent: [[UInt8]] { world.withLock { $0.sent.map(\.bytes) } }
  /// When each write was made, in simulated seconds.
  var sentSeconds: [Double] { world.withLock { $0.sent.map { Double($0.at) / 1e9 } } }
  /// When each attempt to open was made.
  var openSeconds: [Double] { world.withLock { $0.opens.map { Double($0) / 1e9 } } }
  var stallsCleared: Int { world.withLock { $0.clears } }
  var isOpen: Bool { world.withLock { $0.isOpen } }

  /// What a device sends that was not asked for.
  static let garbage: UInt8 = 0xEE

  /// A frame that carries the number of its poll in both halves, so that a test can see two polls
  /// mixed into one.
  static func frame(poll: UInt32) -> StatusFrame {
    var wire = WireStatus()
    wire.state = RoasterState.roasting.code
    (wire.bean, wire.infrared, wire.preheatTarget) = (150 + Float(poll % 64), 170, 230)
    (wire.heater, wire.fan, wire.drum, wire.mainsVolts) = (7, 2, 9, 203)
    wire.unverified12 = Float(bitPattern: poll)
    wire.coilFan2 = Int32(bitPattern: poll)
    return wire.frame
  }

  // MARK: Transport

  var now: Moment {
    let now = world.withLock { $0.now }
    return Moment(
      monotonic: MonotonicTime(nanoseconds: now),
      wall: WallTime(milliseconds: 1_700_000_000_000 + now / 1_000_000))
  }

  func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    let outcome = world.withLock { world -> Result<Device, TransportFault> in
      world.opens.append(world.now)
      guard world.now < world.endsAt else { return .failure(.ended) }
      if !world.openFaults.isEmpty { return .failure(world.openFaults.removeFirst()) }
      guard world.now >= world.absentUntil, skipping < world.devices.count else {
        return .failure(.absent)
      }
      world.isOpen = true
      return .success(world.devices[skipping])
    }
    return try outcome.get()
  }

  func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    let fault = world.withLock { world -> TransportFault? in
      guard world.now < world.endsAt else { return .ended }
      guard world.isOpen else { return .gone }
      world.sent.append((world.now, bytes))
      guard let query = Query(bytes: bytes) else {
        Issue.record("a session wrote \(bytes)")
        return nil
      }
      world.asked[query, default: 0] += 1
      if query == .status1 { world.polls += 1 }
      let fault = world.script[query]?[world.asked[query] ?? 0]
      if case .sendFails(let failure)? = fault { return failure }
      answer(query, fault, in: &world)
      return nil
    }
    if let fault { throw fault }
  }

  private func answer(_ query: Query, _ fault: Fault?, in world: inout World) {
    let reply = reply(to: query, poll: world.polls)
    let soon = world.now + 1_000_000
    switch fault {
    case nil: world.replies.append((soon, reply))
    case .silent?: break
    case .late(let milliseconds)?:
      world.replies.append((world.now + Int64(milliseconds) * 1_000_000, reply))
    case .pieces(let sizes)?:
      var rest = reply[...]
      for size in sizes {
        world.replies.append((soon, Array(rest.prefix(size))))
        rest = rest.dropFirst(size)
      }
    case .short(let count)?: world.replies.append((soon, Array(reply.prefix(count))))
    case .long(let count)?:
      let tooMuch = reply + [UInt8](repeating: Self.garbage, count: count)
      for start in stride(from: 0, to: tooMuch.count, by: 64) {
        world.replies.append((soon, Array(tooMuch[start..<min(start + 64, tooMuch.count)])))
      }
    case .doubled?: world.replies += [(soon, reply), (soon, reply)]
    case .nonsense?: world.replies.append((soon, reply.map { ~$0 }))
    case .receiveFails(let failure)?: world.pendingFault = failure
    case .unplugged(let milliseconds)?:
      world.pendingFault = .gone
      world.absentUntil = world.now + Int64(milliseconds) * 1_000_000
    case .sendFails?: break
    }
  }

  private func reply(to query: Query, poll: UInt32) -> [UInt8] {
    switch query {
    case .info1: identification.info1
    case .info2: identification.info2
    case .status1: Self.frame(poll: poll).firstHalf
    case .status2: Self.frame(poll: poll).secondHalf
    }
  }

  func receive(_ count: Int, timeoutMilliseconds: Int) async throws(TransportFault) -> [UInt8] {
    let outcome = world.withLock { world -> Result<[UInt8], TransportFault> in
      guard world.isOpen else { return .failure(.gone) }
      if let fault = world.pendingFault {
        world.pendingFault = nil
        world.now += 1_000_000
        if fault == .gone { world.isOpen = false }
        return .failure(fault)
      }
      let deadline = world.now + Int64(timeoutMilliseconds) * 1_000_000
      guard let next = world.replies.first, next.at <= deadline else {
        world.now = deadline
        return .failure(.timeout)
      }
      world.replies.removeFirst()
      world.now = max(world.now, next.at)
      return next.bytes.count > count ? .failure(.overflow) : .success(next.bytes)
    }
    return try outcome.get()
  }

  func clearStall() async throws(TransportFault) { world.withLock { $0.clears += 1 } }

  func close() async {
    world.withLock {
      $0.isOpen = false
      $0.replies = []
    }
  }

  func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    world.withLock { world in
      let arrival = orArrival && world.absentUntil > world.now ? world.absentUntil : .max
      world.now = max(world.now, min(deadline.nanoseconds, arrival))
    }
  }
}

/// What a session made of a roaster.
struct Witness {
  var points: [Telemetry] = []
  var failures: [Failure] = []
  var phases: [Link.Phase] = []
  var link = Link()

  /// Runs a session to the end of what the transport has to give.
  static func watching<Carrier: Transport>(
    _ transport: Carrier, serial: String? = nil
  ) async -> Witness {
    var witness = Witness()
    var runner = SessionRunner(Session(serial: serial), over: transport)
    await runner.run { witness.take($0, $1) }
    return witness
  }

  mutating func take(_ report: Session.Report, _ link: Link) {
    self.link = link
    switch report {
    case .telemetry(let point): points.append(point)
    case .failure(let failure): failures.append(failure)
    case .linkChanged: phases.append(link.phase)
    }
  }
}
