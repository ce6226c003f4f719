/// Levels over time, from a file: what the machine was, or is to be, told.
public struct Schedule: Equatable, Sendable {
  /// Levels in force from a time on.
  public struct Row: Equatable, Sendable {
    /// Seconds since the beans were charged; negative is before.
    public var seconds: Double
    public var heater: Int
    public var fan: Int
    public var drum: Int
    public var volts: Double?
  }

  /// In order of time.
  public let rows: [Row]
  /// When the file says that the beans were dropped.
  public let dropSeconds: Double?

  /// Why a file is no schedule: the line, counted from 1, and what was expected there.
  public struct Refusal: Error, Equatable, Sendable {
    public let line: Int
    public let problem: String
  }

  /// Reads the columns `t_s,power,fan,drum`, `volt` and `event` where there are any; others are
  /// passed over.
  public init(csv text: String) throws(Refusal) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let header = Self.cells(lines.first ?? "")
    func column(_ name: String) -> Int? { header.firstIndex { $0 == name } }
    guard let time = column("t_s"), let heater = column("power"), let fan = column("fan"),
      let drum = column("drum")
    else { throw Refusal(line: 1, problem: "the header must name t_s, power, fan and drum") }
    let (volts, event) = (column("volt"), column("event"))
    var rows: [Row] = []
    var dropSeconds: Double?
    for (number, line) in zip(2..., lines.dropFirst()) where !line.allSatisfy(\.isWhitespace) {
      let cells = Self.cells(line)
      func value(_ index: Int, _ name: String, _ range: ClosedRange<Double>) throws(Refusal)
        -> Double
      {
        guard index < cells.count, let value = Double(cells[index]), range.contains(value) else {
          let found = index < cells.count ? "'\(cells[index])'" : "nothing"
          throw Refusal(
            line: number,
            problem: "\(name) is \(found); expected a number from \(range.lowerBound) to "
              + "\(range.upperBound)")
        }
        return value
      }
      func level(_ index: Int, _ name: String, _ most: Double) throws(Refusal) -> Int {
        Int(try value(index, name, 0...most).rounded())
      }
      let seconds = try value(time, "t_s", -100_000...100_000)
      if let last = rows.last, seconds < last.seconds {
        throw Refusal(line: number, problem: "t_s goes back from \(last.seconds) to \(seconds)")
      }
      if let event, event < cells.count, cells[event] == "DROP" { dropSeconds = seconds }
      rows.append(
        Row(
          seconds: seconds, heater: try level(heater, "power", 9), fan: try level(fan, "fan", 12),
          drum: try level(drum, "drum", 9),
          volts: volts.flatMap { $0 < cells.count ? Double(cells[$0]) : nil }))
    }
    guard !rows.isEmpty else { throw Refusal(line: 2, problem: "there is no row of levels") }
    self.rows = rows
    self.dropSeconds = dropSeconds
  }

  /// The levels in force at a time: those of the last row that is not later.
  public func row(at seconds: Double) -> Row {
    rows.last { $0.seconds <= seconds + 1e-9 } ?? rows[0]
  }

  /// The usual mains voltage from the charge to the drop; nil where the file has none.
  public func usualVolts(until drop: Double) -> Double? {
    let volts = rows.filter { $0.seconds >= 0 && $0.seconds <= drop }.compactMap(\.volts)
      .filter { (80...260).contains($0) }.sorted()
    guard !volts.isEmpty else { return nil }
    let middle = volts.count / 2
    return volts.count % 2 == 1 ? volts[middle] : (volts[middle - 1] + volts[middle]) / 2
  }

  private static func cells(_ line: Substring) -> [Substring] {
    line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
      cell.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    }.map { Substring(String($0)) }
  }
}
