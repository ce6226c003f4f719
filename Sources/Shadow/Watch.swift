import Governor
import Roaster

/// Watches whether the readings are such as the belief expects (Specs/physics.md, P33).
///
/// Surprise is the square of how many deviations a reading is off, bounded so that one bad reading
/// is not a bad minute; its mean over half a minute decides. Beside it stand how far the sensors' own curves
/// have been pulled, and how long nothing was read.
struct Watch: Sendable {
  /// Surprises are averaged over so long, s.
  static let window = 30.0
  /// Readings farther off than so many deviations count as if no farther.
  static let mostDeviations = 6.0
  /// The mean of squares above which a sensor goes its own way; 1 is what a true belief gives (roasts:
  /// 2.6 and 7.0 at most).
  static let mostSurprise = [6.0, 12.0]
  /// A sensor's own curve is no farther from the model than so many C: BT, IBTS (roasts: 6.3 and 3.1).
  static let mostBeside = [10.0, 6.0]
  /// Readings so far over the model are those of a drum without beans: BT, IBTS.
  static let emptyDrum = [10.0, 15.0]
  /// The heat that the levels stand for is no farther from the usual than so many of its deviations
  /// (roasts: 1.0).
  static let mostHeat = 1.5
  /// Without a reading for longer a sensor is not seen, s.
  static let mostBlindSeconds = 15.0
  /// Without a sample for longer nobody knows what the levels were, s.
  static let mostGapSeconds = 15.0

  private var squares = [[(seconds: Double, square: Double)]](repeating: [], count: 2)
  private var readSeconds = [Follower.firstSeconds, Follower.firstSeconds]
  private var beside = [0.0, 0.0]
  private var gapEnd = -Double.infinity
  private var lastSeconds = 0.0

  mutating func see(_ sample: Rehearsal.Sample) {
    if sample.seconds - lastSeconds > Watch.mostGapSeconds { gapEnd = sample.seconds }
    lastSeconds = sample.seconds
  }

  /// One reading less what the model by itself shows, and by how many deviations it was unexpected.
  mutating func learned(
    _ sensor: Sensor, at seconds: Double, beside: Double, deviations: Double
  ) {
    let index = sensor.rawValue
    readSeconds[index] = seconds
    self.beside[index] = beside
    let bounded = min(abs(deviations), Watch.mostDeviations)
    squares[index].append((seconds, bounded * bounded))
    squares[index].removeAll { $0.seconds <= seconds - Watch.window }
  }

  /// The verdict now; a gap counts for a minute after it.
  func trust(at seconds: Double, heat: Double) -> Trust {
    if seconds < Estimator.leastSeconds { return .tooEarly }
    if seconds - gapEnd < Estimator.leastSeconds { return .notTrusted(reason: .unseen) }
    if seconds - (readSeconds.max() ?? 0) > Watch.mostBlindSeconds {
      return .notTrusted(reason: .unseen)
    }
    if zip(beside, Watch.emptyDrum).allSatisfy({ $0 > $1 }) {
      return .notTrusted(reason: .notCharged)
    }
    switch (isStrange(.bean, seconds), isStrange(.infrared, seconds)) {
    case (false, false): return abs(heat) > Watch.mostHeat ? .notTrusted(reason: .heat) : .trusted
    case (true, false): return .notTrusted(reason: .beanProbe)
    case (false, true): return .notTrusted(reason: .infrared)
    case (true, true): return .notTrusted(reason: .unexplained)
    }
  }

  /// The mean square over the last half minute.
  func surprise(_ sensor: Sensor) -> Double {
    let squares = squares[sensor.rawValue]
    return squares.isEmpty ? 0 : squares.reduce(0) { $0 + $1.square } / Double(squares.count)
  }

  /// How far the last reading was from the model.
  func distance(_ sensor: Sensor) -> Double { beside[sensor.rawValue] }

  private func isStrange(_ sensor: Sensor, _ seconds: Double) -> Bool {
    let index = sensor.rawValue
    return surprise(sensor) > Watch.mostSurprise[index]
      || abs(beside[index]) > Watch.mostBeside[index]
      || seconds - readSeconds[index] > Watch.mostBlindSeconds
  }
}
