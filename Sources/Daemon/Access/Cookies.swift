/// The cookies of a request.
struct Cookies {
  private let pairs: [(name: Substring, value: Substring)]

  /// From the values of all `Cookie` headers.
  init(_ headers: [String]) {
    pairs = headers.flatMap { $0.split(separator: ";") }.compactMap { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { return nil }
      return (Self.trimmed(sides[0]), Self.unquoted(Self.trimmed(sides[1])))
    }
  }

  /// The first of that name.
  subscript(name: String) -> String? { pairs.first { $0.name == name }.map { String($0.value) } }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func unquoted(_ text: Substring) -> Substring {
    text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
      ? text.dropFirst().dropLast() : text
  }
}
