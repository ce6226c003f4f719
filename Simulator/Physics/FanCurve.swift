/// Fan level to speed (Specs/physics.md, P3).
public enum FanCurve {
  /// Thousands of revolutions a minute at levels 0...12; 6 and 8 up are assumed.
  static let thousandRPM: [Double] = [
    0, 0.810, 0.915, 1.125, 1.365, 1.560, 1.74, 1.920, 2.10, 2.28, 2.46, 2.64, 2.82,
  ]

  /// Speed at a level; levels outside 0...12 count as the nearest.
  public static func rpm(level: Int) -> Double {
    thousandRPM[min(max(level, 0), 12)] * 1000
  }
}
