import Roaster

/// What stands at a landmark's line, placed so that no two collide.
struct ChartLabel {
  let name: String
  let figures: String
  let event: RoastCurve.Event
  let x: Double
  /// Counted upwards from the plot.
  let lane: Int

  /// Labels in the order of their times, each to the right of its line. No line runs through
  /// another's label: a label lies above those whose lines begin under it.
  static func placed(
    for curve: RoastCurve, unit: TemperatureUnit, x axis: ChartAxis
  ) -> [ChartLabel] {
    var labels: [ChartLabel] = []
    let landmarks = Landmark.allCases.compactMap { landmark in
      curve[landmark].map { (landmark, $0) }
    }
    for (landmark, event) in landmarks.sorted(by: { $0.1.seconds > $1.1.seconds })
    where (axis.low...axis.high).contains(event.seconds) {
      let x = axis.position(event.seconds)
      let figures = Self.figures(event, unit)
      let width = max(
        SVGText.width(landmark.title, size: 11) * 1.06, SVGText.width(figures, size: 11))
      let under = labels.filter { $0.x < x + width + 6 }.map(\.lane).max()
      labels.append(
        ChartLabel(
          name: landmark.title, figures: figures, event: event, x: x,
          lane: under.map { $0 + 1 } ?? 0))
    }
    return labels.reversed()
  }

  private static func figures(_ event: RoastCurve.Event, _ unit: TemperatureUnit) -> String {
    let clock = DecimalText.minutes(event.seconds)
    guard let bean = event.bean else { return clock }
    return clock + " · " + DecimalText.fixed(unit.degrees(bean), 0) + "°"
  }

  /// Everything known of it, for a pointer that rests on it.
  func title(_ unit: TemperatureUnit) -> String {
    func degrees(_ name: String, _ value: Celsius?) -> String {
      value.map { ", \(name) \(DecimalText.fixed(unit.degrees($0), 1)) °\(unit.rawValue)" } ?? ""
    }
    let source = event.source == .marked ? ", marked by a person" : ""
    return name + " " + DecimalText.minutes(event.seconds) + degrees("BT", event.bean)
      + degrees("IBTS", event.infrared) + source
  }
}

extension Landmark {
  /// The name for people.
  var title: String {
    switch self {
    case .charged: "Charge"
    case .turningPoint: "Turning point"
    case .yellowing: "Yellowing"
    case .firstCrack: "First crack"
    case .firstCrackEnd: "FC end"
    case .secondCrack: "Second crack"
    case .dropped: "Drop"
    }
  }
}
