import Roaster

/// A roaster that has passed its commissioning, with the firmware that it had then
/// (Specs/governor.md M1, M7).
struct CommissionedUnit: Equatable, Sendable {
  let serial: Int16
  let firmware: Int16
  /// What a twin has passed says nothing of a machine that happens to have its number.
  let isTwin: Bool
  /// From a step to its effect, at the longest.
  let milliseconds: Int
  /// When, for people.
  let at: String

  func isOf(_ identification: Identification?, isTwin: Bool) -> Bool {
    serial == identification?.serial && firmware == identification?.firmware
      && self.isTwin == isTwin
  }
}

extension CommissionedUnit {
  var json: JSON {
    .object([
      ("serial", .integer(Int64(serial))), ("firmware", .integer(Int64(firmware))),
      ("twin", .bool(isTwin)), ("longest_delay_ms", JSON(milliseconds)), ("at", .string(at)),
    ])
  }

  /// Reads what `json` writes.
  init?(_ json: JSON) {
    guard let serial = json["serial"]?.integerValue.flatMap(Int16.init(exactly:)),
      let firmware = json["firmware"]?.integerValue.flatMap(Int16.init(exactly:)),
      let isTwin = json["twin"]?.boolValue, let at = json["at"]?.stringValue,
      let delay = json["longest_delay_ms"]?.integerValue, (0...Self.longest).contains(delay)
    else { return nil }
    self.init(
      serial: serial, firmware: firmware, isTwin: isTwin, milliseconds: Int(delay), at: at)
  }

  /// No delay that was waited for is longer.
  private static let longest: Int64 = 60_000
}
