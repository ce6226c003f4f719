/// One recorded roast: what the machine was told, and what it then showed.
public struct RoastRecord: Sendable {
  /// One line of the recording.
  public struct Row: Sendable {
    /// Time since the state became "roasting".
    public let seconds: Double
    /// Recorded bean probe.
    public let probeCelsius: Double?
    /// Recorded infrared reading.
    public let infraredCelsius: Double?
    /// Levels in force from here on.
    public let controls: Controls
  }

  /// The lines in order of time, from the start of the roast on.
  public let rows: [Row]

  /// Reads the columns t_s, power, fan, drum, and bt_c and ibts_c where present.
  ///
  /// Lines before the start and lines without a time are left out.
  public init?(csv: String) {
    guard let table = Table(csv: csv) else { return nil }
    let rows = (0..<table.count).compactMap { RoastRecord.row(table, $0) }
    guard !rows.isEmpty else { return nil }
    self.rows = rows
  }

  /// What a schedule tells the machine from the charge to `end`.
  public init(_ schedule: Schedule, until end: Double) {
    func row(_ levels: Schedule.Row, at seconds: Double) -> Row {
      Row(
        seconds: seconds, probeCelsius: nil, infraredCelsius: nil,
        controls: Controls(heater: levels.heater, fan: levels.fan, drum: levels.drum))
    }
    let later = schedule.rows.filter { $0.seconds > 0 && $0.seconds < end }
    rows =
      [row(schedule.row(at: 0), at: 0)] + later.map { row($0, at: $0.seconds) }
      + [row(schedule.row(at: end), at: end)]
  }

  private static func row(_ table: Table, _ index: Int) -> Row? {
    guard let seconds = table.number("t_s", row: index), seconds >= 0 else { return nil }
    func level(_ column: String) -> Int {
      table.number(column, row: index).flatMap { Int(exactly: $0.rounded()) } ?? 0
    }
    let controls = Controls(heater: level("power"), fan: level("fan"), drum: level("drum"))
    return Row(
      seconds: seconds, probeCelsius: table.number("bt_c", row: index),
      infraredCelsius: table.number("ibts_c", row: index), controls: controls)
  }
}
