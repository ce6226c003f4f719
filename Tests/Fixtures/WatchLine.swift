import FoundationEssentials

/// One line of `roast watch --json`.
public struct WatchLine: Decodable, Sendable {
  /// The poll's number; nil on a line that tells of no poll.
  public var seq: Int?
  /// Wall time.
  public var time: String
  /// Since the last valid status; nil before the first.
  public var ageSeconds: Double?
  /// The state of the link.
  public var link: String
  /// Whether the first half was a status; nil on a line that tells of no poll.
  public var valid: Bool?
  /// The values that tests look at; nil where unknown.
  public var beanCelsius, preheatTargetCelsius: Double?
  /// See `beanCelsius`.
  public var coilFan2Percent: Int?
  /// See `beanCelsius`.
  public var state: String?
  /// The line itself.
  public var text = ""

  private enum CodingKeys: String, CodingKey {
    case seq, time, ageSeconds, link, valid, state, beanCelsius, coilFan2Percent
    case preheatTargetCelsius
  }

  /// The keys that every line has, in this order.
  public static let keys = [
    "seq", "time", "age_seconds", "link", "valid", "state", "state_code", "clock_seconds",
    "bean_celsius", "bean_ror_celsius_per_minute", "ibts_celsius", "exhaust_celsius", "ir_celsius",
    "pcb_celsius", "heater_level", "fan_level", "drum_level", "fan_rpm", "mains_volts",
    "coil_fan_1_percent", "coil_fan_2_percent", "preheat_target_celsius", "suspect",
  ]

  /// A line's own keys, in its order.
  public var ownKeys: [String] {
    let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
    return zip(pieces, pieces.dropFirst()).compactMap { piece, next in
      next.hasPrefix(":") && !piece.hasPrefix(":") && !piece.hasPrefix(",") ? String(piece) : nil
    }
  }

  /// Whether it says that nothing at all is known.
  public var isBlank: Bool {
    let nulls = Self.keys[4...].dropLast().map { "\"\($0)\":null" }.joined(separator: ",")
    return text.hasSuffix("," + nulls + ",\"suspect\":[]}")
  }

  /// The number of a `NumberedFrames` frame: nil where it is unknown, -1 where the halves differ.
  public var number: Int? {
    guard valid == true, let bean = beanCelsius, let target = preheatTargetCelsius else {
      return nil
    }
    return (bean - 100) * 4 == target && coilFan2Percent == Int(target) % 101 ? Int(target) : -1
  }

  /// Reads lines; one that is not JSON of this shape is an error that shows it.
  public static func lines(of text: String) throws -> [WatchLine] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map { line in
      do {
        var decoded = try decoder.decode(WatchLine.self, from: Data(line.utf8))
        decoded.text = String(line)
        return decoded
      } catch { throw Unreadable(line: String(line)) }
    }
  }

  /// A line that is not what it should be.
  public struct Unreadable: Error { var line: String }
}
