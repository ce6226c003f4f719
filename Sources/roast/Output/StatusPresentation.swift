import Roaster

extension Status {
  /// For a person: one line a frame, suspect values named at its end.
  func text(in unit: TemperatureUnit) -> String {
    let reading = ShownReading(self)
    guard isValid else {
      return "not a status (the roaster's idle message); preheat target "
        + temperature(preheatTarget, unit) + reading.suspectText
    }
    return reading.text(in: unit)
  }

  /// The state, with its code when nobody knows what it means.
  var stateText: String { state?.text ?? "--" }

  /// Why a value cannot be believed.
  func reason(for field: Field) -> String {
    if suspicion.notFinite.contains(field) { return "(not a number)" }
    if suspicion.placeholder.contains(field) { return "(the firmware's 25.0 at a roast's start)" }
    return "(implausible)"
  }
}

extension RoasterState {
  /// In words, with its code when nobody knows what it means.
  var text: String {
    if case .unknown(let code) = self {
      return "unknown state 0x\(code < 16 ? "0" : "")\(String(code, radix: 16))"
    }
    return name.split(separator: "_").joined(separator: " ")
  }
}

/// A temperature for a person, with its unit; dashes where there is none.
func temperature(_ value: Celsius?, _ unit: TemperatureUnit) -> String {
  value.map { fixed(unit.degrees($0), 1) + " " + unit.rawValue } ?? "--"
}

/// A rate for a person, with its unit; dashes where there is none.
func rate(_ value: CelsiusPerMinute?, _ unit: TemperatureUnit) -> String {
  value.map { fixed(unit.degreesPerMinute($0), 1) + " " + unit.rawValue + "/min" } ?? "--"
}

/// A number with so many digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "--" }
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  let scaled = Int64((value * scale).rounded())
  let sign = scaled < 0 ? "-" : ""
  let text = String(scaled.magnitude)
  guard digits > 0 else { return sign + text }
  let filled = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  return sign + filled.dropLast(digits) + "." + filled.suffix(digits)
}

extension String {
  /// Text that came from elsewhere, with every character a terminal would act on made visible.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}

/// Durations as a roaster reads them.
enum ClockText {
  /// `9:05`.
  static func minutes(_ seconds: Int) -> String {
    "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
  }
}
