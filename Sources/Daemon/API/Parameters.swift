import Roaster

/// What stands behind the question mark of a request, each value read as what it must be.
struct Parameters {
  private let values: [String: String]

  /// A name that the endpoint does not know, or that comes twice, is refused.
  init(_ query: [(name: String, value: String)], of endpoint: Endpoint) throws(APIError) {
    var values: [String: String] = [:]
    for (name, value) in query {
      guard endpoint.parameters.contains(name) else {
        let known = endpoint.parameters.sorted().joined(separator: ", ")
        throw .badParameter(
          name, "is unknown here", hint: known.isEmpty ? "It takes none." : "It takes: \(known).")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw .badParameter(name, "is given twice", hint: "Give it once.")
      }
    }
    self.values = values
  }

  func text(_ name: String) -> String? { values[name] }

  /// A word of a list.
  func choice(_ name: String, of choices: [String]) throws(APIError) -> String? {
    guard let value = values[name] else { return nil }
    guard choices.contains(value) else {
      throw .badParameter(
        name, "is '\(value.prefix(40))'", hint: "It is one of: \(choices.joined(separator: ", ")).")
    }
    return value
  }

  /// A whole number in a range.
  func integer(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let value = values[name] else { return nil }
    guard let number = Int64(value), range.contains(number) else {
      throw .badParameter(
        name, "is '\(value.prefix(40))'",
        hint: "It is a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// A number in a range.
  func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
    guard let value = values[name] else { return nil }
    guard let number = Double(value), range.contains(number) else {
      throw .badParameter(
        name, "is '\(value.prefix(40))'",
        hint: "It is a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// An instant.
  func time(_ name: String) throws(APIError) -> WallTime? {
    guard let value = values[name] else { return nil }
    guard let time = WallTime(text: value) else {
      throw .badParameter(
        name, "is '\(value.prefix(40))'",
        hint: "It is a time as 2026-11-21T09:30:00Z; write a + of its zone as %2B.")
    }
    return time
  }
}
