/// How long each part of a roast took, or has taken so far (Specs/machine.md M26).
public struct Phases: Equatable, Sendable {
  /// From the beginning of the roast to yellowing.
  public let dryingSeconds: Double?
  /// From yellowing to first crack.
  public let maillardSeconds: Double?
  /// From first crack to the end of the roast.
  public let developmentSeconds: Double?
  /// From the beginning of the roast to its end.
  public let totalSeconds: Double?

  /// Development as a part of the whole, 0 to 1.
  public var developmentRatio: Double? {
    guard let developmentSeconds, let totalSeconds, totalSeconds > 0 else { return nil }
    return developmentSeconds / totalSeconds
  }

  /// A phase that has begun and not ended lasts until `end`, one that has not begun is nil; so is
  /// one whose beginning was not seen.
  init(began: MonotonicTime?, end: MonotonicTime, landmarks: Landmarks) {
    let yellowing = landmarks[.yellowing]?.at
    let firstCrack = landmarks[.firstCrack]?.at
    totalSeconds = began.map { end - $0 }
    developmentSeconds = firstCrack.map { end - $0 }
    maillardSeconds = yellowing.map { (firstCrack ?? end) - $0 }
    dryingSeconds = began.flatMap { began in
      if let yellowing { return yellowing - began }
      return firstCrack == nil ? end - began : nil
    }
  }
}

/// How a roast stands now.
public struct RoastProgress: Equatable, Sendable {
  /// Counted from 0 since listening began.
  public let batch: Int
  /// Nil until the first status.
  public let state: RoasterState?
  /// Whether the beans are being roasted.
  public let isRoasting: Bool
  /// When the roast began: seen, or counted back by the roast clock.
  public let began: MonotonicTime?
  /// When it ended.
  public let ended: MonotonicTime?
  /// How fast the bean probe climbs, by our own reckoning (Specs/machine.md M25).
  public let rateOfRise: CelsiusPerMinute?
  /// Those that stand.
  public let landmarks: Landmarks
  /// Nil when there is no roast.
  public let phases: Phases?
}
