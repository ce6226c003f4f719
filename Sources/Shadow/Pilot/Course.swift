import Analysis
import Roaster
import Simulator

/// BT wanted at every second: the target's course, or one made of its landmarks (Specs/pilot.md, S6).
struct Course: Equatable, Sendable {
  /// Where nobody says when beans crack, and how long they develop.
  private static let usualCrackSeconds = 480.0
  private static let usualRatio = 0.17
  /// BT climbs so long before its rise is at its peak.
  private static let settlingSeconds = 50.0
  /// After its end the course goes on as it ended.
  private static let tailSeconds = 30.0

  /// Once a second from 0.
  private let beans: [Double]
  private let tailSlope: Double
  /// Since when beans are to be compared with it.
  let beginSeconds: Double
  /// When beans are expected to crack, and at which BT.
  let crack: (seconds: Double, bean: Double)

  static func == (left: Course, right: Course) -> Bool { left.beans == right.beans }

  /// When the beans are to leave.
  var endSeconds: Double { Double(beans.count - 1) }

  init(_ target: Target, _ start: PilotStart) {
    let crackBean = target.firstCrack?.bean?.degrees ?? Target.usualFirstCrack
    let made = target.course.count > 1 ? Course.sampled(target) : Course.made(target, start)
    beans = made
    let tail = min(Int(Course.tailSeconds), made.count - 1)
    tailSlope = tail > 0 ? (made[made.count - 1] - made[made.count - 1 - tail]) / Double(tail) : 0
    let low = made.indices.min { made[$0] < made[$1] } ?? 0
    beginSeconds = Double(low)
    let crossing = made.indices.first { $0 > low && made[$0] >= crackBean }
    crack = (
      target.firstCrack?.seconds ?? Double(crossing ?? made.count - 1), crackBean
    )
  }

  /// Nil before its beginning.
  func bean(at seconds: Double) -> Double? {
    guard seconds >= 0, seconds.isFinite else { return nil }
    let last = beans.count - 1
    if seconds >= Double(last) { return beans[last] + tailSlope * (seconds - Double(last)) }
    let below = Int(seconds)
    return beans[below] + (seconds - Double(below)) * (beans[below + 1] - beans[below])
  }

  /// The rise of the course in C/min, over the seconds around a moment.
  func rise(at seconds: Double) -> Double {
    let early = bean(at: max(0, seconds - 10)) ?? 0
    let late = bean(at: seconds + 10) ?? 0
    return 60 * (late - early) / (seconds + 10 - max(0, seconds - 10))
  }

  // MARK: From a course

  private static func sampled(_ target: Target) -> [Double] {
    let points = target.course
    let last = points[points.count - 1].seconds
    let end = Int(last < Target.longestSeconds ? max(0, last) : Target.longestSeconds)
    var next = 1
    return (0...max(1, end)).map { second in
      while next < points.count - 1, points[next].seconds < Double(second) { next += 1 }
      let (before, after) = (points[next - 1], points[next])
      let apart = after.seconds - before.seconds
      let share = apart > 0 ? (Double(second) - before.seconds) / apart : 1
      return before.bean.degrees + min(max(share, 0), 1) * (after.bean - before.bean)
    }
  }

  // MARK: From landmarks

  /// The turning point is the model's; from there the rate of rise goes on straight lines from
  /// landmark to landmark, bent as little as can be.
  private static func made(_ target: Target, _ start: PilotStart) -> [Double] {
    var beans = turning(start)
    let low = (seconds: Double(beans.count - 1), bean: beans[beans.count - 1])
    let peak = low.seconds + settlingSeconds
    let marks = ascending(marks(target), from: (peak + 15, low.bean))
    let wanted = target.riseAtFirstCrack.map { $0.degreesPerMinute / 60 }
    let rises = marks.isEmpty ? [] : rises(from: low, peak: peak, marks, wanted: wanted)
    guard !rises.isEmpty else { return beans }
    let times = [low.seconds, peak] + marks.map(\.seconds)
    let slopes = [0] + rises
    let end = Int(min(marks[marks.count - 1].seconds, Target.longestSeconds))
    var leg = 0
    for second in beans.count...max(beans.count, end) {
      let now = Double(second) - 0.5
      while leg < times.count - 2, times[leg + 1] < now { leg += 1 }
      let share = (now - times[leg]) / (times[leg + 1] - times[leg])
      beans.append(beans[beans.count - 1] + slopes[leg] + share * (slopes[leg + 1] - slopes[leg]))
    }
    return beans
  }

