// Numbers in the sentences of pilots and refusals.

extension Double {
  /// Whether there is a number to be spoken: what a hostile target holds may be none.
  fileprivate var isSpoken: Bool { isFinite && abs(self) < 1e9 }
}

/// As it is spoken, whole.
func whole(_ value: Double) -> String {
  value.isSpoken ? String(Int(value.rounded())) : "no number of"
}

/// As it is spoken, with one digit after the point.
func tenth(_ value: Double) -> String {
  guard value.isSpoken else { return "no number of" }
  let tenths = Int((abs(value) * 10).rounded())
  return (value < 0 && tenths > 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
}

/// A roast second as people read it: 8:05.
func clock(_ seconds: Double) -> String {
  guard seconds.isSpoken else { return "an unknown time" }
  let whole = Int(max(0, seconds).rounded())
  return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
}
