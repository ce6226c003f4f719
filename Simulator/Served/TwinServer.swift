import Synchronization

/// A twin that lives by itself and is reached over a Unix socket: the roaster goes on roasting
/// whoever comes and goes (Specs/served-twin.md).
public final class TwinServer: Sendable {
  private let workshop: Workshop
  private let speed: Double
  private let listener: Listener
  private let bell = Bell()
  private let time: RealTime.Source
  private let isStopped = Atomic(false)

  /// What a twin can run at.
  public static var speeds: ClosedRange<Double> { StampedAnswer.speeds }

  /// Listens at the path at once; time begins with `run`.
  public convenience init(
    workshop: Workshop, path: String, speed: Double
  ) throws(ServedTwinError) {
    try self.init(workshop: workshop, path: path, speed: speed) { RealTime.nanoseconds }
  }

  init(
    workshop: Workshop, path: String, speed: Double, time: @escaping RealTime.Source
  ) throws(ServedTwinError) {
    guard Self.speeds.contains(speed) else { throw .unusableSpeed(speed) }
    self.workshop = workshop
    self.speed = speed
    self.time = time
    listener = try Listener(path: path)
  }

  /// Serves on this thread until `stop`; the socket's file is gone then. Once a server.
  public func run() {
    guard let descriptor = listener.descriptor else { return }
    var loop = ServerLoop(
      workshop, speed: speed, listener: descriptor, bell: bell, time: time)
    while !isStopped.load(ordering: .acquiring) { loop.turn() }
    listener.close()
  }

  /// Ends `run`, from any thread.
  public func stop() {
    isStopped.store(true, ordering: .releasing)
    bell.ring()
  }
}
