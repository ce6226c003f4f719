/// Lines through points: honest ones, broken where there is nothing and cut at the plot's edge.
enum ChartPath {
  struct Point: Equatable {
    let x: Double
    let y: Double
  }

  /// A line through points; nil breaks it, and what lies outside the band is cut off. A point that
  /// stands alone becomes a dot under round line ends.
  static func line(_ points: [Point?], within band: ClosedRange<Double>) -> String {
    var path = ""
    var pen: Point?
    for (index, point) in points.enumerated() {
      guard let point else {
        pen = nil
        continue
      }
      guard let last = index > 0 ? points[index - 1] : nil else {
        let isAlone = index + 1 == points.count || points[index + 1] == nil
        if isAlone, band.contains(point.y) { path += "M\(text(point))h0" }
        continue
      }
      guard let (from, to) = cut(last, point, band) else {
        pen = nil
        continue
      }
      if pen != from { path += "M" + text(from) }
      path += "L" + text(to)
      pen = to == point ? point : nil
    }
    return path
  }

  /// What of the line between two points lies in the band.
  private static func cut(
    _ from: Point, _ to: Point, _ band: ClosedRange<Double>
  ) -> (Point, Point)? {
    func at(_ y: Double) -> Point {
      Point(x: from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y), y: y)
    }
    if max(from.y, to.y) < band.lowerBound || min(from.y, to.y) > band.upperBound { return nil }
    func end(_ point: Point) -> Point {
      band.contains(point.y)
        ? point : at(point.y < band.lowerBound ? band.lowerBound : band.upperBound)
    }
    return (end(from), end(to))
  }

  /// A level that holds from one time to another.
  struct Run: Equatable {
    var from: Double
    var to: Double
    let level: Int
  }

  /// Steps through runs; where one does not begin at the end of the last, the line breaks.
  static func steps(_ runs: [Run], x: ChartAxis, y: ChartAxis) -> String {
    var path = ""
    var last: Run?
    for run in runs {
      let height = coordinate(y.position(Double(run.level)))
      let begin = coordinate(x.position(run.from))
      path += last?.to == run.from ? "V\(height)" : "M\(begin) \(height)"
      path += "H" + coordinate(x.position(run.to))
      last = run
    }
    return path
  }

  /// The areas under runs.
  static func areas(_ runs: [Run], x: ChartAxis, y: ChartAxis) -> String {
    runs.filter { $0.level > 0 }.map { run in
      let (left, right) = (x.position(run.from), x.position(run.to))
      let (top, bottom) = (y.position(Double(run.level)), y.position(y.low))
      return "M\(coordinate(left)) \(coordinate(bottom))V\(coordinate(top))"
        + "H\(coordinate(right))V\(coordinate(bottom))Z"
    }.joined()
  }

  private static func text(_ point: Point) -> String {
    coordinate(point.x) + " " + coordinate(point.y)
  }

  /// A place on the drawing, to a tenth.
  static func coordinate(_ value: Double) -> String { DecimalText.trimmed(value, most: 1) }
}
