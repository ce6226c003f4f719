/// Where telemetry comes from, as it is said with every roast.
public struct Origin: Sendable {
  /// As `--device` names it.
  public var device: String
  /// Whether it is made of software: a twin, or a recording of one.
  public var isSimulated: Bool
  /// How many of its seconds pass in one of ours, as far as is known now.
  public var currentSpeed: @Sendable () -> Double
  /// Whether it goes on roasting while the daemon is away.
  public var outlivesUs: Bool
  /// Names the monotonic clock: readings of two lives of the daemon are compared only if they share it.
  public var clock: String

  var speed: Double { currentSpeed() }

  /// A device and what is known about it.
  public init(
    device: String, isSimulated: Bool, speed: @escaping @Sendable () -> Double, outlivesUs: Bool,
    clock: String
  ) {
    self.device = device
    self.isSimulated = isSimulated
    currentSpeed = speed
    self.outlivesUs = outlivesUs
    self.clock = clock
  }
}