  /// BT from the charge to its lowest, at the levels that the firmware sets.
  private static func turning(_ start: PilotStart) -> [Double] {
    guard var physics = try? start.charged() else { return [start.probeCelsius] }
    var beans = [physics.probeCelsius]
    for _ in 0..<240 {
      for _ in 0..<2 { try? physics.advance(by: 0.5) }
      beans.append(physics.probeCelsius)
    }
    let low = beans.indices.min { beans[$0] < beans[$1] } ?? 0
    return Array(beans[...low])
  }

  /// Those that come later and hotter than the one before: a target that is refused has others.
  private static func ascending(
    _ marks: [(seconds: Double, bean: Double)], from first: (seconds: Double, bean: Double)
  ) -> [(seconds: Double, bean: Double)] {
    var last = first
    return marks.filter { mark in
      guard mark.seconds > last.seconds + 5, mark.bean > last.bean, mark.seconds.isFinite else {
        return false
      }
      last = mark
      return true
    }
  }

  /// Landmarks with time and temperature, what is open filled in.
  private static func marks(_ target: Target) -> [(seconds: Double, bean: Double)] {
    let ratio = target.developmentRatio ?? usualRatio
    let crackSeconds =
      target.firstCrack?.seconds ?? target.drop?.seconds.map { $0 * (1 - ratio) }
      ?? usualCrackSeconds
    let dropSeconds = target.drop?.seconds ?? crackSeconds / (1 - min(ratio, 0.9))
    let crackBean = target.firstCrack?.bean?.degrees ?? Target.usualFirstCrack
    let dropBean =
      target.drop?.bean?.degrees ?? crackBean + (dropSeconds - crackSeconds) * 0.11
    var marks: [(seconds: Double, bean: Double)] = []
    if let seconds = target.yellowing?.seconds, let bean = target.yellowing?.bean {
      marks.append((seconds, bean.degrees))
    }
    if dropBean > crackBean + 1 { marks.append((crackSeconds, crackBean)) }
    return marks + [(dropSeconds, dropBean)]
  }

  /// The rises, in C/s, at the peak and at each landmark. The areas under them are given, which
  /// leaves one free: that with the least bends is taken, or that with the rise wanted at first crack.
  private static func rises(
    from low: (seconds: Double, bean: Double), peak: Double,
    _ marks: [(seconds: Double, bean: Double)], wanted: Double?
  ) -> [Double] {
    var best: (cost: Double, rises: [Double]) = (.infinity, [])
    for step in 0...250 {
      var rises = [Double(step) * 0.001]
      for index in stride(from: marks.count - 1, to: 0, by: -1) {
        let area = marks[index].bean - marks[index - 1].bean
        let width = marks[index].seconds - marks[index - 1].seconds
        rises.insert(2 * area / width - rises[0], at: 0)
      }
      let width = marks[0].seconds - peak
      let area = marks[0].bean - low.bean - rises[0] * width / 2
      rises.insert(area / (settlingSeconds / 2 + width / 2), at: 0)
      var cost = 0.0
      for (early, late) in zip(rises, rises.dropFirst()) where late > early {
        cost += 100 * (late - early) * (late - early)
      }
      for index in 1..<max(1, rises.count - 1) {
        let bend = rises[index - 1] - 2 * rises[index] + rises[index + 1]
        cost += bend * bend
      }
      cost += rises.reduce(0) { $0 + 1000 * min($1, 0) * min($1, 0) }
      if let wanted, rises.count > 2 {
        let miss = rises[rises.count - 2] - wanted
        cost += 10 * miss * miss
      }
      if cost < best.cost { best = (cost, rises) }
    }
    return best.rises
  }
}
