import Simulator

/// Means of the forecasts' scores of many roasts (Specs/physics.md, P36).
public struct ForecastTable: Sendable {
  /// One machine's means over its roasts.
  public struct Line: Sendable {
    public let label: String
    /// Number of roasts.
    public let count: Int
    public let line: ForecastScore.Pair
    public let known: ForecastScore.Pair
    public let held: ForecastScore.Pair
    public let toDrop: ForecastScore.Pair
    /// Shares of all readings that the bands held.
    public let aheadCoverage: ForecastScore.Pair
    public let toDropCoverage: ForecastScore.Pair
    /// Mean absolute error of first crack foretold 120 s before, s, and over how many roasts.
    public let crack: (seconds: Double, count: Int)

    /// Averages scores; a roast too short for a forecast does not count.
    public init(label: String, scores: [ForecastScore]) {
      let scores = scores.filter { $0.known.bean.isFinite && $0.known.infrared.isFinite }
      self.label = label
      count = scores.count
      func mean(_ part: (ForecastScore) -> ForecastScore.Pair) -> ForecastScore.Pair {
        let pairs = scores.map(part)
        let count = Double(pairs.count)
        return ForecastScore.Pair(
          bean: pairs.reduce(0) { $0 + $1.bean } / count,
          infrared: pairs.reduce(0) { $0 + $1.infrared } / count)
      }
      line = mean(\.line)
      known = mean(\.known)
      held = mean(\.held)
      toDrop = mean(\.toDrop)
      func all(_ part: (ForecastScore) -> ForecastScore.Coverage) -> ForecastScore.Pair {
        scores.reduce(into: ForecastScore.Coverage()) { $0.add(part($1)) }.share
      }
      aheadCoverage = all(\.aheadCoverage)
      toDropCoverage = all(\.toDropCoverage)
      let cracks = scores.compactMap(\.crackError).map(abs)
      crack = (cracks.reduce(0, +) / Double(cracks.count), cracks.count)
    }
  }

  /// The lines, in the order they were given.
  public let lines: [Line]

  /// A table of lines.
  public init(lines: [Line]) {
    self.lines = lines
  }

  /// Markdown: two tables.
  public var markdown: String {
    let ahead = lines.reduce(
      """
      | 60 s ahead, RMSE BT / IBTS | roasts | line of the last 30 s | levels known | less than the line | \
      levels held | less than the line | 90 % band holds |
      |---|---|---|---|---|---|---|---|
      """
    ) { text, line in
      text
        + "\n| \(line.label) | \(line.count) | \(Self.pair(line.line)) | \(Self.pair(line.known)) "
        + "| \(Self.gain(line.known, line.line)) | \(Self.pair(line.held)) "
        + "| \(Self.gain(line.held, line.line)) | \(Self.percent(line.aheadCoverage)) |"
    }
    return lines.reduce(
      ahead + """


        | 150 s to the drop, RMSE BT / IBTS | roasts | levels known | 90 % band holds \
        | first crack from 120 s before, s (roasts) |
        |---|---|---|---|---|
        """
    ) { text, line in
      text + "\n| \(line.label) | \(line.count) | \(Self.pair(line.toDrop)) "
        + "| \(Self.percent(line.toDropCoverage)) "
        + "| \(FidelityTable.rounded(line.crack.seconds)) (\(line.crack.count)) |"
    }
  }

  private static func pair(_ pair: ForecastScore.Pair) -> String {
    "\(FidelityTable.rounded(pair.bean)) / \(FidelityTable.rounded(pair.infrared))"
  }

  private static func gain(_ pair: ForecastScore.Pair, _ line: ForecastScore.Pair) -> String {
    percent(
      ForecastScore.Pair(
        bean: 1 - pair.bean / line.bean, infrared: 1 - pair.infrared / line.infrared))
  }

  private static func percent(_ pair: ForecastScore.Pair) -> String {
    func text(_ share: Double) -> String {
      share.isFinite ? "\(Int((share * 100).rounded())) %" : "-"
    }
    return "\(text(pair.bean)) / \(text(pair.infrared))"
  }
}
