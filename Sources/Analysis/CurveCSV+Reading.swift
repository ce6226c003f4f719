import Roaster

extension CurveCSV {
  /// Why a table is no curve.
  public enum Fault: Error, Equatable, Sendable {
    /// A column that must be there is not.
    case noColumn(String)
    /// A cell of that line, counted from 1, is no number where there must be one.
    case noNumber(line: Int, column: String)
    /// There are no rows, or far too many.
    case badSize(rows: Int)
  }

  private static let mostRows = 200_000

  /// The curve of a table: one of ours, or any with `t_s` and `bt_c`; other columns may miss, and
  /// what they hold beside numbers is unknown. The roast ends with the first row that no longer says
  /// that it is roasting, or where DROP is.
  public static func curve(reading text: String) throws(Fault) -> RoastCurve {
    let lines = text.split(whereSeparator: \.isNewline)
    let rows = lines.dropFirst()
    guard !rows.isEmpty, rows.count <= mostRows else { throw .badSize(rows: rows.count) }
    let columns = Columns(cells(lines[0]))
    for name in ["t_s", "bt_c"] where columns[name] == nil { throw .noColumn(name) }
    var (samples, events): ([RoastCurve.Sample], [RoastCurve.Event]) = ([], [])
    for (index, line) in rows.enumerated() {
      let row = Row(cells: cells(line), columns: columns)
      guard let sample = row.sample else { throw .noNumber(line: index + 2, column: "t_s") }
      samples.append(sample)
      events += row.events(at: sample)
    }
    return RoastCurve(
      spacingSeconds: spacing(samples), samples: samples, events: events,
      endSeconds: end(samples, events))
  }

  private static func cells(_ line: Substring) -> [Substring] {
    line.split(separator: ",", omittingEmptySubsequences: false)
  }

  /// The usual distance of two rows.
  private static func spacing(_ samples: [RoastCurve.Sample]) -> Double {
    let steps = zip(samples, samples.dropFirst()).map { $1.seconds - $0.seconds }.sorted()
    let usual = steps.isEmpty ? 1 : steps[steps.count / 2]
    return usual > 0 && usual.isFinite ? usual : 1
  }

  private static func end(
    _ samples: [RoastCurve.Sample], _ events: [RoastCurve.Event]
  ) -> Double? {
    let ended = samples.first { sample in
      sample.seconds > 0 && sample.state.map { $0 != .roasting } == true
    }
    return ended?.seconds ?? events.first { $0.landmark == .dropped }?.seconds
  }
}

/// Where each column is.
private struct Columns {
  private let places: [Substring: Int]

  init(_ names: [Substring]) {
    places = Dictionary(zip(names, names.indices)) { first, _ in first }
  }

  subscript(name: String) -> Int? { places[name[...]] }
}

/// One line of a table.
private struct Row {
  let cells: [Substring]
  let columns: Columns

  private func text(_ column: String) -> Substring? {
    columns[column].flatMap { cells.indices.contains($0) ? cells[$0] : nil }
  }

  private func number(_ column: String) -> Double? {
    text(column).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  private func level(_ column: String) -> Int? {
    number(column).flatMap { (0...12).contains($0) ? Int($0) : nil }
  }

  var sample: RoastCurve.Sample? {
    number("t_s").map { seconds in
      RoastCurve.Sample(
        seconds: seconds, bean: number("bt_c").map(Celsius.init),
        infrared: number("ibts_c").map(Celsius.init), heater: level("power"),
        fan: level("fan"), drum: level("drum"),
        state: number("state").flatMap { UInt8(exactly: $0) }.map(RoasterState.init(code:)))
    }
  }

  /// A table does not tell how a landmark is known: a person is taken at their word.
  func events(at sample: RoastCurve.Sample) -> [RoastCurve.Event] {
    (text("event") ?? "").split(separator: "+").compactMap { mark in
      Landmark.allCases.first { $0.mark == mark }.map { landmark in
        RoastCurve.Event(
          name: landmark.name, category: .landmark,
          source: landmark.isMarkable ? .marked : .estimated, seconds: sample.seconds,
          bean: sample.bean, infrared: sample.infrared)
      }
    }
  }
}
