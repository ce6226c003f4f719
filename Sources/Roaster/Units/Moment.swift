/// A point on a clock that never jumps; only differences mean anything.
public struct MonotonicTime: Hashable, Comparable, Sendable {
  /// Since an origin of the clock's own.
  public let nanoseconds: Int64

  /// A point so many nanoseconds after the clock's origin.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A point so many seconds after the clock's origin.
  public init(seconds: Double) { nanoseconds = Int64((seconds * 1e9).rounded()) }

  /// Earlier than.
  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The seconds from `right` to `left`.
  public static func - (left: Self, right: Self) -> Double {
    Double(left.nanoseconds &- right.nanoseconds) / 1e9
  }

  /// The point so many milliseconds later.
  public func advanced(milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + milliseconds * 1_000_000)
  }
}

/// What the calendar says; it may jump, so nothing is ever measured with it.
public struct WallTime: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// A time so many milliseconds after 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier than.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// RFC 3339 in UTC with milliseconds: `2026-11-21T02:10:41.123Z`.
  public var text: String {
    let (days, millisecondOfDay) = milliseconds.flooredQuotientAndRemainder(by: 86_400_000)
    let date = Self.civilDate(daysSince1970: days)
    let seconds = millisecondOfDay / 1000
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
      + padded(seconds % 60, 2) + "." + padded(millisecondOfDay % 1000, 3) + "Z"
  }

  /// Year, month and day of the proleptic Gregorian calendar, by counting 400-year eras that
  /// begin in March, so that the leap day is the last of its year.
  private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (daysSince1970 + 719_468).flooredQuotientAndRemainder(by: 146_097)
    let leapAdjusted = dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096
    let yearOfEra = leapAdjusted / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

/// One instant on both clocks.
public struct Moment: Hashable, Sendable {
  /// For measuring.
  public let monotonic: MonotonicTime
  /// For people and for records.
  public let wall: WallTime

  /// The instant at which the two clocks showed this.
  public init(monotonic: MonotonicTime, wall: WallTime) {
    self.monotonic = monotonic
    self.wall = wall
  }
}

extension Int64 {
  fileprivate func flooredQuotientAndRemainder(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
