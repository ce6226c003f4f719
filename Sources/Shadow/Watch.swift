import Governor
import Roaster

/// Watches whether the readings are such as the belief expects (Specs/physics.md, P33).
struct Watch: Sendable {
  private var squares = [[(seconds: Double, square: Double)]](repeating: [], count: 2)
  private var seenSeconds = [0.0, 0.0]
  private var longestGap = 0.0
  private var lastSeconds = 0.0

  mutating func see(_ sample: Rehearsal.Sample) {
    longestGap = max(longestGap, sample.seconds - lastSeconds)
    lastSeconds = sample.seconds
  }

  mutating func learned(_ sensor: Sensor, at seconds: Double, deviations: Double) {
    let index = sensor.rawValue
    seenSeconds[index] = seconds
    squares[index].append((seconds, min(deviations * deviations, 100)))
    squares[index].removeAll { $0.seconds <= seconds - 30 }
  }

  func trust(_ follower: Follower) -> Trust {
    follower.seconds < Estimator.leastSeconds ? .tooEarly : .trusted
  }

  /// The mean square of deviations over the last half minute.
  func surprise(_ sensor: Sensor) -> Double {
    let squares = squares[sensor.rawValue]
    return squares.isEmpty ? 0 : squares.reduce(0) { $0 + $1.square } / Double(squares.count)
  }
}
