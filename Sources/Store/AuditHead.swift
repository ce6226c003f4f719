import Roaster

/// Where the audit ends, kept apart from it, so that a missing tail is found (Specs/governor.md D2).
public struct AuditHead: Equatable, Sendable {
  /// The last row; 0 before the first.
  public let id: Int64
  /// Its hash.
  public let hash: [UInt8]

  /// Where it is among the settings.
  static let key = "audit_head"

  /// What the first row follows.
  static let none = AuditHead(id: 0, hash: [UInt8](repeating: 0, count: 32))

  init(id: Int64, hash: [UInt8]) {
    self.id = id
    self.hash = hash
  }

  /// The head as it is kept.
  public var json: JSON {
    .object([("id", .integer(id)), ("hash", .string(SHA256.hex(hash)))])
  }

  /// Reads what `json` wrote; nil for what no store wrote.
  init?(_ text: String) {
    guard let json = try? JSON(reading: text.utf8), let id = json["id"]?.integerValue,
      (1..<Ids.end).contains(id), let digits = json["hash"]?.stringValue
    else { return nil }
    let halves = digits.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.utf8.count == 64, halves.count == 64 else { return nil }
    self.id = id
    hash = stride(from: 0, to: 64, by: 2).map { UInt8(halves[$0] << 4 | halves[$0 + 1]) }
  }

  /// The one that is kept in a database.
  static func kept(_ connection: Connection) throws(StoreFault) -> AuditHead? {
    let query = try connection.statement("SELECT value FROM settings WHERE key = ?1")
    query.bind(1, key)
    defer { query.reset() }
    return try query.step() ? query.text(0).flatMap(AuditHead.init) : nil
  }
}
