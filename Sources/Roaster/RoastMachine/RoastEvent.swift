/// Something that happened to the roaster or to the beans, told once (Specs/machine.md).
public struct RoastEvent: Equatable, Sendable {
  /// What happened.
  public enum Kind: Equatable, Sendable {
    /// Listening began in this state; what led to it was not seen.
    case observing(RoasterState)
    case preheatStarted
    case stabilising
    /// Target reached: load the beans.
    case ready
    case roastBegan
    case charged
    case turningPoint
    case yellowing
    case firstCrack
    case firstCrackEnd
    case secondCrack
    /// The state between roasting and cooling.
    case ending
    case cooling
    case dropped
    case shuttingDown
    case off
    /// The roast clock runs and no beans fell into the drum.
    case beansNotCharged
    /// Cooling runs and no beans left the drum: open the door.
    case beansStillInDrum
    /// The protocol note does not know this change of state; it is listed, it is no fault.
    case unlistedTransition(from: RoasterState, to: RoasterState)
    case levelChanged(LevelChange)
    case anomaly(Anomaly)
  }

  /// How it is known.
  public enum Source: String, Sendable {
    /// The roaster said so.
    case machine
    /// It was read from the curves.
    case estimated
    /// A person said so.
    case marked
  }

  /// What became of a landmark. Only a person's mark, or its withdrawal, ever revises one.
  public enum Change: String, Sendable {
    case announced
    /// This replaces the landmark announced before.
    case revised
    /// The landmark announced before does not stand any more; the event repeats it.
    case withdrawn
  }

  /// What kinds of event there are.
  public enum Category: String, Sendable {
    case state, landmark, warning, level, anomaly
  }

  /// What happened.
  public let kind: Kind
  /// Which batch it belongs to, counted from 0 since listening began (M5).
  public let batch: Int
  /// Whether it is news, or a person's second thought.
  public let change: Change
  /// How it is known.
  public let source: Source
  /// When it happened.
  public let at: MonotonicTime
  /// When it was told.
  public let announced: Moment
  /// From the beginning of the roast to when it happened.
  public let roastSeconds: Double?
  /// The bean probe when it happened.
  public let bean: Celsius?
  /// The infrared sensor when it happened.
  public let infrared: Celsius?
  /// How much earlier it may have been, because nothing was heard for so long just before it.
  public let gapSeconds: Double?

  /// An event as it was told once.
  public init(
    kind: Kind, batch: Int, change: Change, source: Source, at: MonotonicTime, announced: Moment,
    roastSeconds: Double?, bean: Celsius?, infrared: Celsius?, gapSeconds: Double?
  ) {
    self.kind = kind
    self.batch = batch
    self.change = change
    self.source = source
    self.at = at
    self.announced = announced
    self.roastSeconds = roastSeconds
    self.bean = bean
    self.infrared = infrared
    self.gapSeconds = gapSeconds
  }

  /// When it happened, for people: as long before the telling as the monotonic clock says.
  public var wall: WallTime {
    let milliseconds = (announced.monotonic - at) * 1000
    return WallTime(milliseconds: announced.wall.milliseconds - Int64(milliseconds.rounded()))
  }
}

extension RoastEvent.Kind {
  /// The name in JSON and in the store.
  public var name: String {
    switch self {
    case .observing: "observing"
    case .preheatStarted: "preheat_started"
    case .stabilising: "stabilising"
    case .ready: "ready"
    case .roastBegan: "roast_began"
    case .charged: "charged"
    case .turningPoint: "turning_point"
    case .yellowing: "yellowing"
    case .firstCrack: "first_crack"
    case .firstCrackEnd: "first_crack_end"
    case .secondCrack: "second_crack"
    case .ending: "ending"
    case .cooling: "cooling"
    case .dropped: "dropped"
    case .shuttingDown: "shutting_down"
    case .off: "off"
    case .beansNotCharged: "beans_not_charged"
    case .beansStillInDrum: "beans_still_in_drum"
    case .unlistedTransition: "unlisted_transition"
    case .levelChanged: "level_changed"
    case .anomaly: "anomaly"
    }
  }

  /// What kind of event it is.
  public var category: RoastEvent.Category {
    switch self {
    case .observing, .preheatStarted, .stabilising, .ready, .roastBegan, .ending, .cooling,
      .shuttingDown, .off, .unlistedTransition:
      .state
    case .charged, .turningPoint, .yellowing, .firstCrack, .firstCrackEnd, .secondCrack, .dropped:
      .landmark
    case .beansNotCharged, .beansStillInDrum: .warning
    case .levelChanged: .level
    case .anomaly: .anomaly
    }
  }

  /// The event of a landmark.
  init(_ landmark: Landmark) {
    self =
      switch landmark {
      case .charged: .charged
      case .turningPoint: .turningPoint
      case .yellowing: .yellowing
      case .firstCrack: .firstCrack
      case .firstCrackEnd: .firstCrackEnd
      case .secondCrack: .secondCrack
      case .dropped: .dropped
      }
  }

  /// The event of entering a state; a state that nobody can explain has none.
  init?(entering state: RoasterState) {
    switch state {
    case .off: self = .off
    case .preheating: self = .preheatStarted
    case .stabilising: self = .stabilising
    case .ready: self = .ready
    case .roasting: self = .roastBegan
    case .ending: self = .ending
    case .cooling: self = .cooling
    case .shuttingDown: self = .shuttingDown
    case .unknown: return nil
    }
  }
}

extension RoastEvent {
  /// The event as programs read it.
  public var json: JSON {
    .object(
      [
        ("event", JSON(kind.name)),
        ("category", JSON(kind.category.rawValue)),
        ("batch", JSON(batch)),
        ("change", JSON(change.rawValue)),
        ("source", JSON(source.rawValue)),
        ("at", JSON(wall.text)),
        ("at_monotonic_ns", .integer(at.nanoseconds)),
        ("announced", JSON(announced.wall.text)),
        ("announced_monotonic_ns", .integer(announced.monotonic.nanoseconds)),
        ("roast_seconds", JSON(roastSeconds)),
        (Field.bean.key, JSON(wire: bean?.degrees)),
        (Field.infrared.key, JSON(wire: infrared?.degrees)),
        ("gap_seconds", JSON(gapSeconds)),
      ] + kind.members)
  }
}

extension RoastEvent.Kind {
  /// What only this kind of event has to say, in JSON.
  fileprivate var members: [(key: String, value: JSON)] {
    switch self {
    case .observing(let state):
      [("state", JSON(state.name)), ("state_code", JSON(Int(state.code)))]
    case .unlistedTransition(let from, let to):
      [
        ("from_state", JSON(from.name)), ("from_state_code", JSON(Int(from.code))),
        ("to_state", JSON(to.name)), ("to_state_code", JSON(Int(to.code))),
      ]
    case .levelChanged(let change):
      [
        ("control", JSON(change.control.name)), ("from_level", JSON(change.from)),
        ("to_level", JSON(change.to)), ("origin", JSON(change.origin?.rawValue)),
        ("doubled", JSON(change.isDoubled)),
      ]
    case .anomaly(let anomaly):
      [("anomaly", JSON(anomaly.code))] + anomaly.members
    default: []
    }
  }
}
