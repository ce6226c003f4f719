/// Means of the scores of many roasts, as the note prints them.
public struct FidelityTable: Sendable {
  /// One machine's means of absolute values.
  public struct Line: Sendable {
    /// What was averaged.
    public let label: String
    /// Number of roasts.
    public let count: Int
    /// RMSE of BT, RMSE of IBTS, turning point s and C, first crack s, drop BT and IBTS.
    public let means: [Double]

    /// Averages scores; roasts without a first crack do not count for it.
    public init(label: String, scores: [FidelityScore]) {
      self.label = label
      count = scores.count
      let columns: [(FidelityScore) -> Double?] = [
        { $0.probeRMSE }, { $0.infraredRMSE }, { $0.turningSeconds }, { $0.turningCelsius },
        { $0.crackSeconds }, { $0.dropProbe }, { $0.dropInfrared },
      ]
      means = columns.map { column in
        let values = scores.compactMap(column).map(abs)
        return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
      }
    }
  }

  /// The lines, in the order they were given.
  public let lines: [Line]

  /// A table of lines.
  public init(lines: [Line]) {
    self.lines = lines
  }

  /// Markdown, in the columns of the note.
  public var markdown: String {
    let header = """
      | | roasts | RMSE BT | RMSE IBTS | TP s / C | FC s | drop BT / IBTS |
      |---|---|---|---|---|---|---|
      """
    return lines.reduce(header) { text, line in
      let m = line.means.map(FidelityTable.rounded)
      return text
        + "\n| \(line.label) | \(line.count) | \(m[0]) | \(m[1]) | \(m[2]) / \(m[3]) "
        + "| \(m[4]) | \(m[5]) / \(m[6]) |"
    }
  }

  /// To hundredths, as the tables have it; a dash for what is none.
  public static func rounded(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
