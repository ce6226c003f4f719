import Roaster

/// Times of columns. One that no clock ever showed is moved to where those that are reckoned with
/// end, so that sums and differences of times and spans are numbers, whatever a file holds.
extension Statement {
  private static let times = -(Int64(1) << 62 - 1)...(Int64(1) << 62 - 1)

  private func time(_ column: Int32) -> Int64? {
    int64(column).map { min(max($0, Self.times.lowerBound), Self.times.upperBound) }
  }

  /// What a calendar said, in milliseconds; nil for null.
  func wall(_ column: Int32) -> WallTime? { time(column).map(WallTime.init) }

  /// What a monotonic clock said, in nanoseconds; nil for null.
  func monotonic(_ column: Int32) -> MonotonicTime? {
    time(column).map(MonotonicTime.init(nanoseconds:))
  }

  /// An instant by its two columns; nil when one is null.
  func moment(wall: Int32, monotonic: Int32) -> Moment? {
    guard let wall = self.wall(wall), let monotonic = self.monotonic(monotonic) else { return nil }
    return Moment(monotonic: monotonic, wall: wall)
  }

  /// An instant by its two columns, which are never null.
  func instant(wall: Int32, monotonic: Int32) -> Moment {
    moment(wall: wall, monotonic: monotonic)
      ?? Moment(monotonic: MonotonicTime(nanoseconds: 0), wall: WallTime(milliseconds: 0))
  }
}
