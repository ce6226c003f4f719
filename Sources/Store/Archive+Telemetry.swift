import Analysis
import Roaster

/// A point of telemetry as it is kept.
public struct StoredPoint: Equatable, Sendable {
  /// Its number, in the order of hearing.
  public let id: Int64
  /// When it was heard.
  public let moment: Moment
  /// Its seconds count from where the question's do.
  public let sample: RoastCurve.Sample
}

/// What is fed to a `RoastMachine` so that it knows again what it knew.
public enum ReplayStep: Equatable, Sendable {
  /// One poll.
  case telemetry(Telemetry)
  /// A person marked a landmark.
  case mark(Landmark, at: MonotonicTime)
  /// A person took a mark back.
  case unmark(Landmark)
}

extension Archive {
  /// The curve of a roast, from its telemetry and from the events that stand; nil when there is no
  /// such roast. It is the one that a `CurveRecorder` of that spacing makes live.
  public func curve(
    _ id: Int64, settings: CurveRecorder.Settings = CurveRecorder.Settings()
  ) throws(StoreFault) -> RoastCurve? {
    try read { (connection) throws(StoreFault) in
      guard let roast = try StoredRoast.of(id, connection) else { return nil }
      let began = roast.row.began.monotonic
      var recorder = CurveRecorder(
        storedBatch: roast.row.batch, began: began, ended: roast.ended?.monotonic,
        events: try Self.events(of: id, connection).map(\.event), settings: settings)
      guard let range = roast.telemetry else { return recorder.curve }
      let points = try connection.statement(Self.pointsQuery + Self.ofRange)
      points.bind(1, range.lowerBound)
      points.bind(2, range.upperBound)
      points.bind(3, began.advanced(seconds: -settings.leadSeconds).nanoseconds)
      while try points.step() {
        if points.isNull(3) { continue }
        recorder.take(points.moment) { points.sample(seconds: 0) }
      }
      return recorder.curve
    }
  }

  private static let pointsQuery = """
    SELECT id, at_ms, monotonic_ns, state_code, bean_celsius, ibts_celsius,
      rate_of_rise_celsius_per_minute, heater_level, fan_level, drum_level FROM telemetry
    """
  private static let ofRange = " WHERE id BETWEEN ?1 AND ?2 AND monotonic_ns >= ?3 ORDER BY id"

  /// The telemetry of a roast from one second of it to another, at most a point every
  /// `stepSeconds`; nil when there is no such roast, `tooMany` when there are more than `limit`.
  public func telemetry(
    ofRoast id: Int64, fromSeconds: Double = -60, toSeconds: Double = .infinity,
    stepSeconds: Double = 1, limit: Int = 50_000
  ) throws(StoreFault) -> [StoredPoint]? {
    try read { (connection) throws(StoreFault) in
      guard let roast = try StoredRoast.of(id, connection) else { return nil }
      guard let range = roast.telemetry else { return [] }
      let began = roast.row.began.monotonic
      let query = try connection.statement(
        Self.pointsQuery
          + " WHERE id BETWEEN ?1 AND ?2 AND monotonic_ns BETWEEN ?3 AND ?4 ORDER BY id")
      query.bind(1, range.lowerBound)
      query.bind(2, range.upperBound)
      query.bind(3, began.advanced(seconds: fromSeconds).nanoseconds)
      query.bind(4, began.advanced(seconds: toSeconds).nanoseconds)
      return try Self.points(query, stepSeconds, limit) { $0.monotonic - began }
    }
  }

  /// All telemetry from one time to another, both included, whose seconds count from the first.
  public func telemetry(
    from: WallTime, to: WallTime, stepSeconds: Double = 1, limit: Int = 50_000
  ) throws(StoreFault) -> [StoredPoint] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        Self.pointsQuery + " WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms, id")
      query.bind(1, from.milliseconds)
      query.bind(2, to.milliseconds)
      return try Self.points(query, stepSeconds, limit) { moment in
        (Double(moment.wall.milliseconds) - Double(from.milliseconds)) / 1000
      }
    }
  }

  private static func points(
    _ query: Statement, _ stepSeconds: Double, _ limit: Int, seconds: (Moment) -> Double
  ) throws(StoreFault) -> [StoredPoint] {
    var points: [StoredPoint] = []
    var due = -Double.infinity
    while try query.step() {
      let moment = query.moment
      let now = seconds(moment)
      // A thousandth early is due: walls are read in milliseconds.
      guard now >= due - 0.001 else { continue }
      due = max(now, due.isFinite ? due : now) + stepSeconds
      guard points.count < limit else {
        query.reset()
        throw .tooMany(limit: limit)
      }
      points.append(
        StoredPoint(id: query.integer(0), moment: moment, sample: query.sample(seconds: now)))
    }
    return points
  }
}

