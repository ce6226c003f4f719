/// What happens at the exported roaster, for a log.
public enum USBIPEvent: Equatable, Sendable {
  /// A computer holds the roaster.
  case imported
  /// It has let go.
  case released
  /// Somebody else's request to hold it was refused: it is held, off the bus, or not its name.
  case refused(busID: String)
  /// The roaster left the bus.
  case unplugged
  /// The roaster is on the bus again.
  case pluggedIn
  /// A client was hung up on.
  case hungUp(USBIPViolation)
  /// A client was turned away, because there are too many.
  case crowded
}

/// Why the server could not start; numbers are those of errno.
public enum USBIPError: Error, Equatable, Sendable {
  /// No numeric address, nor `localhost`.
  case address(String)
  /// The twin's time cannot run that fast.
  case speed(Double)
  /// Nothing can be listened to there: the port is taken, or the address is not ours.
  case listening(address: String, port: UInt16, code: Int32)
  /// The system has no pipe or thread left.
  case resources(code: Int32)
}
