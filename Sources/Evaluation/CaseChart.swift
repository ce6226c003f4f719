import Analysis
import Roaster

/// The curves of a case's first trials over its target, as one SVG.
struct CaseChart {
  private let item: CaseResult
  private let lines: [TrialResult.Line]
  private let end: Double

  private static let (width, height) = (760.0, 300.0)
  private static let (left, right, top) = (36.0, 10.0, 10.0)
  /// Where the temperatures end and the levels begin.
  private static let (bottom, levelsTop, levelsBottom) = (220.0, 236.0, 280.0)
  private static let celsius = 60.0...260

  init(_ item: CaseResult) {
    self.item = item
    lines = item.trials.compactMap(\.line)
    let last = lines.compactMap(\.seconds.last).max().map(Double.init) ?? 0
    end = max(last, item.golden.target.dropSeconds ?? 0, 60)
  }

  /// The drawing; nothing where no roast was seen.
  var svg: String {
    guard !lines.isEmpty else { return "" }
    return """
      <svg viewBox="0 0 \(whole(Self.width)) \(whole(Self.height))" role="img" \
      aria-label="BT of \(lines.count) trials over the target, heater and fan below">
      \(grid)\(tolerance)\(lines.map(line).joined())\(course)\(goals)\(levels)
      </svg>
      """
  }

  private func x(_ seconds: Double) -> String {
    tenth(Self.left + seconds / end * (Self.width - Self.left - Self.right))
  }

  private func y(_ celsius: Double) -> String {
    let range = Self.celsius
    let share =
      (min(max(celsius, range.lowerBound), range.upperBound) - range.lowerBound)
      / (range.upperBound - range.lowerBound)
    return tenth(Self.bottom - share * (Self.bottom - Self.top))
  }

  private func level(_ level: Int) -> String {
    tenth(Self.levelsBottom - Double(level) / 12 * (Self.levelsBottom - Self.levelsTop))
  }

  private var grid: String {
    let across = stride(from: 100.0, through: 250, by: 50).map { celsius in
      "<path class=\"grid\" d=\"M\(tenth(Self.left)) \(y(celsius))H\(tenth(Self.width - Self.right))\"/>"
        + "<text x=\"4\" y=\"\(y(celsius - 2))\">\(whole(celsius))</text>"
    }
    let minutes = stride(from: 0.0, through: end, by: 60).map { seconds in
      "<path class=\"grid\" d=\"M\(x(seconds)) \(tenth(Self.top))V\(tenth(Self.levelsBottom))\"/>"
        + "<text x=\"\(x(seconds))\" y=\"\(tenth(Self.height - 6))\" text-anchor=\"middle\">"
        + "\(whole(seconds / 60))</text>"
    }
    return (across + minutes).joined()
  }

  private func path(_ points: [(Double, Double)]) -> String {
    points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(x(point.0)) \(y(point.1))"
    }.joined()
  }

  private var tolerance: String {
    let target = item.golden.target
    let points = target.course.filter { $0.seconds >= RoastJudge.courseFrom }
    guard points.count > 1 else { return "" }
    let wide = target.courseTolerance
    let over = points.map { ($0.seconds, $0.bean.degrees + wide) }
    let under = points.reversed().map { ($0.seconds, $0.bean.degrees - wide) }
    return "<path class=\"tolerance\" d=\"\(path(over + under))Z\"/>"
  }

  private var course: String {
    let points = item.golden.target.course.map { ($0.seconds, $0.bean.degrees) }
    return points.count > 1 ? "<path class=\"course\" d=\"\(path(points))\"/>" : ""
  }

  private func line(_ line: TrialResult.Line) -> String {
    func points(_ values: [Double?]) -> [(Double, Double)] {
      zip(line.seconds, values).compactMap { seconds, value in value.map { (Double(seconds), $0) } }
    }
    // The firmware's 25.0 at the beginning is no drum.
    let infrared = points(line.infrared).filter { $0.0 >= 30 }
    return "<path class=\"ib\" d=\"\(path(infrared))\"/>"
      + "<path class=\"bt\" d=\"\(path(points(line.bean)))\"/>"
  }

  /// A box for each landmark whose time and temperature are wanted, a line for time alone.
  private var goals: String {
    let target = item.golden.target
    let goals = [("yellow", target.yellowing), ("crack", target.firstCrack), ("drop", target.drop)]
    return goals.map { name, goal in
      guard let goal, let seconds = goal.seconds else { return "" }
      let bean = goal.bean?.degrees ?? target.bean(at: seconds) ?? 190
      let tall = goal.bean == nil ? 8 : goal.beanTolerance
      let (from, to) = (x(seconds - goal.secondsTolerance), x(seconds + goal.secondsTolerance))
      return
        "<path class=\"goal\" d=\"M\(from) \(y(bean - tall))H\(to)V\(y(bean + tall))H\(from)Z\"/>"
        + "<text x=\"\(x(seconds))\" y=\"\(y(bean + tall + 4))\" text-anchor=\"middle\">\(name)</text>"
    }.joined()
  }

  /// What the first trial did to heater and fan.
  private var levels: String {
    guard let first = lines.first else { return "" }
    func steps(_ values: [Int?]) -> String {
      var path = ""
      for (seconds, value) in zip(first.seconds, values) {
        guard let value else { continue }
        path +=
          path.isEmpty
          ? "M\(x(Double(seconds))) \(level(value))" : "H\(x(Double(seconds)))V\(level(value))"
      }
      return path
    }
    return "<path class=\"levels\" d=\"\(steps(first.heater))\"/>"
      + "<path class=\"levels fan\" d=\"\(steps(first.fan))\"/>"
      + "<text x=\"4\" y=\"\(tenth(Self.levelsBottom - 24))\">P</text>"
      + "<text x=\"4\" y=\"\(tenth(Self.levelsBottom))\">F</text>"
  }
}
