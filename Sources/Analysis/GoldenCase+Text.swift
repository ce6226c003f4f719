import Roaster

extension GoldenCase {
  /// The case as a file that people read and compare line by line: what is not said is as usual.
  public var text: String { Self.text(json, indent: "") + "\n" }

  private static func text(_ json: JSON, indent: String) -> String {
    let inner = indent + "  "
    switch json {
    case .object(let members):
      let said = members.filter { !$0.value.isNull && $0.value.arrayValue?.isEmpty != true }
      let parts = said.map { "\(JSON.string($0.key).text): \(text($0.value, indent: inner))" }
      if said.allSatisfy({ isFlat($0.value) }) { return "{" + parts.joined(separator: ", ") + "}" }
      return "{\n" + parts.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let values):
      let parts = values.map { text($0, indent: inner) }
      if values.allSatisfy(isFlat) { return "[" + parts.joined(separator: ", ") + "]" }
      return "[\n" + parts.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)]"
    default: return json.text
    }
  }

  private static func isFlat(_ json: JSON) -> Bool {
    json.members == nil && json.arrayValue == nil
  }
}
