import Roaster

/// A roast curve as a drawing: SVG that a browser, a printer and a person with a screen reader can
/// use. The same curve gives the same bytes.
public struct Chart: Sendable {
  /// Which background it is for.
  public enum Theme: Sendable {
    /// As the viewer prefers.
    case automatic
    case light, dark
  }

  /// How unsure what is drawn is at a moment: the half widths around BT and IBTS, in C.
  public struct Band: Equatable, Sendable {
    public let seconds: Double
    public let beanWidth: Double
    public let infraredWidth: Double

    /// A band at a roast second.
    public init(seconds: Double, beanWidth: Double, infraredWidth: Double) {
      self.seconds = seconds
      self.beanWidth = beanWidth
      self.infraredWidth = infraredWidth
    }
  }

  /// What is drawn.
  public var curve: RoastCurve
  /// Where the curve is a forecast, in the order of time.
  public var bands: [Band] = []
  /// Another curve to compare with, thin and faint behind it.
  public var reference: RoastCurve?
  public var title: String
  public var subtitle: String
  /// What the legend calls the other curve.
  public var referenceTitle: String
  public var unit: TemperatureUnit
  public var theme: Theme
  /// How much is shown from before the beginning of the roast and after its end.
  public var marginSeconds: Double

  /// A drawing of a curve.
  public init(
    _ curve: RoastCurve, reference: RoastCurve? = nil, title: String, subtitle: String = "",
    referenceTitle: String = "Reference", unit: TemperatureUnit = .celsius,
    theme: Theme = .automatic, marginSeconds: Double = 60
  ) {
    self.curve = curve
    self.reference = reference
    self.title = title
    self.subtitle = subtitle
    self.referenceTitle = referenceTitle
    self.unit = unit
    self.theme = theme
    self.marginSeconds = marginSeconds
  }

  /// The drawing.
  public var svg: String {
    let frame = ChartFrame(self)
    var svg = SVGText()
    svg.raw(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"roast-chart\" role=\"img\""
        + " viewBox=\"0 0 1000 620\" width=\"1000\" height=\"620\">")
    svg.raw("<title>\(SVGText.escaped(title.isEmpty ? "Roast" : title))</title>")
    svg.raw("<desc>\(SVGText.escaped(description))</desc>")
    svg.raw(ChartStyle(theme: theme).element)
    svg.box("paper", x: 0, y: 0, width: ChartFrame.width, height: ChartFrame.height)
    drawHead(&svg)
    drawWashes(frame, &svg)
    drawGrid(frame, &svg)
    drawLevelLines(frame, &svg)
    drawMarks(frame, &svg)
    drawLevelNumbers(frame, &svg)
    drawPhases(frame, &svg)
    drawBands(frame, &svg)
    if let reference { drawCurves(of: reference, "-reference", frame, &svg) }
    drawCurves(of: curve, "", frame, &svg)
    drawDots(frame, &svg)
    drawTroubles(frame, &svg)
    svg.raw("</svg>")
    return svg.text
  }

  /// The chart in words, for those who do not see it.
  private var description: String {
    let lines = RoastSummary(curve).lines(in: unit).map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    let figures = lines.isEmpty ? "no figures yet" : lines.joined(separator: "; ")
    return "Bean temperature (BT), infrared temperature (IBTS), rate of rise, and heater, fan "
      + "and drum levels over the minutes of a roast: " + figures + "."
  }
}

// MARK: - Head

extension Chart {
  /// How much wider bold words are.
  private static let boldness = 1.2

  private func drawHead(_ svg: inout SVGText) {
    typealias Item = (words: String, name: String)
    var items: [Item] = [("BT", "bean"), ("IBTS", "ibts"), ("Rate of rise", "rise")]
    if reference != nil {
      items.append((SVGText.fitted(referenceTitle, width: 170, size: 12), "reference"))
    }
    let swatch = 30.0
    let widths = items.map { swatch + 6 + SVGText.width($0.words, size: 12) + 14 }
    var x = ChartFrame.right - widths.reduce(0, +) + 14
    let room = x - ChartFrame.left - 24
    svg.words(
      "title", SVGText.fitted(title, width: room, size: 19 * Self.boldness),
      at: ChartPath.Point(x: ChartFrame.left, y: 30))
    svg.words(
      "subtitle", SVGText.fitted(subtitle, width: ChartFrame.right - ChartFrame.left, size: 12),
      at: ChartPath.Point(x: ChartFrame.left, y: 49))
    for (item, width) in zip(items, widths) {
      let y = 26.0
      svg.line(
        item.name, ChartPath.Point(x: x, y: y - 4), ChartPath.Point(x: x + swatch, y: y - 4))
      svg.words("legend", item.words, at: ChartPath.Point(x: x + swatch + 6, y: y))
      x += width
    }
  }
}

// MARK: - Phases

extension Chart {
  /// Where a phase lies, if it is in sight.
  private func span(_ phase: RoastCurve.Phase, _ x: ChartAxis) -> (left: Double, width: Double)? {
    let left = x.position(max(phase.begin, x.low))
    let right = x.position(min(phase.end, x.high))
    return right > left ? (left, right - left) : nil
  }

  /// A breath of each phase's colour behind the curves.
  private func drawWashes(_ frame: ChartFrame, _ svg: inout SVGText) {
    for phase in curve.phases {
      guard let (left, width) = span(phase, frame.x) else { continue }
      svg.box(
        phase.name.rawValue + "-wash", x: left, y: frame.plotTop, width: width,
        height: frame.plotHeight)
    }
  }

  /// The band of phases; it hides the lines of landmarks, which would run through its words.
  private func drawPhases(_ frame: ChartFrame, _ svg: inout SVGText) {
    for phase in curve.phases {
      guard let (left, width) = span(phase, frame.x) else { continue }
      for name in ["paper", phase.name.rawValue] {
        svg.box(name, x: left, y: frame.phaseTop, width: width, height: ChartFrame.phaseHeight)
      }
      if let words = words(phase, width: width - 8) {
        let middle = ChartPath.Point(x: left + width / 2, y: frame.phaseTop + 14)
        svg.words("phase", words, at: middle)
      }
    }
  }

  /// As much about a phase as there is room for.
  private func words(_ phase: RoastCurve.Phase, width: Double) -> String? {
    let clock = DecimalText.minutes(phase.seconds)
    let total = curve.roastedSeconds ?? 0
    let figures =
      total > 0 ? clock + " · " + DecimalText.fixed(phase.seconds / total * 100, 1) + " %" : clock
    let title = phase.name.title
    return ["\(title) \(figures)", "\(title.prefix(3)) \(figures)", figures, clock]
      .first { SVGText.width($0, size: 11) <= width }
  }
}
