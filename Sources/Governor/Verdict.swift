import Roaster

/// What the governor thinks of a command now: every rule that spoke, not only the first.
/// As an error it is what a proposal was refused by.
public struct Verdict: Error, Equatable, Sendable {
  /// In the order of the rules' numbers.
  public let findings: [Finding]

  /// A verdict of these findings, which need not be in order.
  public init(_ findings: [Finding] = []) {
    self.findings =
      findings.count > 1 ? findings.sorted { $0.rule.place < $1.rule.place } : findings
  }

  /// The verdict with what else was found.
  public func adding(_ others: [Finding]) -> Verdict { Verdict(findings + others) }

  /// Whether that rule spoke.
  public func has(_ rule: Rule) -> Bool { findings.contains { $0.rule == rule } }

  /// Whether nothing stands against it.
  public var isAllowed: Bool { findings.isEmpty }

  /// Whether nothing stands against it but rules that a later moment, or somebody's word, may satisfy.
  public func isAllowed(but excused: Set<Rule>) -> Bool {
    findings.allSatisfy { excused.contains($0.rule) }
  }

  /// What stands against it, for people: one sentence a rule.
  public var text: String { findings.map(\.text).joined(separator: "; ") }

  /// The verdict as programs read it.
  public var json: JSON {
    .object([
      ("allowed", .bool(isAllowed)), ("rules", .array(findings.map(\.json))),
    ])
  }
}

/// A rule that spoke against a command, and the facts it judged.
public struct Finding: Equatable, Sendable {
  public let rule: Rule
  /// For people, with the facts in it.
  public let text: String
  /// What it judged, as `bean_celsius` and `limit_celsius`.
  public let facts: JSON

  init(_ rule: Rule, _ text: String, _ facts: [(key: String, value: JSON)] = []) {
    self.rule = rule
    self.text = text
    self.facts = .object(facts)
  }

  /// The finding as programs read it.
  public var json: JSON {
    .object([
      ("code", .string(rule.rawValue)), ("number", .string(rule.number)),
      ("kind", .string(rule.kind.rawValue)), ("text", .string(text)), ("facts", facts),
    ])
  }
}
