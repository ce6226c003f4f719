/// What is known of the unknowns and of the sensors' own curves: means and covariances, brought up to
/// date by each reading (a Kalman filter; Specs/physics.md, P28).
struct Belief: Sendable {
  static let count = Unknown.count + Drift.count
  /// A reading farther off than so many deviations counts as if it were as much less sure (P31).
  static let mostDeviations = 5.0

  private(set) var mean = [Double](repeating: 0, count: Belief.count)
  private var covariance = [Double](repeating: 0, count: Belief.count * Belief.count)

  /// Before the roast.
  init() {
    for index in 0..<Belief.count {
      let isUnknown = index < Unknown.count
      covariance[index * Belief.count + index] =
        isUnknown ? 1 : Drift.variances[index - Unknown.count]
    }
  }

  /// Of the unknowns alone, in deviations.
  var unknowns: [Double] { Array(mean.prefix(Unknown.count)) }

  /// Of the sensors' own curves alone.
  var curves: [Double] { Array(mean.suffix(Drift.count)) }

  func variance(_ index: Int) -> Double { max(0, covariance[index * Belief.count + index]) }

  /// The variance of a sum of the numbers with these weights.
  func variance(of weights: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<Belief.count where weights[row] != 0 {
      var inner = 0.0
      let start = row * Belief.count
      for column in 0..<Belief.count { inner += covariance[start + column] * weights[column] }
      sum += weights[row] * inner
    }
    return max(0, sum)
  }

  /// Lets the sensors' own curves go on.
  mutating func drift(by drift: Drift) {
    let (size, first) = (Belief.count, Unknown.count)
    drift.move(&mean, from: first, by: 1)
    for index in 0..<Drift.count {
      covariance[(first + index) * (size + 1)] -= Drift.variances[index]
    }
    for column in 0..<size { drift.move(&covariance, from: first * size + column, by: size) }
    for row in 0..<size { drift.move(&covariance, from: row * size + first, by: 1) }
    for index in 0..<Drift.count {
      covariance[(first + index) * (size + 1)] += Drift.variances[index]
    }
  }

  /// Learns that a sum of the numbers is off its expectation by `surprise`, known up to a variance of
  /// `noise`. Returns how many deviations that was.
  mutating func learn(_ surprise: Double, of weights: [Double], noise: Double) -> Double {
    let size = Belief.count
    var gain = [Double](repeating: 0, count: size)
    var expected = noise
    for row in 0..<size {
      var sum = 0.0
      for column in 0..<size { sum += covariance[row * size + column] * weights[column] }
      gain[row] = sum
      expected += weights[row] * sum
    }
    let deviations = surprise / expected.squareRoot()
    let most = Belief.mostDeviations
    let taken = expected * max(1, deviations * deviations / (most * most))
    for row in 0..<size {
      let share = gain[row] / taken
      mean[row] += share * surprise
      for column in 0..<size { covariance[row * size + column] -= share * gain[column] }
    }
    return deviations
  }
}
