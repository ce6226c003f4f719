/// A rate of rise: how fast a temperature climbs.
public struct CelsiusPerMinute: Hashable, Comparable, Sendable {
  /// Degrees Celsius a minute.
  public let degreesPerMinute: Double

  /// A rate of so many degrees Celsius a minute.
  public init(_ degreesPerMinute: Double) { self.degreesPerMinute = degreesPerMinute }

  /// Slower than.
  public static func < (left: CelsiusPerMinute, right: CelsiusPerMinute) -> Bool {
    left.degreesPerMinute < right.degreesPerMinute
  }
}
