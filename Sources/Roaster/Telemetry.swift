/// One poll of the roaster: when, what it said, and the bytes it said it with.
public struct Telemetry: Equatable, Sendable {
  /// Counts the polls of a session from 0; a gap is a poll that failed.
  public let sequence: UInt64
  /// When its second half arrived.
  public let moment: Moment
  /// The bytes, unjudged.
  public let frame: StatusFrame
  /// The bytes, judged.
  public let status: Status

  /// The telemetry in a frame.
  public init(sequence: UInt64, moment: Moment, frame: StatusFrame) {
    self.sequence = sequence
    self.moment = moment
    self.frame = frame
    status = Status(frame)
  }
}
