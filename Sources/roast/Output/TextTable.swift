/// Columns under their headings, each as wide as it must be.
struct TextTable {
  private var rows: [[String]]

  init(_ headings: [String]) { rows = [headings] }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// Whether it has nothing but headings.
  var isEmpty: Bool { rows.count == 1 }

  /// The table; blanks at the ends of lines are left out.
  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = cells.joined(separator: "  ")
      let end = line.lastIndex { $0 != " " }
      return (end.map { line[...$0] } ?? "") + "\n"
    }.joined()
  }
}
