/// A point of a roast that the curves show, or that a person hears or sees.
public enum Landmark: Int, CaseIterable, Sendable {
  /// The beans fell into the drum.
  case charged
  /// The bean probe is at its lowest.
  case turningPoint
  case yellowing
  case firstCrack
  case firstCrackEnd
  case secondCrack
  /// The beans left the drum.
  case dropped

  /// The name in JSON and in the store.
  public var name: String {
    switch self {
    case .charged: "charged"
    case .turningPoint: "turning_point"
    case .yellowing: "yellowing"
    case .firstCrack: "first_crack"
    case .firstCrackEnd: "first_crack_end"
    case .secondCrack: "second_crack"
    case .dropped: "dropped"
    }
  }

  /// Whether a person may mark it (Specs/machine.md M13); the others are read from the curves
  /// alone.
  public var isMarkable: Bool {
    switch self {
    case .yellowing, .firstCrack, .firstCrackEnd, .secondCrack: true
    case .charged, .turningPoint, .dropped: false
    }
  }

  /// Whether it must come before another one. The end of first crack and second crack may come
  /// in either order.
  public func precedes(_ other: Landmark) -> Bool {
    rawValue < other.rawValue && !(self == .firstCrackEnd && other == .secondCrack)
  }
}

/// Where, when and by whom a landmark was found.
public struct Sighting: Equatable, Sendable {
  /// When it happened.
  public let at: MonotonicTime
  /// By whom.
  public let source: RoastEvent.Source
  /// The bean probe then.
  public let bean: Celsius?
  /// The infrared sensor then.
  public let infrared: Celsius?
  /// How much earlier it may have been, because nothing was heard for so long just before it.
  public let gapSeconds: Double?
}

/// A sighting or none for each landmark.
public struct Landmarks: Equatable, Sendable {
  private var sightings: InlineArray<7, Sighting?> = InlineArray(repeating: nil)

  init() {}

  /// What is known of a landmark.
  public internal(set) subscript(landmark: Landmark) -> Sighting? {
    get { sightings[landmark.rawValue] }
    set { sightings[landmark.rawValue] = newValue }
  }

  /// The same sightings.
  public static func == (left: Self, right: Self) -> Bool {
    Landmark.allCases.allSatisfy { left[$0] == right[$0] }
  }

  /// The first of these landmarks that one at this time would be on the wrong side of.
  func obstacle(to landmark: Landmark, at: MonotonicTime) -> Landmark? {
    for other in Landmark.allCases {
      guard let sighting = self[other] else { continue }
      if other.precedes(landmark), at < sighting.at { return other }
      if landmark.precedes(other), sighting.at < at { return other }
    }
    return nil
  }
}
