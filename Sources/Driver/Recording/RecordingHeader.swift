import Roaster

/// Where a recording comes from. Written once, before the first transfer (Specs/recording.md R2).
public struct RecordingHeader: Equatable, Sendable {
  /// Whether bytes of a real machine are in it.
  public enum Origin: String, Sendable {
    case captured, synthetic
  }

  public var origin: Origin
  /// Wall time at the recording's zero.
  public var started: WallTime
  /// What wrote it.
  public var program: String
  /// The roaster, where it was known before the header was written.
  public var device: Device?
  public var identification: Identification?

  /// A header of these facts.
  public init(
    origin: Origin, started: WallTime, program: String, device: Device? = nil,
    identification: Identification? = nil
  ) {
    self.origin = origin
    self.started = started
    self.program = program
    self.device = device
    self.identification = identification
  }

  /// `key: value` lines; keys that a reader does not know are passed over.
  var text: String {
    var lines = [
      "origin: \(origin.rawValue)", "started: \(started.milliseconds)",
      "program: \(Self.oneLine(program))",
    ]
    if let device {
      lines.append("product: \(device.product)")
      lines.append("bus-address: \(device.bus) \(device.address)")
      if let serial = device.serial { lines.append("bus-serial: \(Self.oneLine(serial))") }
    }
    if let identification {
      lines.append("serial: \(identification.serial)")
      lines.append("firmware: \(identification.firmware)")
      lines.append("roasts: \(identification.roasts)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Nil when a line that must be there is missing or makes no sense.
  init?(text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      values[line[..<colon]] = value
    }
    guard let origin = values["origin"].flatMap({ Origin(rawValue: String($0)) }),
      let started = values["started"].flatMap({ Int64($0) }), Self.years.contains(started),
      let program = values["program"]
    else { return nil }
    self.init(
      origin: origin, started: WallTime(milliseconds: started), program: String(program))
    let place = values["bus-address"]?.split(separator: " ").compactMap { UInt8($0) } ?? []
    if let product = values["product"].flatMap({ UInt16($0) }), place.count == 2 {
      device = Device(
        product: product, serial: values["bus-serial"].map(String.init), bus: place[0],
        address: place[1])
    }
    if let serial = values["serial"].flatMap({ Int16($0) }),
      let firmware = values["firmware"].flatMap({ Int16($0) }),
      let roasts = values["roasts"].flatMap({ UInt32($0) })
    {
      identification = Identification(serial: serial, firmware: firmware, roasts: roasts)
    }
  }

  /// The times that a recording can have been made at: 1970 to 9999, in milliseconds.
  private static let years: Range<Int64> = 0..<253_402_300_800_000

  /// A device's text may hold anything; a line of ours may not.
  private static func oneLine(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
  }
}
