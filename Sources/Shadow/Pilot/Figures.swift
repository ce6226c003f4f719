/// A number as it is spoken: whole, and with one digit after the point.
func whole(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "no number of" }
  return String(Int(value.rounded()))
}

func tenth(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "no number of" }
  let tenths = Int((abs(value) * 10).rounded())
  return (value < 0 && tenths > 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
}

/// A roast second as people read it: 8:05.
func clock(_ seconds: Double) -> String {
  guard seconds.isFinite, abs(seconds) < 1e6 else { return "an unknown time" }
  let whole = Int(max(0, seconds).rounded())
  return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
}
