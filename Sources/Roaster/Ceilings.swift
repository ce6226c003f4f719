/// What no reading of a roast may go over, whoever steers.
public struct Ceilings: Equatable, Sendable {
  public let bean: Celsius
  public let infrared: Celsius
  /// Of BT, with beans in the drum.
  public let rise: CelsiusPerMinute

  /// Ceilings of these heights.
  public init(bean: Celsius, infrared: Celsius, rise: CelsiusPerMinute) {
    self.bean = bean
    self.infrared = infrared
    self.rise = rise
  }
}
