import FoundationEssentials
import Roaster

/// The real roasts beside the repository, read in place: they are not ours to copy.
enum RealRoasts {
  struct Roast: Sendable {
    let name: String
    let rows: [Row]
    let turningSeconds: Double?
    let crackSeconds: Double?
    let crackBean: Double?
    let yellowSeconds: Double?
    let dropSeconds: Double?
  }

  struct Row: Sendable {
    let seconds: Double
    let bean: Double
    let infrared: Double
    let heater: UInt8
    let fan: UInt8
    let drum: UInt8
    let state: UInt8

    /// What the roaster would have sent. The recordings have no roast clock.
    var wire: WireStatus {
      var wire = WireStatus()
      wire.bean = Float(bean)
      wire.infrared = Float(infrared)
      wire.heater = heater
      wire.fan = fan
      wire.drum = drum
      wire.state = state
      if state == RoasterState.roasting.code {
        wire.clockMinutes = UInt8(clamping: Int(seconds) / 60)
        wire.clockSeconds = UInt8(max(0, Int(seconds)) % 60)
      }
      return wire
    }
  }

  static let folder: String = {
    let named = ProcessInfo.processInfo.environment["ROAST_SHARED"]
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return (named ?? "/\(root)/../shared") + "/roasts"
  }()

  static let arePresent: Bool = {
    let isThere = FileManager.default.fileExists(atPath: folder + "/index.csv")
    if !isThere { print("skipped: ../shared/roasts is not there") }
    return isThere
  }()

  static let all: [Roast] = {
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
      fan: UInt8(number("fan") ?? 0), drum: UInt8(number("drum") ?? 0), state: UInt8(state))
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
