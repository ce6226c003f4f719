import Roaster
import Synchronization

/// A transport with a twin behind it: bytes only, in simulated time.
///
/// Each read and each wait consumes the time it would take; the pace says how fast that passes
/// against the wall.
public final class Twin: Transport {
  private let pace: Pace
  private let device: Device
  private let zero: WallTime
  private let world: Mutex<World>

  private struct World {
    var workshop: Workshop
    var cable = Cable()
    var isOpen = false
    /// Seconds since the beginning, to the nanosecond; the twin itself moves in whole ticks.
    var elapsed: Int64 = 0
    let end: Double
    let endsWithScript: Bool

    var seconds: Double { Double(elapsed) / 1e9 }

    mutating func pass(until target: Int64) {
      guard target > elapsed else { return }
      elapsed = target
      workshop.advance(to: seconds)
      if isOpen, unplugged != nil { isOpen = false }
    }

    /// The fault that keeps the twin off the bus.
    var unplugged: TimedFault? { workshop.bullet.activeFaults.first { $0.fault == .unplugged } }
    var isOver: Bool { seconds >= end || (endsWithScript && workshop.isOver) }
  }

  /// A twin whose time passes at that pace; it ends after so many seconds, or with the person's
  /// script if that is asked for.
  public init(
    _ workshop: Workshop, pace: Pace, started: WallTime = WallTime(milliseconds: 1_750_000_000_000),
    endingAfter end: Double = .infinity, endsWithScript: Bool = false
  ) {
    self.pace = pace
    zero = started
    device = Device(
      product: 0xA27E, serial: "TWIN-\(workshop.bullet.serial)", bus: 0, address: 1)
    world = Mutex(World(workshop: workshop, end: end, endsWithScript: endsWithScript))
  }

  /// What a hand does at the panel.
  public func perform(_ action: PanelAction) { world.withLock { $0.workshop.perform(action) } }

  /// The twin as it truly is, which no byte tells.
  public var bullet: Bullet { world.withLock { $0.workshop.bullet } }

  public var now: Moment {
    let elapsed = world.withLock { $0.elapsed }
    return Moment(
      monotonic: MonotonicTime(nanoseconds: elapsed),
      wall: WallTime(milliseconds: zero.milliseconds + elapsed / 1_000_000))
  }

  public func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    let fault = world.withLock { world -> TransportFault? in
      if world.isOver { return .ended }
      guard world.unplugged == nil, skipping == 0 else { return .absent }
      world.isOpen = true
      world.cable.reset()
      return nil
    }
    if let fault { throw fault }
    return device
  }

  public func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    let fault = world.withLock { world -> TransportFault? in
      if world.isOver { return .ended }
      guard world.isOpen else { return .gone }
      world.cable.send(bytes, to: &world.workshop)
      return nil
    }
    if let fault { throw fault }
  }

  public func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    let outcome = world.withLock { world -> Result<[UInt8], TransportFault> in
      guard world.isOpen else { return .failure(.gone) }
      let deadline = world.elapsed + Int64(timeoutMilliseconds) * 1_000_000
      switch world.cable.receive(by: Double(deadline) / 1e9) {
      case .halted: return .failure(.stalled)
      case .nothing:
        world.pass(until: deadline)
        return .failure(world.isOpen ? .timeout : .gone)
      case .packet(let bytes, let due):
        world.pass(until: max(world.elapsed + Self.readNanoseconds, Int64(due * 1e9)))
        guard world.isOpen else { return .failure(.gone) }
        return bytes.count > count ? .failure(.overflow) : .success(bytes)
      }
    }
    await keepPace()
    if Task.isCancelled { throw .ended }
    return try outcome.get()
  }

  /// A read takes no less than this.
  private static let readNanoseconds: Int64 = 500_000

  public func clearStall() async throws(TransportFault) {
    world.withLock { $0.cable.clearHalt() }
  }

  public func close() async {
    world.withLock { $0.isOpen = false }
  }

  public func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    world.withLock { world in
      var target = deadline.nanoseconds
      if orArrival, let fault = world.unplugged, fault.lasting.isFinite {
        // It is off the bus until the first tick after the fault.
        let ticks = ((fault.from + fault.lasting) / Bullet.tickSeconds).rounded(.up)
        let back = Int64((ticks * Bullet.tickSeconds + 0.001) * 1e9)
        target = min(target, max(back, world.elapsed + 1_000_000))
      }
      world.pass(until: target)
    }
    await keepPace()
  }

  private func keepPace() async {
    guard pace.factor != nil else { return }
    await pace.catchUp(elapsed: now.monotonic - MonotonicTime(nanoseconds: 0))
  }
}
