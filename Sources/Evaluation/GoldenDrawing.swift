import Analysis
import Roaster

/// Draws the target of a case: what its commands make of the case's own machine, without noise.
///
/// Figures are rounded as a roaster would write them down; tolerances, limits and the temperature of the
/// drop stay as they are in the case.
public struct GoldenDrawing: Sendable {
  private static let spacing = 30.0

  /// The case with its target drawn.
  @concurrent
  public static func draw(_ golden: GoldenCase) async throws(TrialError) -> GoldenCase {
    var open = golden
    open.faults = []
    open.target.course = []
    open.target.drop?.seconds = nil
    let trial = Trial(open, number: 0, runSeed: 1, pilot: .schedule)
    let record = try await trial.runNominal()
    guard let curve = record.curve, let end = curve.endSeconds else {
      throw TrialError(problem: "\(golden.name): the commands make no whole roast of it")
    }
    return drawn(golden, curve, end)
  }

  /// The case with the course and the landmarks of a curve.
  public static func drawn(
    _ golden: GoldenCase, _ curve: RoastCurve, _ end: Double
  ) -> GoldenCase {
    var drawn = golden
    func bean(_ seconds: Double) -> Celsius? {
      curve.value({ $0.bean?.degrees }, at: seconds).map { Celsius((2 * $0).rounded() / 2) }
    }
    func toFive(_ seconds: Double) -> Double { (seconds / 5).rounded() * 5 }
    let last = toFive(end)
    drawn.target.course = stride(from: spacing, to: last - 5, by: spacing).compactMap { seconds in
      bean(seconds).map { Target.Point(seconds: seconds, bean: $0) }
    }
    if let bean = bean(end) { drawn.target.course.append(.init(seconds: last, bean: bean)) }
    if drawn.target.yellowing != nil {
      drawn.target.yellowing?.seconds = curve[.yellowing].map { toFive($0.seconds) }
    }
    if let crack = curve[.firstCrack]?.seconds {
      if drawn.target.firstCrack != nil { drawn.target.firstCrack?.seconds = toFive(crack) }
      if drawn.target.developmentRatio != nil {
        drawn.target.developmentRatio = (100 * (end - crack) / end).rounded() / 100
      }
    }
    drawn.target.drop?.seconds = last
    return drawn
  }
}
