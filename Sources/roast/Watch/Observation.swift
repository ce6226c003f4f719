import Roaster

/// What a watcher knows: the connection, the last reading, and the roast so far.
struct Observation {
  var now: Moment
  /// Said of what is not a live roaster.
  var provenance: String?
  var link: ShownLink
  /// The last valid reading; it is shown only while the link is up.
  var lastValid: ShownReading?
  /// How fast the bean probe climbs, by our own reckoning.
  var rateOfRise: CelsiusPerMinute?
  var phases = PhaseTimes()
  /// What comes next, where a daemon says so.
  var outlook: ShownOutlook?
  var points = 0
  var events: [RoastEvent] = []
  var trail = Trail()
}

/// What a watcher has just heard.
enum WatchNews {
  case point(WatchedPoint)
  /// Nothing but the passing of time.
  case tick
  case other
}

/// One point of telemetry, as a watcher tells of it.
struct WatchedPoint {
  var sequence: Int64?
  var moment: Moment
  /// The connection then.
  var link: ShownLink
  /// Under the keys of `Status.members`.
  var members: [(key: String, value: JSON)]
  /// Nil when it was no status.
  var reading: ShownReading?
}

/// How long each phase took, or has taken so far.
struct PhaseTimes: Equatable {
  var drying: Double?
  var maillard: Double?
  var development: Double?
  /// Development as a part of the whole, 0 to 1.
  var developmentRatio: Double?
}

extension PhaseTimes {
  init(_ phases: Phases) {
    self.init(
      drying: phases.dryingSeconds, maillard: phases.maillardSeconds,
      development: phases.developmentSeconds, developmentRatio: phases.developmentRatio)
  }

  /// The `phases` of a roast's progress in the API.
  init(_ json: JSON) {
    self.init(
      drying: json.fact("drying_seconds"), maillard: json.fact("maillard_seconds"),
      development: json.fact("development_seconds"),
      developmentRatio: json.fact("development_ratio"))
  }

  /// Name and seconds of the phases that have begun.
  var known: [(name: String, seconds: Double)] {
    [("drying", drying), ("maillard", maillard), ("development", development)]
      .compactMap { name, seconds in seconds.map { (name, $0) } }
  }
}
