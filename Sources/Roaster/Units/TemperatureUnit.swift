/// The scale a person reads temperatures in.
public enum TemperatureUnit: String, CaseIterable, Sendable {
  case celsius = "C"
  case fahrenheit = "F"

  /// A temperature on this scale.
  public func degrees(_ temperature: Celsius) -> Double {
    switch self {
    case .celsius: temperature.degrees
    case .fahrenheit: temperature.degrees * 9 / 5 + 32
    }
  }

  /// A difference on this scale: it has no zero point, so the 32 has no part in it.
  public func degrees(ofDifference celsius: Double) -> Double {
    switch self {
    case .celsius: celsius
    case .fahrenheit: celsius * 9 / 5
    }
  }

  /// A rate on this scale, in degrees a minute.
  public func degreesPerMinute(_ rate: CelsiusPerMinute) -> Double {
    degrees(ofDifference: rate.degreesPerMinute)
  }

  /// The scale a territory reads by habit: Fahrenheit where the customary units are American.
  public static func habit(ofLocale locale: String) -> TemperatureUnit {
    let territory = locale.prefix { $0 != "." && $0 != "@" }.split(separator: "_").dropFirst().first
    let fahrenheitTerritories: Set<Substring> = [
      "US", "PR", "GU", "VI", "AS", "MP", "BS", "BZ", "KY", "PW", "FM", "MH", "LR",
    ]
    return territory.map(fahrenheitTerritories.contains) == true ? .fahrenheit : .celsius
  }
}
