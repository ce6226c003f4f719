import Roaster

// MARK: - Grid and axes

extension Chart {
  func drawGrid(_ frame: ChartFrame, _ svg: inout SVGText) {
    let (left, right) = (ChartFrame.left, ChartFrame.right)
    for tick in frame.temperature.ticks {
      let y = frame.temperature.position(tick)
      svg.line("grid", ChartPath.Point(x: left, y: y), ChartPath.Point(x: right, y: y))
      svg.words(
        "tick-left", Self.number(tick), at: ChartPath.Point(x: left - 8, y: y + 4))
    }
    for tick in frame.rise.ticks {
      svg.words(
        "tick-right", Self.number(tick),
        at: ChartPath.Point(x: right + 8, y: frame.rise.position(tick) + 4))
    }
    for tick in frame.x.ticks {
      let x = frame.x.position(tick)
      svg.line(
        "grid", ChartPath.Point(x: x, y: frame.plotTop),
        ChartPath.Point(x: x, y: frame.lanesBottom))
      svg.words(
        "tick-below", Self.number(tick / 60),
        at: ChartPath.Point(x: x, y: frame.lanesBottom + 15))
    }
    let zero = frame.rise.position(0)
    svg.line("zero", ChartPath.Point(x: left, y: zero), ChartPath.Point(x: right, y: zero))
    svg.box(
      "frame", x: left, y: frame.plotTop, width: right - left, height: frame.plotHeight)
    let units = frame.phaseTop + 14
    svg.words("unit-left", "°\(unit.rawValue)", at: ChartPath.Point(x: left - 8, y: units))
    svg.words(
      "unit-right", "°\(unit.rawValue)/min", at: ChartPath.Point(x: right + 8, y: units))
    svg.words(
      "tick-below", "minutes from the beginning of the roast",
      at: ChartPath.Point(x: (left + right) / 2, y: frame.lanesBottom + 33))
  }
}

extension Chart {
  /// A round number as it is printed: with a minus, not a hyphen.
  private static func number(_ value: Double) -> String {
    (value < 0 ? "\u{2212}" : "") + DecimalText.trimmed(abs(value), most: 1)
  }
}

// MARK: - Levels

extension Chart {
  func drawLevelLines(_ frame: ChartFrame, _ svg: inout SVGText) {
    for control in Control.allCases {
      let lane = frame.lane(control)
      let base = lane.position(0)
      svg.line(
        "frame", ChartPath.Point(x: ChartFrame.left, y: base),
        ChartPath.Point(x: ChartFrame.right, y: base))
      let middle = ChartPath.Point(x: ChartFrame.left - 8, y: (lane.start + lane.end) / 2 + 4)
      svg.words("lane", control.title, at: middle)
      let runs = Self.runs(of: curve, control, frame.x)
      svg.path(control.name + "-area", ChartPath.areas(runs, x: frame.x, y: lane))
      if let reference {
        let others = Self.runs(of: reference, control, frame.x)
        svg.path("level-reference", ChartPath.steps(others, x: frame.x, y: lane))
      }
      svg.path(control.name, ChartPath.steps(runs, x: frame.x, y: lane))
    }
  }

  func drawLevelNumbers(_ frame: ChartFrame, _ svg: inout SVGText) {
    for control in Control.allCases {
      for run in Self.runs(of: curve, control, frame.x) { number(run, control, frame, &svg) }
    }
  }

  /// A level's number, above its line or below it, if the line is long enough.
  private func number(
    _ run: ChartPath.Run, _ control: Control, _ frame: ChartFrame, _ svg: inout SVGText
  ) {
    let lane = frame.lane(control)
    let words = control.letter + String(run.level)
    let left = frame.x.position(run.from)
    guard frame.x.position(run.to) - left >= SVGText.width(words, size: 10) + 5 else { return }
    let line = lane.position(Double(run.level))
    let above = line - 3
    let y = above - 8 >= lane.end ? above : line + 11
    svg.words("level-text", words, at: ChartPath.Point(x: left + 4, y: y))
  }

  /// How long each level held; broken where nothing was heard.
  private static func runs(
    of curve: RoastCurve, _ control: Control, _ x: ChartAxis
  ) -> [ChartPath.Run] {
    var runs: [ChartPath.Run] = []
    var last: Double?
    for sample in curve.samples where (x.low...x.high).contains(sample.seconds) {
      guard let level = sample.level(control) else {
        last = nil
        continue
      }
      let shown = min(max(level, 0), 12)
      if let last, sample.seconds - last <= curve.gapSeconds, !runs.isEmpty {
        runs[runs.count - 1].to = sample.seconds
        if runs[runs.count - 1].level != shown {
          runs.append(ChartPath.Run(from: sample.seconds, to: sample.seconds, level: shown))
        }
      } else {
        runs.append(ChartPath.Run(from: sample.seconds, to: sample.seconds, level: shown))
      }
      last = sample.seconds
    }
    return runs
  }
}

extension Control {
  /// The letter before a level, as on the panel.
  fileprivate var letter: String {
    switch self {
    case .heater: "P"
    case .fan: "F"
    case .drum: "D"
    }
  }

  /// The name for people.
  fileprivate var title: String {
    switch self {
    case .heater: "Heater"
    case .fan: "Fan"
    case .drum: "Drum"
    }
  }
}

extension RoastCurve.Sample {
  fileprivate func level(_ control: Control) -> Int? {
    switch control {
    case .heater: heater
    case .fan: fan
    case .drum: drum
    }
  }
}

// MARK: - Curves

