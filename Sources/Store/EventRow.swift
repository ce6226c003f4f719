import Roaster

/// The row of one event, and the way back.
enum EventRow {
  static let insert = """
    INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
    ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
    """

  static func bind(
    _ id: Int64, _ event: RoastEvent, roast: Int64?, author: String?, key: String?, run: Int64,
    to row: Statement
  ) {
    row.bind(1, id)
    row.bind(2, run)
    row.bind(3, roast)
    row.bind(4, event.batch)
    row.bind(5, event.kind.name)
    row.bind(6, event.kind.category.rawValue)
    row.bind(7, event.change.rawValue)
    row.bind(8, event.source.rawValue)
    row.bind(9, author)
    row.bind(10, event.wall.milliseconds)
    row.bind(11, event.at.nanoseconds)
    row.bind(12, event.announced.wall.milliseconds)
    row.bind(13, event.announced.monotonic.nanoseconds)
    row.bind(14, event.roastSeconds)
    row.bind(15, event.bean?.degrees)
    row.bind(16, event.infrared?.degrees)
    row.bind(17, event.gapSeconds)
    let details = Details(event.kind)
    row.bind(18, details.anomaly)
    row.bind(19, details.subject)
    row.bind(20, details.from)
    row.bind(21, details.to)
    row.bind(22, details.within)
    row.bind(23, details.origin?.rawValue)
    row.bind(24, details.isDoubled)
    row.bind(25, key)
  }

  /// What `event` reads.
  static let columns = """
    id, roast_id, batch, kind, change, source, author, at_ns, announced_ms, announced_ns, \
    roast_seconds, bean_celsius, ibts_celsius, gap_seconds, anomaly, subject, from_value, \
    to_value, within_seconds, origin, is_doubled
    """

  /// The event of a row of `columns`; nil when it is of a kind that nobody knows.
  static func event(_ row: Statement) -> StoredEvent? {
    let at = row.monotonic(7) ?? MonotonicTime(nanoseconds: 0)
    let details = Details(
      anomaly: row.text(14), subject: row.text(15), from: row.double(16), to: row.double(17),
      within: row.double(18), origin: row.text(19).flatMap(LevelChange.Origin.init),
      isDoubled: row.int(20).map { $0 != 0 })
    guard let kind = row.text(3).flatMap({ details.kind(named: $0, at: at) }),
      let change = row.text(4).flatMap(RoastEvent.Change.init),
      let source = row.text(5).flatMap(RoastEvent.Source.init)
    else { return nil }
    let event = RoastEvent(
      kind: kind, batch: Int(row.integer(2)), change: change, source: source, at: at,
      announced: row.instant(wall: 8, monotonic: 9), roastSeconds: row.double(10),
      bean: row.double(11).map(Celsius.init), infrared: row.double(12).map(Celsius.init),
      gapSeconds: row.double(13))
    return StoredEvent(id: row.integer(0), roast: row.int64(1), author: row.text(6), event: event)
  }

  /// What only some kinds have to say.
  fileprivate struct Details {
    var anomaly: String?
    var subject: String?
    var from: Double?
    var to: Double?
    var within: Double?
    var origin: LevelChange.Origin?
    var isDoubled: Bool?
  }
}

extension EventRow.Details {
  fileprivate init(_ kind: RoastEvent.Kind) {
    self.init()
    switch kind {
    case .observing(let state): to = Double(state.code)
    case .unlistedTransition(let before, let after):
      (from, to) = (Double(before.code), Double(after.code))
    case .levelChanged(let change):
      (subject, origin, isDoubled) = (change.control.name, change.origin, change.isDoubled)
      (from, to) = (Double(change.from), Double(change.to))
    case .anomaly(let anomaly):
      self.anomaly = anomaly.code
      note(anomaly)
    default: break
    }
  }

  private mutating func note(_ anomaly: Anomaly) {
    switch anomaly {
    case .clockBackwards(let before, let after): (from, to) = (Double(before), Double(after))
    case .readingsFrozen(let seconds, let heater):
      (within, to) = (seconds, Double(heater.number))
    case .impossibleJump(let sensor, let before, let after, let seconds):
      (subject, from, to, within) = (sensor.name, before.degrees, after.degrees, seconds)
    case .probeOpen(let reading): to = reading?.degrees
    }
  }

  fileprivate func kind(named name: String, at: MonotonicTime) -> RoastEvent.Kind? {
    switch name {
    case "observing": return state(to).map(RoastEvent.Kind.observing)
    case "unlisted_transition":
      guard let before = state(from), let after = state(to) else { return nil }
      return .unlistedTransition(from: before, to: after)
    case "level_changed":
      guard let control = Control.allCases.first(where: { $0.name == subject }),
        let from = whole(from), let to = whole(to)
      else { return nil }
      return .levelChanged(
        LevelChange(
          control: control, from: from, to: to, at: at, origin: origin,
          isDoubled: isDoubled ?? false))
    case "anomaly": return knownAnomaly.map(RoastEvent.Kind.anomaly)
    default: return Self.plain.first { $0.name == name }
    }
  }

  /// The kinds that say nothing more than their name.
  private static let plain: [RoastEvent.Kind] = [
    .preheatStarted, .stabilising, .ready, .roastBegan, .charged, .turningPoint, .yellowing,
    .firstCrack, .firstCrackEnd, .secondCrack, .ending, .cooling, .dropped, .shuttingDown, .off,
    .beansNotCharged, .beansStillInDrum,
  ]

  /// A level, or seconds of the roast clock.
  private func whole(_ number: Double?) -> Int? {
    number.flatMap { Int32(exactly: $0) }.map(Int.init)
  }

  private func state(_ code: Double?) -> RoasterState? {
    code.flatMap { UInt8(exactly: $0) }.map(RoasterState.init)
  }

  private var knownAnomaly: Anomaly? {
    switch anomaly {
    case "clock_backwards":
      guard let from = whole(from), let to = whole(to) else { return nil }
      return .clockBackwards(from: from, to: to)
    case "readings_frozen":
      guard let within, let heater = whole(to).flatMap(HeaterLevel.init) else { return nil }
      return .readingsFrozen(seconds: within, heater: heater)
    case "impossible_jump":
      guard let sensor = Sensor.allCases.first(where: { $0.name == subject }), let from, let to,
        let within
      else { return nil }
      return .impossibleJump(
        sensor: sensor, from: Celsius(from), to: Celsius(to), seconds: within)
    case "probe_open": return .probeOpen(reading: to.map(Celsius.init))
    default: return nil
    }
  }
}
