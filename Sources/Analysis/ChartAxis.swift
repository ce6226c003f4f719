/// Numbers along an axis, and where they lie on the drawing.
struct ChartAxis {
  let low: Double
  let high: Double
  /// From one round number to the next.
  let step: Double
  /// Where `low` lies.
  let start: Double
  /// Where `high` lies.
  let end: Double

  /// Where a value lies; it may be outside the axis.
  func position(_ value: Double) -> Double {
    start + (value - low) / (high - low) * (end - start)
  }

  /// The round numbers on it.
  var ticks: [Double] {
    let first = Int((low / step - 0.001).rounded(.up))
    let last = Int((high / step + 0.001).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// How many steps it is long.
  var steps: Int { max(1, Int(((high - low) / step).rounded())) }

  private static let roundSteps = [5.0, 10, 25, 50, 100, 250, 500]

  /// An axis that holds these values between round numbers, with 4 to 9 steps.
  static func holding(
    _ values: ClosedRange<Double>, start: Double, end: Double
  ) -> ChartAxis {
    func bounds(_ step: Double) -> (low: Double, high: Double) {
      (
        (values.lowerBound / step).rounded(.down) * step,
        (values.upperBound / step).rounded(.up) * step
      )
    }
    let step =
      roundSteps.first {
        let (low, high) = bounds($0)
        return (high - low) / $0 <= 9.001
      } ?? (values.upperBound - values.lowerBound) / 4
    var (low, high) = bounds(step)
    var isLow = true
    while (high - low) / step < 3.999 {
      if isLow { low -= step } else { high += step }
      isLow.toggle()
    }
    return ChartAxis(low: low, high: high, step: step, start: start, end: end)
  }

  /// An axis from one step below zero whose round numbers lie on another one's.
  static func beside(_ other: ChartAxis, reaching value: Double) -> ChartAxis {
    let room = Double(other.steps - 1)
    let step = [5.0, 10, 20, 50, 100].first { $0 * room >= value } ?? 200
    return ChartAxis(
      low: -step, high: step * room, step: step, start: other.start, end: other.end)
  }

  /// An axis of seconds with ticks at whole minutes.
  static func time(_ seconds: ClosedRange<Double>, start: Double, end: Double) -> ChartAxis {
    let minutes = (seconds.upperBound - seconds.lowerBound) / 60
    let step = [1.0, 2, 5, 10, 15, 30, 60].first { minutes / $0 <= 16 } ?? minutes / 10
    return ChartAxis(
      low: seconds.lowerBound, high: seconds.upperBound, step: step * 60, start: start, end: end)
  }
}
