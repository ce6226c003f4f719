import Roaster

/// How near a roast came to what a case wants, and what spoiled it; whoever roasted it, its curve is all
/// there is to go by.
public struct CaseVerdict: Equatable, Sendable {
  /// The case's name.
  public let name: String
  public let measures: [Measure]
  public let flaws: [Flaw]

  /// Judges a roast by a case, under the ceilings that no roast may go over.
  public init(_ golden: GoldenCase, _ curve: RoastCurve, under ceilings: Ceilings) {
    name = golden.name
    measures = RoastJudge(golden.target).measures(curve)
    flaws = curve.flaws(under: ceilings)
  }

  /// Whether every measure is met and nothing spoiled it.
  public var isPassed: Bool { flaws.isEmpty && measures.allSatisfy(\.isMet) }

  /// The verdict as programs read it.
  public var json: JSON {
    .object([
      ("case", .string(name)), ("passed", .bool(isPassed)),
      ("measures", .array(measures.map(\.json))), ("flaws", .array(flaws.map(\.json))),
    ])
  }
}

extension Flaw {
  fileprivate var json: JSON {
    .object([("code", .string(code.rawValue)), ("text", .string(text))])
  }
}
