extension JSON {
  /// Why bytes are no JSON, and where.
  public struct Fault: Error, Equatable, Sendable {
    /// How many bytes precede the place.
    public let offset: Int
    /// What is wrong there.
    public let problem: Problem

    /// A problem at a place.
    public init(offset: Int, problem: Problem) {
      self.offset = offset
      self.problem = problem
    }
  }

  /// What can be wrong with a JSON text.
  public enum Problem: Equatable, Sendable {
    /// The text ends inside a value.
    case endedEarly
    /// A byte that cannot stand there.
    case unexpectedByte
    /// More follows the value.
    case trailingBytes
    /// Arrays and objects lie deeper in each other than `deepestNesting`.
    case tooDeep
    /// An object names the same member twice.
    case duplicateKey
    /// A number beyond what a double holds, or of absurdly many digits.
    case numberOutOfRange
    /// An escape that JSON does not know.
    case unknownEscape
    /// Half of a surrogate pair.
    case loneSurrogate
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// A control character that is not escaped.
    case controlCharacter
  }

  /// How many arrays and objects may lie in each other.
  public static let deepestNesting = 32

  /// Reads one value, as RFC 8259 has it and nothing laxer: no duplicate members, no invalid UTF-8,
  /// no half surrogates, no numbers that a double cannot hold. The caller bounds the size.
  public init(reading bytes: some Collection<UInt8>) throws(Fault) {
    var reader = JSONReader(Array(bytes))
    self = try reader.document()
  }

  /// The member of that name; nil when there is none or this is no object.
  public subscript(key: String) -> JSON? { members?.first { $0.key == key }?.value }

  /// The text, if this is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The number, if this is one, whole or not.
  public var numberValue: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The number, if this is one and whole.
  public var integerValue: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// True or false, if this is one of them.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The values, if this is an array.
  public var arrayValue: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members in their order, if this is an object.
  public var members: [(key: String, value: JSON)]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Whether this is null.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }
}
