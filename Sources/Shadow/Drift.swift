import Glibc

/// What the sensors show beside the model: slow random curves of their own (Specs/physics.md, P30).
///
/// BT's and IBTS's curves have a slope that lasts (Matern 3/2); IBTS has a quick wobble on top. All
/// forget where they were, so a forecast falls back to the model.
struct Drift: Sendable {
  /// A curve: its standard deviation in C and how long it takes to forget, in s.
  struct Curve: Sendable {
    let deviation: Double
    let seconds: Double
  }

  static let bean = Curve(deviation: 2.3, seconds: 170)
  static let infrared = Curve(deviation: 1.0, seconds: 160)
  static let wobble = Curve(deviation: 0.5, seconds: 10)

  /// White noise of one reading of each sensor, with what is left of the rest, C.
  static let noise = [0.1, 0.12]

  /// The numbers in a state: value and slope of BT's, of IBTS's, and the wobble.
  static let count = 5
  /// How each sensor reads them.
  static let read = [[1.0, 0, 0, 0, 0], [0, 0, 1, 0, 1]]
  /// Variances of all when nothing is known of them; they do not depend on each other.
  static let variances: [Double] =
    [bean, infrared].flatMap {
      let rate = 3.0.squareRoot() / $0.seconds
      let variance = $0.deviation * $0.deviation
      return [variance, variance * rate * rate]
    } + [wobble.deviation * wobble.deviation]

  // The change over a time: two 2 x 2 matrices by rows, and a factor.
  private let beanChange: (Double, Double, Double, Double)
  private let infraredChange: (Double, Double, Double, Double)
  private let wobbleChange: Double

  /// What becomes of the curves in so many seconds.
  init(seconds: Double) {
    func change(_ curve: Curve) -> (Double, Double, Double, Double) {
      let rate = 3.0.squareRoot() / curve.seconds
      let left = exp(-rate * seconds)
      return (
        left * (1 + rate * seconds), left * seconds, -left * rate * rate * seconds,
        left * (1 - rate * seconds)
      )
    }
    beanChange = change(Drift.bean)
    infraredChange = change(Drift.infrared)
    wobbleChange = exp(-seconds / Drift.wobble.seconds)
  }

  /// What the five numbers at an offset become, a stride apart each.
  @inline(__always)
  func move(_ numbers: inout [Double], from offset: Int, by stride: Int) {
    let (a, b) = (numbers[offset], numbers[offset + stride])
    numbers[offset] = beanChange.0 * a + beanChange.1 * b
    numbers[offset + stride] = beanChange.2 * a + beanChange.3 * b
    let (c, d) = (numbers[offset + 2 * stride], numbers[offset + 3 * stride])
    numbers[offset + 2 * stride] = infraredChange.0 * c + infraredChange.1 * d
    numbers[offset + 3 * stride] = infraredChange.2 * c + infraredChange.3 * d
    numbers[offset + 4 * stride] *= wobbleChange
  }

  /// How what is read later depends on the curves now.
  func back(_ read: [Double]) -> [Double] {
    [
      read[0] * beanChange.0 + read[1] * beanChange.2,
      read[0] * beanChange.1 + read[1] * beanChange.3,
      read[2] * infraredChange.0 + read[3] * infraredChange.2,
      read[2] * infraredChange.1 + read[3] * infraredChange.3, read[4] * wobbleChange,
    ]
  }

  /// The variance that the time adds to what is read after it.
  func added(to read: [Double]) -> Double {
    let before = back(read)
    return (0..<Drift.count).reduce(0) {
      $0 + Drift.variances[$1] * (read[$1] * read[$1] - before[$1] * before[$1])
    }
  }
}
