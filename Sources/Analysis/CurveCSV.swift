import Roaster

/// A curve as a table: one row a sample, blank where a value is unknown.
public struct CurveCSV: Sendable {
  /// A column that only the caller knows, such as a temperature inside a simulated roaster.
  public struct Column: Sendable {
    /// Its name in the header.
    public let name: String
    let value: @Sendable (RoastCurve.Sample) -> Double?

    /// A column with a value, or none, for each sample.
    public init(_ name: String, value: @escaping @Sendable (RoastCurve.Sample) -> Double?) {
      self.name = name
      self.value = value
    }
  }

  private let curve: RoastCurve
  private let columns: [Column]

  /// A table of a curve, with columns at its end that the caller adds.
  public init(_ curve: RoastCurve, adding columns: [Column] = []) {
    self.curve = curve
    self.columns = columns
  }

  /// The columns that every table has.
  public static let header = ["t_s", "bt_c", "ibts_c", "power", "fan", "drum", "state", "event"]

  /// The table, header first.
  public var text: String {
    let names = eventNames
    let header = Self.header + columns.map(\.name)
    let rows = curve.samples.enumerated().map { index, sample in
      row(sample, event: names[index] ?? "")
    }
    return ([header] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\n" }.joined()
  }

  private func row(_ sample: RoastCurve.Sample, event: String) -> [String] {
    func degrees(_ value: Celsius?) -> String {
      value.map { DecimalText.trimmed($0.degrees, least: 1, most: 2) } ?? ""
    }
    func level(_ value: Int?) -> String { value.map(String.init) ?? "" }
    let known = [
      DecimalText.trimmed(sample.seconds, least: 1, most: 3), degrees(sample.bean),
      degrees(sample.infrared), level(sample.heater), level(sample.fan), level(sample.drum),
      sample.state.map { String($0.code) } ?? "", event,
    ]
    return known
      + columns.map { column in
        guard let value = column.value(sample), value.isFinite else { return "" }
        return DecimalText.trimmed(value, least: 1, most: 4)
      }
  }

  /// Which sample carries which events: the nearest one that has values.
  private var eventNames: [Int: String] {
    let known = curve.samples.indices.filter { curve.samples[$0].state != nil }
    var names: [Int: String] = [:]
    for (landmark, seconds) in happenings {
      let nearest = known.min {
        abs(curve.samples[$0].seconds - seconds) < abs(curve.samples[$1].seconds - seconds)
      }
      guard let nearest else { continue }
      names[nearest] = (names[nearest].map { $0 + "+" } ?? "") + landmark.mark
    }
    return names
  }

  /// The landmarks; the end of the roast stands for a drop that was not seen.
  private var happenings: [(Landmark, Double)] {
    Landmark.allCases.compactMap { landmark in
      if let event = curve[landmark] { return (landmark, event.seconds) }
      return landmark == .dropped ? curve.endSeconds.map { (landmark, $0) } : nil
    }
  }

  private static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}

extension Landmark {
  /// The name in a table of a curve.
  public var mark: String {
    switch self {
    case .charged: "CHARGE"
    case .turningPoint: "TP"
    case .yellowing: "YELLOW"
    case .firstCrack: "FC"
    case .firstCrackEnd: "FCE"
    case .secondCrack: "SC"
    case .dropped: "DROP"
    }
  }
}
