import Roaster

/// The clocks that a record is kept by. They are the transport's, unless a roast goes on whose
/// record was begun by others: before the computer was started anew, or by a twin's earlier
/// client. One roast is kept by one pair of clocks.
public struct RecordClock: Sendable {
  /// Names the monotonic one.
  public let name: String
  /// How far the transport's clocks are ahead of the record's.
  let nanoseconds: Int64
  let wallMilliseconds: Int64

  /// The transport's clocks, or clocks behind them.
  init(name: String, nanoseconds: Int64 = 0, wallMilliseconds: Int64 = 0) {
    self.name = name
    self.nanoseconds = nanoseconds
    self.wallMilliseconds = wallMilliseconds
  }

  /// What the record's clocks show when the transport's show that.
  func recorded(_ moment: Moment) -> Moment {
    Moment(
      monotonic: MonotonicTime(nanoseconds: moment.monotonic.nanoseconds - nanoseconds),
      wall: WallTime(milliseconds: moment.wall.milliseconds - wallMilliseconds))
  }

  /// The step as the record's clock has it.
  func recorded(_ step: ExpectedStep) -> ExpectedStep {
    ExpectedStep(
      step.control, step.move,
      until: MonotonicTime(nanoseconds: step.until.nanoseconds - nanoseconds))
  }

  /// The point as the record has it.
  func recorded(_ point: Telemetry) -> Telemetry {
    guard nanoseconds != 0 || wallMilliseconds != 0 else { return point }
    return Telemetry(
      sequence: point.sequence, moment: recorded(point.moment), frame: point.frame)
  }
}
