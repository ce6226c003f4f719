/// What the index of recordings says about one roast.
public struct RoastFacts: Sendable {
  /// Drum temperature assumed where no sample before the charge exists: the mean of m1.
  static let usualDrumCelsius = 237.0

  /// Name of the recording, which is also its file name.
  public let name: String
  /// "m1" or "m2".
  public let machine: String
  /// Day of the year, 1...366.
  public let dayOfYear: Int
  /// Green weight.
  public let grams: Double
  /// Probe before the charge.
  public let chargeProbeCelsius: Double
  /// Infrared reading, hence drum, before the charge.
  public let chargeDrumCelsius: Double
  /// Room, where it was recorded.
  public let roomCelsius: Double?
  /// Median mains voltage over 202 V; 1 where it was not recorded.
  public let supply: Double
  /// Turning point.
  public let turningSeconds: Double
  /// Turning point.
  public let turningCelsius: Double
  /// Marked first crack.
  public let crackSeconds: Double?
  /// Probe at the marked first crack.
  public let crackCelsius: Double?
  /// Time of the drop.
  public let dropSeconds: Double
  /// Probe at the drop.
  public let dropProbeCelsius: Double
  /// Infrared reading at the drop.
  public let dropInfraredCelsius: Double

  /// All roasts of an index; lines that lack a necessary number are left out.
  public static func index(csv: String) -> [RoastFacts] {
    guard let table = Table(csv: csv) else { return [] }
    return (0..<table.count).compactMap { RoastFacts(table: table, row: $0) }
  }

  init?(table: Table, row: Int) {
    func number(_ column: String) -> Double? { table.number(column, row: row) }
    guard
      let name = table.text("name", row: row), let machine = number("machine"),
      let day = table.text("date", row: row).flatMap(RoastFacts.dayOfYear),
      let grams = number("grams_in"), let probe = number("bt_charge"),
      let turningSeconds = number("tp_s"), let turningCelsius = number("tp_c"),
      let dropSeconds = number("drop_s"), let dropProbe = number("drop_bt"),
      let dropInfrared = number("drop_ibts")
    else { return nil }
    self.name = name
    self.machine = "m\(Int(exactly: machine) ?? 0)"
    dayOfYear = day
    self.grams = grams
    chargeProbeCelsius = probe
    chargeDrumCelsius = number("ibts_charge") ?? RoastFacts.usualDrumCelsius
    roomCelsius = number("ambient_c")
    supply = number("volt").map { $0 / 202 } ?? 1
    self.turningSeconds = turningSeconds
    self.turningCelsius = turningCelsius
    crackSeconds = number("fc_s")
    crackCelsius = number("fc_bt")
    self.dropSeconds = dropSeconds
    dropProbeCelsius = dropProbe
    dropInfraredCelsius = dropInfrared
  }

  /// Day of the year of an ISO date.
  static func dayOfYear(_ date: String) -> Int? {
    let parts = date.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return nil }
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][parts[1] - 1]
    let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
    return before + parts[2] + (isLeap && parts[1] > 2 ? 1 : 0)
  }
}
