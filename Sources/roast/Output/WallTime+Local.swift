import Glibc
import Roaster

extension WallTime {
  /// For a person, in the zone of this computer: `2026-11-21 10:30`.
  var localText: String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return text }
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min))"
  }
}
