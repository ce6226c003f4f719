import Roaster

/// Finds what there is to say about a curve. The limits are claims of Specs/analysis.md.
struct FindingSearch {
  private let curve: RoastCurve
  private let rise: SmoothRise
  private let turning: Double?
  private let yellowing: Double?
  private let crack: RoastCurve.Event?
  private let end: Double

  init(_ curve: RoastCurve) {
    self.curve = curve
    rise = SmoothRise(curve)
    end = Double(max(rise.rises.count - 1, 0))
    let turning = curve[.turningPoint]?.seconds ?? rise.lowestEarly
    self.turning = turning
    yellowing =
      curve[.yellowing]?.seconds ?? turning.flatMap { [rise] in rise.reaches(123, after: $0) }
    crack = curve[.firstCrack]
  }

  /// All of them, in the order of their times.
  var findings: [RoastFinding] {
    RoastFindings.ordered(
      [
        chargeHot, surfaceHot, riseSteep, stall, developmentStall, crash, baked, development,
        readingsMissing,
      ].compactMap(\.self) + climbs)
  }

  // MARK: Heat

  /// A8.
  private var chargeHot: RoastFinding? {
    let before = curve.samples.filter { (-20..<0).contains($0.seconds) }
    guard let hottest = before.compactMap({ $0.infrared?.degrees }).max(), hottest > 275 else {
      return nil
    }
    return RoastFinding(
      .chargeHot, .warning, seconds: 0, figures: [(.infrared, hottest), (.limit, 275)])
  }

  /// A9.
  private var surfaceHot: RoastFinding? {
    let early = curve.samples.filter { (90...180).contains($0.seconds) && $0.seconds <= end }
    let excesses = early.compactMap { sample in
      sample.infrared.flatMap { infrared in sample.bean.map { infrared - $0 } }
    }.sorted()
    guard excesses.count >= 10 else { return nil }
    let excess = excesses[excesses.count * 9 / 10]
    guard excess > 45 else { return nil }
    return RoastFinding(
      .surfaceHot, .caution, seconds: 90, endSeconds: min(180, end),
      figures: [(.excess, excess), (.limit, 45)])
  }

  /// A10.
  private var riseSteep: RoastFinding? {
    guard let turning, let peak = rise.highest(in: rise.span(from: turning + 15, to: end)),
      peak.rise > 30
    else { return nil }
    return RoastFinding(
      .riseSteep, .caution, seconds: Double(peak.second),
      figures: [(.rise, peak.rise), (.limitRise, 30)])
  }

  // MARK: Too slow

  /// A6.
  private var stall: RoastFinding? {
    guard let turning else { return nil }
    return slow(.stall, below: 3, least: 30, from: turning + 60, to: crack?.seconds ?? end)
  }

  /// A6.
  private var developmentStall: RoastFinding? {
    guard let crack else { return nil }
    return slow(.developmentStall, below: 1, least: 20, from: crack.seconds, to: end)
  }

  private func slow(
    _ code: RoastFinding.Code, below limit: Double, least: Int, from: Double, to: Double
  ) -> RoastFinding? {
    guard let stretch = rise.longest(below: limit, in: rise.span(from: from, to: to)),
      stretch.count >= least
    else { return nil }
    return RoastFinding(
      code, .warning, seconds: Double(stretch.lowerBound),
      endSeconds: Double(stretch.upperBound - 1),
      figures: [
        (.rise, stretch.compactMap { rise.rises[$0] }.min()), (.limitRise, limit),
        (.seconds, Double(stretch.count)),
      ])
  }

  /// A7.
  private var baked: RoastFinding? {
    guard curve.endSeconds != nil, let yellowing, end - yellowing >= 240,
      let first = rise.bean(near: yellowing), let last = rise.bean(near: end)
    else { return nil }
    let mean = (last - first) / (end - yellowing) * 60
    guard mean < 6 else { return nil }
    return RoastFinding(
      .baked, .warning, seconds: yellowing, endSeconds: end,
      figures: [(.rise, mean), (.limitRise, 6), (.seconds, end - yellowing)])
  }

  // MARK: Crash, flick and spikes

  /// A4.
  private var crash: RoastFinding? {
    guard let crack = crack?.seconds else { return nil }
    let fall = rise.fall(in: rise.span(from: crack - 30, to: min(crack + 90, end)), within: 45) {
      $0 - $1 >= 5.5 || ($0 - $1 >= 3.5 && $1 <= $0 / 2)
    }
    guard let fall else { return nil }
    return swing(.crash, fall, more: [(.seconds, Double(fall.end - fall.begin))])
  }

