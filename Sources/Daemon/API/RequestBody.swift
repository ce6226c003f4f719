import Roaster

/// The JSON object in a request, each member read as what it must be.
struct RequestBody {
  private let members: [String: JSON]

  /// Refuses what is no object, or has members that are unknown here.
  init(_ request: HTTPRequest, allowing names: [String]) throws(APIError) {
    let type = request.header("content-type") ?? "application/json"
    guard type.lowercased().hasPrefix("application/json") else {
      throw .unsupportedType(type)
    }
    if !request.body.isEmpty || !names.isEmpty {
      let document: JSON
      do throws(JSON.Fault) {
        document = try JSON(reading: request.body)
      } catch {
        throw .badBody(
          "the body is no JSON: \(error.problem) at byte \(error.offset)",
          hint: "Send an object, as {\"\(names.first ?? "name")\": ...}.")
      }
      guard let found = document.members else {
        throw .badBody(
          "the body is no JSON object", hint: "Send an object with: \(Self.list(names)).")
      }
      self = try RequestBody(found, allowing: names)
      return
    }
    members = [:]
  }

  /// Members of an object within a body.
  private init(
    _ found: [(key: String, value: JSON)], allowing names: [String]
  ) throws(APIError) {
    var members: [String: JSON] = [:]
    for (key, value) in found {
      guard names.contains(key) else {
        throw .badBody(
          "'\(key.prefix(40))' is unknown here", hint: "Known: \(Self.list(names)).")
      }
      members[key] = value
    }
    self.members = members
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.joined(separator: ", ")
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  /// A member as it is, for those who judge it themselves; nil for null too.
  func value(_ name: String) -> JSON? { members[name].flatMap { $0 == .null ? nil : $0 } }

  /// Text without control characters, at most so long; nil when absent or null.
  func text(_ name: String, most: Int = 200, lines: Bool = false) throws(APIError) -> String? {
    guard let value = members[name], value != .null else { return nil }
    guard let text = value.stringValue, text.unicodeScalars.count <= most,
      text.unicodeScalars.allSatisfy({ Self.isPlain($0) || (lines && ($0 == "\n" || $0 == "\t")) })
    else {
      throw .badMember(name, expected: "text of at most \(most) characters, or null")
    }
    return text
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory != .control
  }

  /// A number in a range; nil when absent or null.
  func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
    guard let value = members[name], value != .null else { return nil }
    guard let number = value.numberValue, range.contains(number) else {
      throw .badMember(
        name, expected: "a number from \(range.lowerBound) to \(range.upperBound), or null")
    }
    return number
  }

  /// A word of a list; nil when absent or null.
  func choice(_ name: String, of choices: [String]) throws(APIError) -> String? {
    guard let text = try text(name) else { return nil }
    guard choices.contains(text) else {
      throw .badMember(name, expected: "one of: \(choices.joined(separator: ", "))")
    }
    return text
  }

  /// An instant; nil when absent or null.
  func time(_ name: String) throws(APIError) -> WallTime? {
    guard let text = try text(name) else { return nil }
    guard let time = WallTime(text: text) else {
      throw .badMember(name, expected: "a time as 2026-11-21T09:30:00Z")
    }
    return time
  }

  /// Yes or no; nil when absent or null.
  func flag(_ name: String) throws(APIError) -> Bool? {
    guard let value = members[name], value != .null else { return nil }
    guard let flag = value.boolValue else { throw .badMember(name, expected: "true or false") }
    return flag
  }

  /// Words, at most so many; none when absent or null.
  func texts(_ name: String, most: Int) throws(APIError) -> [String] {
    guard let value = members[name], value != .null else { return [] }
    guard let texts = value.arrayValue?.map(\.stringValue), texts.count <= most,
      !texts.contains(nil)
    else { throw .badMember(name, expected: "a list of at most \(most) words") }
    return texts.compactMap(\.self)
  }

  /// An object with members of its own; nil when absent or null.
  func object(_ name: String, allowing names: [String]) throws(APIError) -> RequestBody? {
    guard let value = members[name], value != .null else { return nil }
    guard let found = value.members else { throw .badMember(name, expected: "an object") }
    return try RequestBody(found, allowing: names)
  }

  /// Objects with members of their own: one at least, so many at most.
  func objects(
    _ name: String, allowing names: [String], most: Int
  ) throws(APIError) -> [RequestBody] {
    guard let list = members[name]?.arrayValue, (1...most).contains(list.count) else {
      throw .badMember(name, expected: "a list of 1 to \(most) objects")
    }
    var objects: [RequestBody] = []
    for value in list {
      guard let found = value.members else {
        throw .badMember(name, expected: "a list of objects")
      }
      objects.append(try RequestBody(found, allowing: names))
    }
    return objects
  }
}
