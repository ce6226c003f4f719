/// How much is done without asking a person (the table of Specs/governor.md, section "Autonomy").
public enum Autonomy: Int, CaseIterable, Comparable, Sendable {
  case assist = 1, recommend, approve, veto, audit

  /// `L1` to `L5`: the name in JSON, in the store and on the command line.
  public var name: String { "L\(rawValue)" }

  /// The level of that name.
  public init?(name: String) {
    guard let level = Autonomy.allCases.first(where: { $0.name == name.uppercased() }) else {
      return nil
    }
    self = level
  }

  /// What it means, in a word or two.
  public var text: String {
    switch self {
    case .assist: "assist: nothing is written but an abort"
    case .recommend: "recommend: a person adopts, or proposes and confirms"
    case .approve: "approve: each proposal waits for a person"
    case .veto: "veto: it runs unless a person stops it in time"
    case .audit: "audit: it runs at once"
    }
  }

  /// Whether commands may run that no person has looked at.
  public var isUnattended: Bool { self >= .veto }

  /// Less is done without asking.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
