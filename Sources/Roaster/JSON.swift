/// A JSON value whose objects keep the order they were written in, so that output reads the same
/// on every run.
public enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  /// A value or null.
  public init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  /// A value or null.
  public init(_ value: Double?) { self = value.map(JSON.number) ?? .null }
  /// A value or null.
  public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
  /// A value or null.
  public init(_ value: Bool?) { self = value.map(JSON.bool) ?? .null }

  /// A number that came from the wire as 32 bits: written with the digits that it has there
  /// (180.3, not 180.3000030517578).
  public init(wire value: Double?) {
    guard let value, value.isFinite, abs(value) < 1e6, let digits = Double("\(Float(value))") else {
      self = .null
      return
    }
    self = .number(digits)
  }

  /// The value on one line.
  public var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += Self.digits(value)
    case .string(let value): Self.write(quoted: value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.write(quoted: member.key, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  /// JSON has no word for a number that is none.
  private static func digits(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(value)
  }

  private static func write(quoted string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// The same value, members in the same order.
  public static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }
}
