/// The rate of rise as a judge needs it: a value a second, centred, deaf to single wrong readings
/// (Specs/analysis.md A1). It sees what comes after, so it does not lag; live it would be of no use.
struct SmoothRise: Sendable {
  /// C/min at each whole second of the roast; nil where too little is known.
  let rises: [Double?]
  /// BT at each whole second, without outliers.
  let beans: [Double?]

  /// A roast that is longer is no roast.
  private static let longestSeconds = 4 * 3600.0
  private static let halfWindow = 15
  /// Of the samples that a window should hold.
  private static let leastShare = 0.6

  /// Of the roast itself: from its second 0 to its end.
  init(_ curve: RoastCurve) {
    let end = min(curve.roastedSeconds ?? 0, Self.longestSeconds)
    guard end >= 1 else {
      (rises, beans) = ([], [])
      return
    }
    let raw = Self.seconds(of: curve, count: Int(end) + 1)
    let calm = raw.indices.map { raw[$0] == nil ? nil : Self.median(of: raw, around: $0) }
    let spacing = min(max(curve.spacingSeconds, 1), Double(Self.halfWindow))
    let least = max(3, Self.leastShare * Double(2 * Self.halfWindow + 1) / spacing)
    rises = calm.indices.map { Self.slope(of: calm, around: $0, least) }
    beans = calm
  }

  /// The mean of what was measured around each whole second.
  private static func seconds(of curve: RoastCurve, count: Int) -> [Double?] {
    var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for sample in curve.samples {
      guard let bean = sample.bean?.degrees else { continue }
      let second = Int(sample.seconds.rounded())
      guard second >= 0, second < count else { continue }
      sums[second] += bean
      counts[second] += 1
    }
    return (0..<count).map { counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : nil }
  }

  /// The middle one of what is known within 2 s.
  private static func median(of values: [Double?], around second: Int) -> Double? {
    let near = values[max(0, second - 2)...min(values.count - 1, second + 2)]
    let sorted = near.compactMap(\.self).sorted()
    let middle = sorted.count / 2
    if sorted.isEmpty { return nil }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The least-squares slope a minute, around one second.
  private static func slope(
    of values: [Double?], around second: Int, _ least: Double
  ) -> Double? {
    let window = max(0, second - halfWindow)...min(values.count - 1, second + halfWindow)
    guard let origin = window.lazy.compactMap({ values[$0] }).first else { return nil }
    var (count, times, squares, sum, products) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in window {
      guard let value = values[index] else { continue }
      // Small numbers: little is lost in the differences below.
      let (time, height) = (Double(index - second), value - origin)
      count += 1
      times += time
      squares += time * time
      sum += height
      products += time * height
    }
    let spread = squares - times * times / max(count, 1)
    guard count >= least, spread > 0 else { return nil }
    return (products - times * sum / count) / spread * 60
  }
}

// MARK: - Ups and downs

extension SmoothRise {
  /// That the rate of rise went from one value to another.
  struct Swing: Equatable, Sendable {
    let begin: Int
    let end: Int
    let from: Double
    let to: Double

    /// How much, whichever way.
    var size: Double { abs(to - from) }
  }

  /// A part of the roast; empty if it would end before it begins.
  func span(from begin: Double, to end: Double) -> Range<Int> {
    let low = Int(Swift.min(Swift.max(begin, 0), Double(rises.count)))
    let high = Int(Swift.min(Swift.max(end + 1, 0), Double(rises.count)))
    return low..<Swift.max(low, high)
  }

  /// The lowest and the highest of a part.
  func highest(in span: Range<Int>) -> (second: Int, rise: Double)? {
    span.compactMap { second in rises[second].map { (second, $0) } }.max { $0.1 < $1.1 }
  }

  /// The longest stretch of a part below a rate of rise, what is unknown being none of it.
  func longest(below limit: Double, in span: Range<Int>) -> Range<Int>? {
    var best: Range<Int>?
    var begin: Int?
    for second in span {
      guard let rise = rises[second], rise < limit else {
        begin = nil
        continue
      }
      let stretch = (begin ?? second)..<(second + 1)
      begin = stretch.lowerBound
      if stretch.count > best?.count ?? 0 { best = stretch }
    }
    return best
  }

  /// The steepest fall of a part that begins in it: the one that a judge accepts and that loses the
  /// most within so many seconds.
  func fall(
    in span: Range<Int>, within seconds: Int, _ isFall: (_ from: Double, _ to: Double) -> Bool
  ) -> Swing? {
    var best: Swing?
    for begin in span {
      guard let from = rises[begin] else { continue }
      for end in begin..<Swift.min(begin + seconds + 1, rises.count) {
        guard let to = rises[end], from - to > best?.size ?? 0, isFall(from, to) else { continue }
        best = Swing(begin: begin, end: end, from: from, to: to)
      }
    }
    return best
  }

  /// The climbs of a part that gain at least so much within so many seconds, one after another:
  /// each from the lowest before it to where it no longer rises.
  func climbs(in span: Range<Int>, least: Double, within seconds: Int) -> [Swing] {
    var swings: [Swing] = []
    var from = span.lowerBound
    var second = span.lowerBound
    while second < span.upperBound {
      guard let rise = rises[second],
        let low = lowest(in: Swift.max(from, second - seconds)...second),
        rise - low.rise >= least
      else {
        second += 1
        continue
      }
      let top = summit(after: second, in: span)
      swings.append(
        Swing(begin: low.second, end: top.second, from: low.rise, to: top.rise))
      from = top.second + 1
      second = from
    }
    return swings
  }

  private func lowest(in span: ClosedRange<Int>) -> (second: Int, rise: Double)? {
    var lowest: (second: Int, rise: Double)?
    for second in span {
      guard let rise = rises[second], rise < lowest?.rise ?? .infinity else { continue }
      lowest = (second, rise)
    }
    return lowest
  }

  /// The highest until it has fallen by a degree a minute, or is no longer known.
  private func summit(after second: Int, in span: Range<Int>) -> (second: Int, rise: Double) {
    var top = (second: second, rise: rises[second] ?? 0)
    for next in second..<span.upperBound {
      guard let rise = rises[next], rise > top.rise - 1 else { break }
      if rise > top.rise { top = (next, rise) }
    }
    return top
  }
}
