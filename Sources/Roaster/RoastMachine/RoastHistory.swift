/// Both temperatures of a roast, once a second, so that a mark set late finds its reading.
struct RoastHistory: Sendable {
  private struct Entry {
    var at: MonotonicTime
    var bean: Double?
    var infrared: Double?
  }

  private var entries: [Entry] = []

  private static let spacingSeconds = 0.95
  /// An hour; no roast lasts that long.
  private static let capacity = 3600
  /// Room for a long roast, taken when it begins.
  private static let reserve = 1200
  /// Neighbours farther apart than this say nothing about the time between them.
  private static let neighbourSeconds = 3.0

  /// Forgets everything and makes room for the next roast.
  mutating func clear() {
    entries.removeAll(keepingCapacity: true)
    entries.reserveCapacity(Self.reserve)
  }

  mutating func append(bean: Double?, infrared: Double?, at: MonotonicTime) {
    if let last = entries.last, at - last.at < Self.spacingSeconds { return }
    guard entries.count < Self.capacity else { return }
    entries.append(Entry(at: at, bean: bean, infrared: infrared))
  }

  /// Both temperatures at a time, between the neighbours.
  func reading(at time: MonotonicTime) -> (bean: Celsius?, infrared: Celsius?) {
    guard let next = entries.firstIndex(where: { !($0.at < time) }) else {
      guard let last = entries.last, time - last.at <= Self.neighbourSeconds else {
        return (nil, nil)
      }
      return (last.bean.map(Celsius.init), last.infrared.map(Celsius.init))
    }
    let after = entries[next]
    guard next > 0, after.at != time else {
      let isNear = after.at - time <= Self.neighbourSeconds
      return isNear
        ? (after.bean.map(Celsius.init), after.infrared.map(Celsius.init)) : (nil, nil)
    }
    let before = entries[next - 1]
    guard after.at - before.at <= Self.neighbourSeconds else { return (nil, nil) }
    let part = (time - before.at) / (after.at - before.at)
    func between(_ left: Double?, _ right: Double?) -> Celsius? {
      guard let left, let right else { return nil }
      return Celsius(left + (right - left) * part)
    }
    return (between(before.bean, after.bean), between(before.infrared, after.infrared))
  }

  /// The lowest infrared reading of the last so many seconds.
  func lowestInfrared(over seconds: Double, now: MonotonicTime) -> Double? {
    var lowest: Double?
    for entry in entries.reversed() {
      if now - entry.at > seconds { break }
      guard let infrared = entry.infrared else { continue }
      lowest = min(lowest ?? infrared, infrared)
    }
    return lowest
  }
}
