/// A temperature. JSON and storage are always Celsius; `TemperatureUnit` is for people's eyes only.
public struct Celsius: Hashable, Comparable, Sendable {
  /// Degrees Celsius.
  public let degrees: Double

  /// A temperature of so many degrees Celsius.
  public init(_ degrees: Double) { self.degrees = degrees }

  /// Colder than.
  public static func < (left: Celsius, right: Celsius) -> Bool { left.degrees < right.degrees }

  /// How many degrees one temperature lies above another.
  public static func - (left: Celsius, right: Celsius) -> Double { left.degrees - right.degrees }
}
