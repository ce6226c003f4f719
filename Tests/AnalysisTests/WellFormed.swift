/// A small reader of XML: enough to tell whether a drawing is well-formed and what is in it.
struct WellFormed {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  /// The text of elements by name, unescaped.
  private(set) var texts: [String: [String]] = [:]

  enum Fault: Error { case at(Int, String) }

  private let bytes: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) throws {
    bytes = Array(text.unicodeScalars)
    for scalar in bytes where scalar.value < 0x20 && scalar != "\n" {
      throw Fault.at(0, "control character")
    }
    try element()
    skipSpace()
    if index != bytes.count { throw Fault.at(index, "more than one root") }
  }

  private mutating func element() throws {
    try expect("<")
    let name = try self.name()
    var attributes: [String: String] = [:]
    while true {
      skipSpace()
      if take("/") {
        try expect(">")
        elements.append((name, attributes))
        return
      }
      if take(">") { break }
      let key = try self.name()
      try expect("=")
      try expect("\"")
      let value = try text(until: "\"")
      try expect("\"")
      if attributes.updateValue(value, forKey: key) != nil { throw Fault.at(index, "twice") }
    }
    elements.append((name, attributes))
    var inner = ""
    while true {
      inner += try text(until: "<")
      if index + 1 < bytes.count, bytes[index + 1] == "/" { break }
      try element()
    }
    try expect("<")
    try expect("/")
    guard try self.name() == name else { throw Fault.at(index, "</\(name)> is missing") }
    try expect(">")
    texts[name, default: []].append(inner)
  }

  private mutating func text(until end: Unicode.Scalar) throws -> String {
    var text = String.UnicodeScalarView()
    while index < bytes.count, bytes[index] != end {
      guard bytes[index] != "<" else { throw Fault.at(index, "stray <") }
      if bytes[index] == "&" {
        guard let semicolon = bytes[index...].firstIndex(of: ";"),
          let scalar = Self.entities[
            String(String.UnicodeScalarView(bytes[(index + 1)..<semicolon]))]
        else { throw Fault.at(index, "stray &") }
        text.append(scalar)
        index = semicolon
      } else {
        text.append(bytes[index])
      }
      index += 1
    }
    return String(text)
  }

  private static let entities: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'",
  ]

  private mutating func name() throws -> String {
    var name = String.UnicodeScalarView()
    while index < bytes.count,
      bytes[index].properties.isAlphabetic || "0123456789-".unicodeScalars.contains(bytes[index])
    {
      name.append(bytes[index])
      index += 1
    }
    guard !name.isEmpty else { throw Fault.at(index, "no name") }
    return String(name)
  }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index] == " " || bytes[index] == "\n" { index += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == scalar else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws {
    guard take(scalar) else { throw Fault.at(index, "\(scalar) is missing") }
  }
}
