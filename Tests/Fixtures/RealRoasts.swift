import FoundationEssentials

/// The real roasts beside the repository, read in place: they are not ours to copy.
public enum RealRoasts {
  /// A roast, and where a person or the index saw its landmarks.
  public struct Roast: Sendable {
    public let name: String
    public let rows: [Row]
    public let turningSeconds: Double?
    public let crackSeconds: Double?
    public let crackBean: Double?
    public let yellowSeconds: Double?
    public let dropSeconds: Double?
  }

  /// One reading.
  public struct Row: Sendable {
    public let seconds: Double
    public let bean: Double
    public let infrared: Double
    public let heater: UInt8
    public let fan: UInt8
    public let drum: UInt8
    public let state: UInt8
    /// Nil where it was not recorded.
    public let fanSpeed: Int16?
  }

  /// Where they are.
  public static let folder: String = (Fixtures.shared ?? "") + "/roasts"

  /// Whether they are there.
  public static let arePresent: Bool = {
    let isThere = FileManager.default.fileExists(atPath: folder + "/index.csv")
    if !isThere { print("skipped: ../shared/roasts is not there") }
    return isThere
  }()

  /// All of them.
  public static let all: [Roast] = {
    guard arePresent else { return [] }
    return table("index.csv").map { entry in
      let name = entry["name"] ?? ""
      func number(_ key: String) -> Double? { entry[key].flatMap { Double($0) } }
      return Roast(
        name: name, rows: table(name + ".csv").compactMap(row),
        turningSeconds: number("tp_s"), crackSeconds: number("fc_s"),
        crackBean: number("fc_bt"), yellowSeconds: number("yellow_s"),
        dropSeconds: number("drop_s"))
    }
  }()

  private static func row(_ entry: [String: String]) -> Row? {
    func number(_ key: String) -> Double? { entry[key].flatMap { Double($0) } }
    guard let seconds = number("t_s"), let bean = number("bt_c"), let infrared = number("ibts_c"),
      let state = number("state")
    else { return nil }
    return Row(
      seconds: seconds, bean: bean, infrared: infrared, heater: UInt8(number("power") ?? 0),
      fan: UInt8(number("fan") ?? 0), drum: UInt8(number("drum") ?? 0), state: UInt8(state),
      fanSpeed: number("fan_rpm").map { Int16($0) })
  }

  /// The table of one as it is.
  public static func text(of name: String) -> String {
    (try? String(contentsOfFile: folder + "/" + name + ".csv", encoding: .utf8)) ?? ""
  }

  private static func table(_ file: String) -> [[String: String]] {
    guard let text = try? String(contentsOfFile: folder + "/" + file, encoding: .utf8) else {
      return []
    }
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return [] }
    let keys = first.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(keys, values)) { _, last in last }
    }
  }
}
