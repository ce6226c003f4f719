/// How much a sensor jumps about from reading to reading, beyond what any roast does (Specs/physics.md,
/// P31).
struct Jitter: Sendable {
  /// Less than this is as sensors are, and more than that is no noise any more, C.
  static let counted = 0.25...1.0
  /// The share of the newest in the mean of squares.
  private static let share = 0.1

  private var before: (Double, Double)?
  private var last: Double?
  private var square = 0.0

  /// Takes the next reading.
  mutating func see(_ reading: Double) {
    if let (first, second) = before {
      // Of white noise the second difference has six times the variance, and a smooth curve has none.
      let bend = (first - 2 * second + reading) / 6.0.squareRoot()
      let most = 2 * Jitter.counted.upperBound
      square += Jitter.share * (min(bend * bend, most * most) - square)
    }
    before = last.map { ($0, reading) }
    last = reading
  }

  /// The deviation of one reading: what is usual, or what is seen where that is clearly more.
  func noise(usual: Double) -> Double {
    let seen = square.squareRoot()
    return seen > Jitter.counted.lowerBound ? min(seen, Jitter.counted.upperBound) : usual
  }
}
