import Roaster

/// A roast as it is kept.
public struct StoredRoast: Equatable, Sendable {
  /// What was known when it began; the details as they were edited since.
  public let row: RoastRow
  /// How far it is.
  public let status: RoastStatus
  /// When it ended.
  public let ended: Moment?
  /// What the roasted beans weigh.
  public let gramsOut: Double?
  /// What lists show of its curve.
  public let figures: RoastFigures
  /// When the last of its telemetry was heard.
  public let heard: Moment?
  /// Which telemetry is its own, its preheating included.
  let telemetry: ClosedRange<Int64>?

  /// What of the beans went up the chimney, 0 to 1.
  public var weightLossRatio: Double? {
    guard let gramsIn = row.details.gramsIn, gramsIn > 0, let gramsOut else { return nil }
    return (gramsIn - gramsOut) / gramsIn
  }

  static let columns = """
    r.id, r.batch, r.began_ms, r.began_ns, r.boot_id, r.device, r.is_simulated, r.serial, \
    r.firmware, r.title, r.beans, r.grams_in, r.notes, r.status, r.ended_ms, r.ended_ns, \
    r.grams_out, r.duration_seconds, r.first_crack_seconds, r.development_ratio, \
    r.drop_bean_celsius, r.first_telemetry_id, r.last_telemetry_id, t.at_ms, t.monotonic_ns
    """

  static let source = "roasts AS r LEFT JOIN telemetry AS t ON t.id = r.last_telemetry_id"

  init(_ row: Statement) {
    self.row = RoastRow(
      id: row.integer(0), batch: Int(row.integer(1)),
      began: row.instant(wall: 2, monotonic: 3),
      boot: row.text(4) ?? "", device: row.text(5) ?? "", isSimulated: row.integer(6) != 0,
      serial: row.text(7), firmware: row.int(8),
      details: BatchDetails(
        title: row.text(9), beans: row.text(10), gramsIn: row.double(11), notes: row.text(12)))
    status = row.text(13).flatMap(RoastStatus.init) ?? .interrupted
    ended = row.moment(wall: 14, monotonic: 15)
    gramsOut = row.double(16)
    figures = RoastFigures(
      durationSeconds: row.double(17), firstCrackSeconds: row.double(18),
      developmentRatio: row.double(19), dropBean: row.double(20).map(Celsius.init))
    if let first = row.int64(21), let last = row.int64(22), first <= last {
      telemetry = first...last
    } else {
      telemetry = nil
    }
    heard = row.moment(wall: 23, monotonic: 24)
  }

  /// A roast by its id.
  static func of(_ id: Int64, _ connection: Connection) throws(StoreFault) -> StoredRoast? {
    let query = try connection.statement(
      "SELECT \(columns) FROM \(source) WHERE r.id = ?1")
    query.bind(1, id)
    defer { query.reset() }
    return try query.step() ? StoredRoast(query) : nil
  }

  /// The last roast, if there may be more to hear of it.
  static func open(_ connection: Connection) throws(StoreFault) -> StoredRoast? {
    let query = try connection.prepare(
      "SELECT \(columns) FROM \(source) WHERE r.id < \(Ids.end) ORDER BY r.id DESC LIMIT 1")
    guard try query.step() else { return nil }
    let roast = StoredRoast(query)
    return roast.isOpen ? roast : nil
  }

  /// Whether it goes on, or has ended so lately by its own clock that its tail was not heard yet.
  private var isOpen: Bool {
    switch status {
    case .roasting: return true
    case .interrupted: return false
    case .ended:
      guard let ended, let heard else { return false }
      return heard.monotonic - ended.monotonic < Self.wholeTailSeconds
    }
  }

  /// A tail is whole when so much of its ten minutes was heard: no poll comes at its very end.
  private static let wholeTailSeconds = 595.0
}

/// Which roasts are asked for; what is nil does not matter.
public struct RoastFilter: Equatable, Sendable {
  /// How many at most, the newest first.
  public var limit: Int
  /// Only those with a lower id.
  public var before: Int64?
  /// A part of the title, the beans or the notes, in any case.
  public var text: String?
  /// A part of the beans' name, in any case.
  public var beans: String?
  /// Not begun earlier.
  public var from: WallTime?
  /// Begun earlier.
  public var to: WallTime?

  /// A filter that lets through what is not named.
  public init(
    limit: Int = 50, before: Int64? = nil, text: String? = nil, beans: String? = nil,
    from: WallTime? = nil, to: WallTime? = nil
  ) {
    self.limit = limit
    self.before = before
    self.text = text
    self.beans = beans
    self.from = from
    self.to = to
  }
}

/// An event as it is kept.
public struct StoredEvent: Equatable, Sendable {
  /// Its number, in the order of telling.
  public let id: Int64
  /// The roast it belongs to.
  public let roast: Int64?
  /// Who marked it.
  public let author: String?
  /// What was told.
  public let event: RoastEvent

  /// The event as programs read it, with what the store knows of it.
  public var json: JSON {
    guard case .object(let members) = event.json else { return event.json }
    return .object(
      [("id", .integer(id)), ("roast_id", roast.map(JSON.integer) ?? .null)] + members
        + [("author", JSON(author))])
  }
}