  /// A3 and A5: climbs after the peak of the rate of rise.
  private var climbs: [RoastFinding] {
    guard let turning else { return [] }
    let middle = (turning + (crack?.seconds ?? end)) / 2
    guard let peak = rise.highest(in: rise.span(from: turning + 30, to: middle)) else { return [] }
    let span = rise.span(from: Double(peak.second), to: end)
    return rise.climbs(in: span, least: 1.2, within: 90).compactMap { climb in
      if isFlick(climb) { return swing(.flick, climb) }
      return climb.size >= 2 ? swing(.rateSpike, climb) : nil
    }
  }

  /// Whether it comes after first crack, and after a fall.
  private func isFlick(_ climb: SmoothRise.Swing) -> Bool {
    guard let crack = crack?.seconds, Double(climb.begin) >= crack - 15 else { return false }
    let before = rise.span(from: Double(climb.begin) - 75, to: Double(climb.begin))
    return (rise.highest(in: before)?.rise ?? 0) - climb.from >= 1
  }

  private func swing(
    _ code: RoastFinding.Code, _ swing: SmoothRise.Swing,
    more: [(figure: RoastFinding.Figure, value: Double?)] = []
  ) -> RoastFinding {
    // BT follows a level some 20 s later.
    let (before, after) = (
      curve.levels(at: Double(swing.begin) - 20), curve.levels(at: Double(swing.end) - 10)
    )
    return RoastFinding(
      code, .caution, seconds: Double(swing.begin), endSeconds: Double(swing.end),
      figures: [(.fromRise, swing.from), (.toRise, swing.to)] + more + [
        (.heaterFrom, before.heater), (.heaterTo, after.heater), (.fanFrom, before.fan),
        (.fanTo, after.fan),
      ])
  }

  // MARK: The end

  /// A11. By a first crack that nobody heard it is only a note.
  private var development: RoastFinding? {
    guard let end = curve.endSeconds, let crack, end > crack.seconds, end > 0 else { return nil }
    let (seconds, ratio) = (end - crack.seconds, (end - crack.seconds) / end)
    let severity: RoastFinding.Severity = crack.source == .marked ? .caution : .note
    let (code, limit): (RoastFinding.Code, Double)
    if ratio < 0.1 || seconds < 45 {
      (code, limit) = (.developmentShort, 0.1)
    } else if ratio > 0.3 {
      (code, limit) = (.developmentLong, 0.3)
    } else {
      return nil
    }
    return RoastFinding(
      code, severity, seconds: crack.seconds, endSeconds: end,
      figures: [(.seconds, seconds), (.ratio, ratio), (.limitRatio, limit)])
  }

  /// A12.
  private var readingsMissing: RoastFinding? {
    let known = curve.samples.filter { $0.bean != nil && $0.seconds > 0 && $0.seconds < end }
    let times = [0] + known.map(\.seconds) + [end]
    let gaps = zip(times, times.dropFirst()).filter { $1 - $0 > curve.gapSeconds }
    let missing = gaps.reduce(0) { $0 + $1.1 - $1.0 }
    guard missing >= 10, let first = gaps.first, let last = gaps.last else { return nil }
    return RoastFinding(
      .readingsMissing, .note, seconds: first.0, endSeconds: last.1,
      figures: [(.seconds, missing)])
  }
}

// MARK: - Reading the curve

extension SmoothRise {
  /// Where BT is lowest in the first three minutes, if it rises from there.
  fileprivate var lowestEarly: Double? {
    let early = beans.prefix(181).enumerated().compactMap { second, bean in
      bean.map { (second: second, bean: $0) }
    }
    guard let lowest = early.min(by: { $0.bean < $1.bean }), let last = early.last,
      last.bean > lowest.bean
    else { return nil }
    return Double(lowest.second)
  }

  /// When BT is first at a temperature.
  fileprivate func reaches(_ celsius: Double, after seconds: Double) -> Double? {
    span(from: seconds, to: Double(beans.count)).first { (beans[$0] ?? -.infinity) >= celsius }
      .map(Double.init)
  }

  /// BT within 5 s of a time.
  fileprivate func bean(near seconds: Double) -> Double? {
    let near = span(from: seconds - 5, to: seconds + 5).filter { beans[$0] != nil }
    let nearest = near.min { abs(Double($0) - seconds) < abs(Double($1) - seconds) }
    return nearest.flatMap { beans[$0] }
  }
}

extension RoastCurve {
  /// The levels as they were last reported before a time.
  fileprivate func levels(at seconds: Double) -> (heater: Double?, fan: Double?) {
    let before = samples.filter { $0.seconds >= 0 && $0.seconds <= seconds }
    return (
      before.last { $0.heater != nil }?.heater.map(Double.init),
      before.last { $0.fan != nil }?.fan.map(Double.init)
    )
  }
}
