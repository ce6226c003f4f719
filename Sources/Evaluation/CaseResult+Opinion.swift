import Analysis
import Roaster

extension CaseResult {
  /// What a judge from outside is asked: of the first trial, whose curve is always kept and which is in
  /// one shard alone. Nil where it is not here.
  public var question: JSON? {
    guard let first = trials.first, first.number == 0 else { return nil }
    return .object([
      ("schema", .integer(1)), ("case", golden.json), ("roast", first.json),
      (
        "scores_wanted",
        .array(
          Opinion.Aspect.allCases.map {
            .object([("name", .string($0.rawValue)), ("meaning", .string($0.meaning))])
          })
      ),
    ])
  }
}
