/// Holds back readings of one sensor that no temperature can have reached so fast, until they
/// persist (Specs/machine.md M23).
struct ReadingGate: Sendable {
  /// How far a reading may lie from the last one, beside `degreesPerSecond` for the time between.
  let degrees: Double
  let degreesPerSecond: Double

  private var last: (at: MonotonicTime, value: Double)?
  /// The reading held back last, and since when readings like it came.
  private var held: (at: MonotonicTime, value: Double, since: MonotonicTime)?

  init(degrees: Double, degreesPerSecond: Double) {
    self.degrees = degrees
    self.degreesPerSecond = degreesPerSecond
  }

  /// After a pause this long, any reading may be true.
  static let pauseSeconds = 10.0
  /// A new level that holds this long is the truth.
  static let persistSeconds = 2.0

  enum Judgement {
    case plausible
    /// Too far from the last believed reading.
    case jump(from: Double, seconds: Double)
    /// It jumped, and has stayed: it is believed, and what was before belongs to another curve.
    case settled
  }

  /// Believes a reading whatever came before it.
  mutating func believe(_ value: Double, at: MonotonicTime) {
    last = (at, value)
    held = nil
  }

  mutating func judge(_ value: Double, at: MonotonicTime) -> Judgement {
    guard let last, at - last.at <= Self.pauseSeconds else {
      believe(value, at: at)
      return .plausible
    }
    let seconds = at - last.at
    if abs(value - last.value) <= degrees + degreesPerSecond * seconds {
      believe(value, at: at)
      return .plausible
    }
    var since = at
    if let held, abs(value - held.value) <= degrees + degreesPerSecond * (at - held.at) {
      since = held.since
      if at - since >= Self.persistSeconds {
        believe(value, at: at)
        return .settled
      }
    }
    held = (at, value, since)
    return .jump(from: last.value, seconds: seconds)
  }
}
