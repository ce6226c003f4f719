import Roaster

/// Where everything of a chart lies.
struct ChartFrame {
  static let width = 1000.0
  static let height = 620.0
  static let left = 64.0
  static let right = 936.0
  static let phaseHeight = 20.0
  /// A landmark's name and figures, one above the other.
  static let labelHeight = 29.0

  private static let labelTop = 62.0
  private static let plotBottom = 474.0
  private static let laneHeight = 28.0
  private static let laneGap = 6.0

  let x: ChartAxis
  /// Degrees of the chart's unit.
  let temperature: ChartAxis
  /// Degrees of that unit a minute.
  let rise: ChartAxis
  let labels: [ChartLabel]
  let phaseTop: Double
  let plotTop: Double

  var plotBottom: Double { Self.plotBottom }
  var plotHeight: Double { Self.plotBottom - plotTop }
  var plotBand: ClosedRange<Double> { plotTop...Self.plotBottom }
  var lanesBottom: Double { laneBottom(.drum) }

  init(_ chart: Chart) {
    let seconds = Self.seconds(chart)
    x = ChartAxis.time(seconds, start: Self.left, end: Self.right)
    labels = ChartLabel.placed(for: chart.curve, unit: chart.unit, x: x)
    let lanes = (labels.map(\.lane).max() ?? 0) + 1
    phaseTop = Self.labelTop + Double(lanes) * Self.labelHeight + 3
    plotTop = phaseTop + Self.phaseHeight
    let unit = chart.unit
    let curves = [chart.curve] + (chart.reference.map { [$0] } ?? [])
    let degrees = curves.flatMap { Self.temperatures($0, within: seconds) }
      .map { unit.degrees(Celsius($0)) }
    let (low, high) = (degrees.min(), degrees.max())
    let range = low.flatMap { low in high.map { low...($0 + (unit == .celsius ? 3 : 6)) } }
    temperature = ChartAxis.holding(
      range ?? unit.degrees(Celsius(50))...unit.degrees(Celsius(250)), start: Self.plotBottom,
      end: plotTop)
    let steepest = curves.compactMap(Self.steepest).max() ?? 0
    let reach = min(max(steepest * 1.03, Self.leastRise), Self.mostRise)
    rise = ChartAxis.beside(
      temperature, reaching: unit.degrees(ofDifference: reach))
  }

  /// The rate-of-rise axis reaches at least this far, in C/min, and noise takes it no farther than
  /// the other: lines beyond it are cut off.
  private static let leastRise = 20.0
  private static let mostRise = 45.0

  /// How much is shown of preheating, as long as no roast follows it.
  private static let longestLead = 1200.0

  /// The time that is shown.
  private static func seconds(_ chart: Chart) -> ClosedRange<Double> {
    let curves = [chart.curve] + (chart.reference.map { [$0] } ?? [])
    let first = min(curves.compactMap { $0.samples.first?.seconds }.min() ?? 0, 0)
    guard chart.curve.roastedSeconds != nil || chart.reference != nil else {
      let low = max(first, -longestLead)
      return low...max(low + 600, 0)
    }
    let low = max(first, -max(0, chart.marginSeconds))
    let ends = curves.compactMap { curve in
      curve.endSeconds.map { $0 + max(0, chart.marginSeconds) } ?? curve.samples.last?.seconds
    }
    let isOver = chart.curve.endSeconds != nil
    let high = max(ends.max() ?? 0, isOver ? 60 : 600)
    // Room for the last label.
    return low...(high + (isOver ? 0 : 0.04 * (high - low)))
  }

  /// The firmware writes 25.0 over the infrared value when a roast begins, and for half a minute
  /// it climbs from there (Specs/machine.md M16): no temperature of anything.
  static let settlingSeconds = 0.0..<30.0

  /// What the temperature axis must hold, in Celsius.
  private static func temperatures(
    _ curve: RoastCurve, within seconds: ClosedRange<Double>
  ) -> [Double] {
    curve.samples.filter { seconds.contains($0.seconds) }.flatMap { sample in
      let infrared = settlingSeconds.contains(sample.seconds) ? nil : sample.infrared
      return [sample.bean, infrared].compactMap { $0?.degrees }
    }
  }

  /// The steepest rise after the turning point, in C/min.
  private static func steepest(_ curve: RoastCurve) -> Double? {
    let turning = curve[.turningPoint]?.seconds ?? 90
    let end = curve.roastedSeconds ?? 0
    return curve.samples.filter { $0.seconds > turning && $0.seconds <= end }
      .compactMap { $0.rateOfRise?.degreesPerMinute }.max()
  }

  /// The bottom of a control's lane, below the plot.
  func laneBottom(_ control: Control) -> Double {
    Self.plotBottom + 10 + Double(control.rawValue + 1) * (Self.laneHeight + Self.laneGap)
      - Self.laneGap
  }

  /// The levels of a control.
  func lane(_ control: Control) -> ChartAxis {
    let bottom = laneBottom(control)
    return ChartAxis(
      low: 0, high: control == .fan ? 12 : 9, step: 1, start: bottom,
      end: bottom - Self.laneHeight)
  }
}
