/// A curve drawn with Braille dots, two a column and four a row.
struct Curve {
  private let columns: Int
  private let rows: Int
  private var dots: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    dots = Array(repeating: 0, count: self.columns * self.rows)
  }

  /// Joins points; x and y run from 0 to 1, y upwards. Nil breaks the line.
  mutating func draw(_ points: [(x: Double, y: Double)?]) {
    var last: (x: Int, y: Int)?
    for point in points {
      guard let point, (0...1).contains(point.x), (0...1).contains(point.y) else {
        last = nil
        continue
      }
      let next = (
        x: Int(point.x * Double(columns * 2 - 1)), y: Int((1 - point.y) * Double(rows * 4 - 1))
      )
      line(from: last ?? next, to: next)
      last = next
    }
  }

  private mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    for step in 0...steps {
      set(
        x: start.x + (end.x - start.x) * step / steps,
        y: start.y + (end.y - start.y) * step / steps)
    }
  }

  private mutating func set(x: Int, y: Int) {
    let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    dots[y / 4 * columns + x / 2] |= bits[x % 2][y % 4]
  }

  /// The rows, from the top.
  var lines: [String] {
    (0..<rows).map { row in
      String(
        String.UnicodeScalarView(
          (0..<columns).compactMap { UnicodeScalar(0x2800 + UInt32(dots[row * columns + $0])) }))
    }
  }
}
