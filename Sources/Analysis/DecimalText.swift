/// Numbers as text, the same on every run and without Foundation.
enum DecimalText {
  /// With so many digits after the point; dashes for a number that is none.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "--" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int64((value * scale).rounded())
    let sign = scaled < 0 ? "-" : ""
    let text = String(scaled.magnitude)
    guard digits > 0 else { return sign + text }
    let filled = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return sign + filled.dropLast(digits) + "." + filled.suffix(digits)
  }

  /// With as many digits after the point as say something, from `least` to `most`.
  static func trimmed(_ value: Double, least: Int = 0, most: Int) -> String {
    var text = fixed(value, most)
    guard most > 0, text.contains(".") else { return text }
    var spare = most - least
    while spare > 0, text.last == "0" {
      text.removeLast()
      spare -= 1
    }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// `9:05`, `-0:30`, to the nearest second.
  static func minutes(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e9 else { return "--:--" }
    let whole = Int(seconds.rounded())
    let (minute, second) = abs(whole).quotientAndRemainder(dividingBy: 60)
    return (whole < 0 ? "-" : "") + "\(minute):\(second < 10 ? "0" : "")\(second)"
  }
}

/// A number to so many decimal places.
func rounded(_ value: Double, _ places: Int) -> Double {
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  return (value * scale).rounded() / scale
}
