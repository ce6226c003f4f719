import Roaster

/// How a sweep compares with an earlier one, case by case.
public struct Regression: Sendable {
  /// What became of a case.
  public enum Change: String, CaseIterable, Sendable {
    /// It passed and does not any more, or what was refused is done, or it passes less often than chance
    /// explains.
    case worse
    case better
    case same
    /// The earlier sweep did not have it, or had it otherwise.
    case new
    /// Only the earlier sweep had it.
    case gone
  }

  /// One case.
  public struct Line: Sendable {
    public let name: String
    public let change: Change
    /// Of the earlier sweep and of this one.
    public let before: Chances?
    public let now: Chances?
  }

  /// In the order of their names.
  public let lines: [Line]

  /// A sweep beside an earlier one.
  public init(_ result: SweepResult, against earlier: SweepResult) {
    let before = Dictionary(
      earlier.cases.map { ($0.golden.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(result.cases.map(\.golden.name))
    let here = result.cases.map { now in
      let old = before[now.golden.name]
      return Line(
        name: now.golden.name, change: old.map { Self.change(from: $0, to: now) } ?? .new,
        before: old?.chances, now: now.chances)
    }
    let gone = earlier.cases.filter { !names.contains($0.golden.name) }
      .map { Line(name: $0.golden.name, change: .gone, before: $0.chances, now: nil) }
    lines = (here + gone).sorted { $0.name < $1.name }
  }

  private static func change(from old: CaseResult, to now: CaseResult) -> Change {
    if old.golden != now.golden { return .new }
    if old.missedRefusals == 0, now.missedRefusals > 0 { return .worse }
    if old.isPassed != now.isPassed { return now.isPassed ? .better : .worse }
    guard let earlier = old.chances.rate, let interval = now.chances.interval() else {
      return .same
    }
    if earlier > interval.upperBound { return .worse }
    return earlier < interval.lowerBound ? .better : .same
  }

  /// Names of those that became worse.
  public var worse: [String] { lines.filter { $0.change == .worse }.map(\.name) }

  /// The comparison as programs read it.
  public var json: JSON {
    .object([
      ("worse", .array(worse.map(JSON.string))),
      (
        "cases",
        .array(
          lines.map {
            .object([
              ("name", .string($0.name)), ("change", .string($0.change.rawValue)),
              ("rate_before", JSON($0.before?.rate)), ("rate", JSON($0.now?.rate)),
            ])
          })
      ),
    ])
  }
}
