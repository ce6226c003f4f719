import Analysis
import Roaster

extension SweepResult {
  /// What a judge from outside can be asked, of the cases that have no scores yet.
  public var questions: [(name: String, question: JSON)] {
    cases.filter { $0.opinion?.scores.isEmpty ?? true }
      .compactMap { item in item.question.map { (item.golden.name, $0) } }
  }

  /// The same result with what a judge said of some cases.
  public func with(_ opinions: [String: Opinion]) -> SweepResult {
    let heard = cases.map { item in
      CaseResult(
        item.golden, planned: item.planned, trials: item.trials,
        opinion: opinions[item.golden.name] ?? item.opinion)
    }
    return SweepResult(pilot: pilot, seed: seed, fingerprint: fingerprint, cases: heard)
  }

  /// How opinions came out, as `70 scored (plan clarity 81, ...), 5 slow`; nil where no judge was asked.
  public var opinionSummary: String? {
    let opinions = cases.compactMap(\.opinion)
    guard !opinions.isEmpty else { return nil }
    let scores = opinions.flatMap(\.scores)
    let means = Opinion.Aspect.allCases.compactMap { aspect -> String? in
      let points = scores.filter { $0.aspect == aspect }.map(\.points)
      guard !points.isEmpty else { return nil }
      return "\(aspect.words) \(whole(points.reduce(0, +) / Double(points.count)))"
    }
    let counts = Opinion.Failure.allCases.compactMap { failure -> String? in
      let count = opinions.count { $0.failure?.kind == failure }
      return count > 0 ? "\(count) \(failure.rawValue)" : nil
    }
    let scored = opinions.count { $0.failure == nil }
    let first = "\(scored) scored" + (means.isEmpty ? "" : " (\(means.joined(separator: ", ")))")
    return ([first] + counts).joined(separator: ", ")
  }
}
