/// A parsed comma-separated file whose first line names the columns.
///
/// Just what the recordings need: no quotes, and an empty cell is an absent value.
public struct Table: Sendable {
  private let columns: [Substring: Int]
  private let rows: [[Substring]]

  /// Parses; nil when there is no header line.
  public init?(csv: String) {
    let lines = csv.split(whereSeparator: \.isNewline)
    guard let header = lines.first else { return nil }
    columns = Dictionary(
      Table.cells(header).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    rows = lines.dropFirst().map(Table.cells)
  }

  /// Number of rows below the header.
  public var count: Int { rows.count }

  /// The text of a cell; nil when the column or the cell is absent or empty.
  public func text(_ column: String, row: Int) -> String? {
    guard let index = columns[column[...]], index < rows[row].count, !rows[row][index].isEmpty
    else { return nil }
    return String(rows[row][index])
  }

  /// The number in a cell; nil when there is none.
  public func number(_ column: String, row: Int) -> Double? {
    text(column, row: row).flatMap(Double.init)
  }

  private static func cells(_ line: Substring) -> [Substring] {
    line.split(separator: ",", omittingEmptySubsequences: false)
  }
}