extension Chart {
  func drawCurves(
    of curve: RoastCurve, _ suffix: String, _ frame: ChartFrame, _ svg: inout SVGText
  ) {
    func draw(_ name: String, _ axis: ChartAxis, _ path: (RoastCurve.Sample) -> Double?) {
      let points = Self.points(of: curve, frame.x, axis, path)
      svg.path(name + suffix, ChartPath.line(points, within: frame.plotBand))
    }
    let roast = curve.roastedSeconds.map { 0...max(0, $0) }
    draw("rise", frame.rise) { sample in
      // Outside the roast it is the probe's own warming and cooling.
      guard roast?.contains(sample.seconds) ?? true else { return nil }
      return sample.rateOfRise.map(unit.degreesPerMinute)
    }
    draw("ibts", frame.temperature) { sample in
      guard !ChartFrame.settlingSeconds.contains(sample.seconds) else { return nil }
      return sample.infrared.map(unit.degrees)
    }
    draw("bean", frame.temperature) { $0.bean.map(unit.degrees) }
  }

  /// A wash as wide as a forecast is unsure, and a line where it begins.
  func drawBands(_ frame: ChartFrame, _ svg: inout SVGText) {
    let shown = bands.filter { (frame.x.low...frame.x.high).contains($0.seconds) }
    guard let first = shown.first, shown.count > 1 else { return }
    func draw(
      _ name: String, _ width: (Band) -> Double, _ path: (RoastCurve.Sample) -> Celsius?
    ) {
      func edge(_ band: Band, _ sign: Double) -> ChartPath.Point? {
        curve.value({ path($0)?.degrees }, at: band.seconds).map { middle in
          let degrees = unit.degrees(Celsius(middle + sign * width(band)))
          let y = frame.temperature.position(degrees)
          return ChartPath.Point(
            x: frame.x.position(band.seconds),
            y: min(max(y, frame.plotBand.lowerBound), frame.plotBand.upperBound))
        }
      }
      let outline = shown.compactMap { edge($0, 1) } + shown.reversed().compactMap { edge($0, -1) }
      svg.path(name + "-band", ChartPath.line(outline, within: frame.plotBand) + "Z")
    }
    draw("ibts", \.infraredWidth, \.infrared)
    draw("bean", \.beanWidth, \.bean)
    let x = frame.x.position(first.seconds)
    svg.group("forecast", title: "forecast from " + DecimalText.minutes(first.seconds)) { svg in
      svg.line(
        "mark", ChartPath.Point(x: x, y: frame.plotTop), ChartPath.Point(x: x, y: frame.lanesBottom)
      )
    }
  }

  private static func points(
    of curve: RoastCurve, _ x: ChartAxis, _ y: ChartAxis, _ path: (RoastCurve.Sample) -> Double?
  ) -> [ChartPath.Point?] {
    var points: [ChartPath.Point?] = []
    var last: Double?
    for sample in curve.samples where (x.low...x.high).contains(sample.seconds) {
      if let last, sample.seconds - last > curve.gapSeconds { points.append(nil) }
      last = sample.seconds
      points.append(
        path(sample).map { ChartPath.Point(x: x.position(sample.seconds), y: y.position($0)) })
    }
    return points
  }
}

// MARK: - Landmarks and troubles

extension Chart {
  func drawMarks(_ frame: ChartFrame, _ svg: inout SVGText) {
    for label in frame.labels {
      let top = frame.phaseTop - 3 - Double(label.lane + 1) * ChartFrame.labelHeight
      svg.group("landmark", title: label.title(unit)) { svg in
        svg.line(
          "mark", ChartPath.Point(x: label.x, y: top + 2),
          ChartPath.Point(x: label.x, y: frame.lanesBottom))
        svg.words("mark-name", label.name, at: ChartPath.Point(x: label.x + 4, y: top + 12))
        svg.words("mark-text", label.figures, at: ChartPath.Point(x: label.x + 4, y: top + 25))
      }
    }
  }

  /// Dots on the bean curve, where it is at the landmark; a charge is read a little before.
  func drawDots(_ frame: ChartFrame, _ svg: inout SVGText) {
    for label in frame.labels {
      let drawn = curve.value({ $0.bean?.degrees }, at: label.event.seconds)
      guard let bean = drawn.map(Celsius.init) ?? label.event.bean else { continue }
      let y = frame.temperature.position(unit.degrees(bean))
      guard frame.plotBand.contains(y) else { continue }
      svg.dot("halo", at: ChartPath.Point(x: label.x, y: y), radius: 4)
    }
  }

  /// Warnings and anomalies: small triangles at the bottom of the plot, with their names where
  /// there is room.
  func drawTroubles(_ frame: ChartFrame, _ svg: inout SVGText) {
    var free = ChartFrame.left
    for event in curve.events where event.category == .warning || event.category == .anomaly {
      guard (frame.x.low...frame.x.high).contains(event.seconds) else { continue }
      let (x, y) = (frame.x.position(event.seconds), frame.plotBottom - 2)
      let name = event.name.split(separator: "_").joined(separator: " ")
      let end = x + 8 + SVGText.width(name, size: 10)
      svg.group("trouble", title: name + " " + DecimalText.minutes(event.seconds)) { svg in
        let place = ChartPath.coordinate(x - 5) + " " + ChartPath.coordinate(y)
        svg.path("alarm", "M\(place)h10l-5 -9Z")
        guard x >= free, end <= ChartFrame.right else { return }
        svg.words("level-text", name, at: ChartPath.Point(x: x + 8, y: y - 1))
      }
      free = max(free, end + 8)
    }
  }
}