// MARK: - Replaying

extension Archive {
  /// A roast's telemetry and the marks of people between it, from so long before its beginning on
  /// to the last that was heard: what a new `RoastMachine` is fed to go on with it.
  public func replay(
    of id: Int64, leadSeconds: Double = 90
  ) throws(StoreFault) -> [ReplayStep] {
    try read { (connection) throws(StoreFault) in
      guard let roast = try StoredRoast.of(id, connection), let range = roast.telemetry else {
        return []
      }
      var marks = try Self.marks(of: id, connection)[...]
      let query = try connection.statement(
        """
        SELECT \(TelemetryRow.columns) FROM telemetry AS t LEFT JOIN frames AS f
          ON f.telemetry_id = t.id
        WHERE t.id BETWEEN ?1 AND ?2 AND t.monotonic_ns BETWEEN ?3 AND ?4 ORDER BY t.id
        """)
      query.bind(1, range.lowerBound)
      query.bind(2, range.upperBound)
      query.bind(3, roast.row.began.monotonic.advanced(seconds: -leadSeconds).nanoseconds)
      // A machine hears nothing that is not later than what it heard last.
      query.bind(4, roast.row.began.monotonic.advanced(seconds: Self.longestSeconds).nanoseconds)
      var steps: [ReplayStep] = []
      while try query.step() {
        let point = TelemetryRow.telemetry(query)
        // A mark comes after the telemetry that was known when it was made.
        while let mark = marks.first, mark.after < point.moment.monotonic {
          steps.append(mark.step)
          marks = marks.dropFirst()
        }
        steps.append(.telemetry(point))
      }
      return steps + marks.map(\.step)
    }
  }

  /// No roast lasts for a week.
  private static let longestSeconds = 7.0 * 86_400

  /// What people said, as the events show it: a landmark is revised to an estimate, or withdrawn as
  /// a mark, only by taking its mark back.
  private static func marks(
    of roast: Int64, _ connection: Connection
  ) throws(StoreFault) -> [(after: MonotonicTime, step: ReplayStep)] {
    try events(of: roast, connection).compactMap { stored in
      let event = stored.event
      guard let landmark = Landmark.allCases.first(where: { $0.name == event.kind.name }) else {
        return nil
      }
      let step: ReplayStep
      switch (event.source, event.change) {
      case (.marked, .announced), (.marked, .revised): step = .mark(landmark, at: event.at)
      case (.marked, .withdrawn), (.estimated, .revised): step = .unmark(landmark)
      default: return nil
      }
      return (event.announced.monotonic, step)
    }
  }
}

extension Statement {
  fileprivate var moment: Moment { instant(wall: 1, monotonic: 2) }

  fileprivate func sample(seconds: Double) -> RoastCurve.Sample {
    RoastCurve.Sample(
      seconds: seconds, bean: double(4).map(Celsius.init), infrared: double(5).map(Celsius.init),
      rateOfRise: double(6).map(CelsiusPerMinute.init), heater: int(7), fan: int(8),
      drum: int(9), state: int(3).map { RoasterState(code: UInt8(truncatingIfNeeded: $0)) })
  }
}

extension MonotonicTime {
  /// The point so many seconds later; as late as there is, if that is too late.
  fileprivate func advanced(seconds: Double) -> MonotonicTime {
    let sum = Double(nanoseconds) + seconds * 1e9
    if sum >= 9.2e18 { return MonotonicTime(nanoseconds: .max) }
    if sum <= -9.2e18 { return MonotonicTime(nanoseconds: .min) }
    return MonotonicTime(nanoseconds: nanoseconds + Int64((seconds * 1e9).rounded()))
  }
}
