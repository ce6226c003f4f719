/// One walk of the roaster from preheating to standby, and what was seen of it
/// (Specs/machine.md M5).
struct Batch: Sendable {
  let number: Int
  /// Kinds of event told, so that none is told twice (M27).
  var told = Told()
  /// Changes of state listed.
  var listed: [Transition] = []
  /// When the last state, landmark or warning was: none of these is dated before it (M27).
  var floor: MonotonicTime?

  /// Whether roasting was seen, from its beginning or not.
  var hasRoasted = false
  /// When the roast began: seen, or counted back by the roast clock.
  var began: MonotonicTime?
  /// When the first reading of the roast came.
  var firstRoasting: MonotonicTime?
  /// Whether roasting was seen from its beginning to now without a gap that could hide a landmark.
  var isUnbroken = false
  /// Whether the change of state to roasting was seen.
  var sawBeginning = false
  var ended: MonotonicTime?

  var charge = Charge()
  var turning = Turning()
  var drop: Drop?
  var crossings: [Crossing]
  /// Landmarks read from the curves.
  var estimates = Landmarks()
  /// Landmarks set by a person.
  var marks = Landmarks()
  /// The landmarks that stand (M13).
  var standing = Landmarks()

  init(number: Int, settings: RoastMachine.Settings) {
    self.number = number
    crossings = settings.crossings.map { Crossing(landmark: $0, rule: $1) }
  }

  struct Transition: Equatable { let from, to: RoasterState }

  /// The fall of the bean probe (M7).
  struct Charge {
    var peak: Double?
    var peakAt = MonotonicTime(nanoseconds: 0)
    var hasFallen = false
  }

  /// The lowest reading after it (M9).
  struct Turning {
    var lowest: Double?
    var lowestAt = MonotonicTime(nanoseconds: 0)
    /// The last time without readings.
    var gap: (from: MonotonicTime, to: MonotonicTime)?
    /// Whether the roast is past it, seen or not.
    var isPast = false
  }

  /// The rise of the infrared sensor after the end (M14).
  struct Drop {
    /// The lowest infrared reading around the end.
    var lowest: Double?
    /// The last reading close to it.
    var lowestAt: MonotonicTime
    /// The bean probe then.
    var bean: Double?
    /// Whether the reading rose, to be confirmed by the next one.
    var risen = false
  }

  /// A temperature that a landmark waits for (M11).
  struct Crossing {
    let landmark: Landmark
    let rule: RoastMachine.Settings.Crossing
    /// The last reading below it.
    var below: (at: MonotonicTime, value: Double)?
    /// The crossing, to be confirmed, and the first reading above it.
    var candidate: (at: MonotonicTime, seen: MonotonicTime, gap: Double?)?

    init(landmark: Landmark, rule: RoastMachine.Settings.Crossing) {
      self.landmark = landmark
      self.rule = rule
    }

    /// A crossing is believed when no reading was below for so long after it.
    static let confirmSeconds = 1.0

    /// The time of the crossing, once it is certain.
    mutating func step(_ value: Double, now: MonotonicTime) -> (at: MonotonicTime, gap: Double?)? {
      let threshold = rule.temperature.degrees
      guard value >= threshold else {
        below = (now, value)
        candidate = nil
        return nil
      }
      guard let below else { return nil }
      guard let candidate else {
        let seconds = now - below.at
        let part = (threshold - below.value) / (value - below.value)
        let at = MonotonicTime(
          nanoseconds: below.at.nanoseconds + Int64(seconds * part * 1e9))
        let gap = seconds > LevelWatch.gapSeconds ? seconds : nil
        self.candidate = (at, now, gap)
        return nil
      }
      guard now - candidate.seen >= Self.confirmSeconds else { return nil }
      return (candidate.at, candidate.gap)
    }
  }
}

/// Kinds of event that were told in a batch.
struct Told: OptionSet, Sendable {
  let rawValue: UInt32

  static let preheatStarted = Told(rawValue: 1 << 0)
  static let stabilising = Told(rawValue: 1 << 1)
  static let ready = Told(rawValue: 1 << 2)
  static let roastBegan = Told(rawValue: 1 << 3)
  static let ending = Told(rawValue: 1 << 4)
  static let cooling = Told(rawValue: 1 << 5)
  static let shuttingDown = Told(rawValue: 1 << 6)
  static let off = Told(rawValue: 1 << 7)
  static let beansNotCharged = Told(rawValue: 1 << 8)
  static let beansStillInDrum = Told(rawValue: 1 << 9)

  /// Before the roast.
  static let preparation: Told = [.preheatStarted, .stabilising, .ready]
  /// After it.
  static let conclusion: Told = [.ending, .cooling, .shuttingDown, .off]

  /// The event of entering a state.
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

  init(rawValue: UInt32) { self.rawValue = rawValue }
}
