import Roaster

extension RoastSummary {
  /// The figures for people, one line each; what is unknown is left out.
  public func lines(in unit: TemperatureUnit) -> [String] {
    var lines: [String] = []
    func add(_ label: String, _ text: String?) {
      guard let text else { return }
      lines.append(label + String(repeating: " ", count: max(1, 17 - label.count)) + text)
    }
    // The rate of rise lags by half its window: it says nothing yet of these two.
    add("Charge", charge?.text(unit, withRate: false))
    add("Turning point", turningPoint?.text(unit, withRate: false))
    add("Steepest rise", steepest?.text(unit))
    add("Yellowing", yellowing?.text(unit))
    add("First crack", firstCrack?.text(unit))
    add("First crack end", firstCrackEnd?.text(unit))
    add("Second crack", secondCrack?.text(unit))
    add("Drop", drop?.text(unit))
    for part in parts { add(part.name.title, part.text(unit)) }
    add(hasEnded ? "Roasted for" : "Roasting for", duration.map(clockText))
    add("Weight", weightText)
    return lines
  }

  private var weightText: String? {
    guard let gramsIn else { return gramsOut.map { "\(grams($0)) g out" } }
    guard let gramsOut, let weightLossRatio else { return "\(grams(gramsIn)) g in" }
    return "\(grams(gramsIn)) g in, \(grams(gramsOut)) g out, "
      + "\(DecimalText.fixed(weightLossRatio * 100, 1)) % lost"
  }

  private func grams(_ value: Double) -> String { DecimalText.trimmed(value, most: 1) }
}

extension RoastSummary.Point {
  /// `7:03  BT 187.0 C  IBTS 201.4 C  8.1 C/min`.
  fileprivate func text(_ unit: TemperatureUnit, withRate: Bool = true) -> String {
    let parts = [
      bean.map { "BT " + DecimalText.fixed(unit.degrees($0), 1) + " " + unit.rawValue },
      infrared.map { "IBTS " + DecimalText.fixed(unit.degrees($0), 1) + " " + unit.rawValue },
      withRate ? rateOfRise.map { $0.text(unit) } : nil,
    ]
    return ([clockText(seconds)] + parts.compactMap(\.self)).joined(separator: "  ")
  }
}

extension RoastSummary.Part {
  fileprivate func text(_ unit: TemperatureUnit) -> String {
    let parts = [
      clockText(seconds),
      ratio.map { DecimalText.fixed($0 * 100, 1) + " %" },
      meanRateOfRise.map { "mean " + $0.text(unit) },
    ]
    return parts.compactMap(\.self).joined(separator: "  ")
  }
}

/// Minutes and seconds under one another.
private func clockText(_ seconds: Double) -> String {
  let clock = DecimalText.minutes(seconds)
  return String(repeating: " ", count: max(0, 5 - clock.count)) + clock
}

extension RoastCurve.Phase.Name {
  /// The name for people.
  var title: String {
    switch self {
    case .drying: "Drying"
    case .maillard: "Maillard"
    case .development: "Development"
    }
  }
}

extension CelsiusPerMinute {
  fileprivate func text(_ unit: TemperatureUnit) -> String {
    DecimalText.fixed(unit.degreesPerMinute(self), 1) + " " + unit.rawValue + "/min"
  }
}
