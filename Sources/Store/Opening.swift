import Roaster

/// What a database says when it is opened.
public struct Opening: Sendable {
  /// The number of this start.
  public let run: Int64
  /// The id of the next poll.
  public let nextTelemetry: Int64
  /// The id of the next event.
  public let nextEvent: Int64
  /// The id of the next roast.
  public let nextRoast: Int64
  /// The id of the next token.
  public let nextToken: Int64
  /// Whether the last run did not end in order.
  public let wasUnclean: Bool
  /// Where a damaged file was put, if there was one.
  public let setAside: String?
  /// The last roast, if it has no end, or if it has and the cooling after it was not heard yet.
  public let openRoast: StoredRoast?
  /// What was said of the next batch.
  public let nextBatch: BatchDetails
  /// The settings, as JSON texts.
  public let settings: [String: String]
  /// Those who may speak to the daemon, the revoked ones too.
  public let tokens: [TokenRow]
  /// What the desk left.
  public let desk: Desk
}

/// The highest ids that a database has given.
struct Ids: Equatable, Sendable {
  var run: Int64 = 0
  var telemetry: Int64 = 0
  var event: Int64 = 0
  var roast: Int64 = 0
  var token: Int64 = 0
  var proposal: Int64 = 0

  init() {}

  /// Reads them; each is the last entry of its tree, so that much is found in a damaged file too.
  init(_ connection: Connection) throws(StoreFault) {
    func highest(_ table: String) throws(StoreFault) -> Int64 {
      max(0, try connection.integer("SELECT max(id) FROM \(table) WHERE id < \(Self.end)") ?? 0)
    }
    run = try highest("runs")
    telemetry = try highest("telemetry")
    event = try highest("events")
    roast = try highest("roasts")
    token = try highest("tokens")
    proposal = try highest("proposals")
  }

  /// No daemon ever gave an id from here on; a row that has one is passed over, so that there is
  /// always a next one.
  static let end = Int64(1) << 62

  /// Surely above all that were given before a time: for when the file that knows them cannot be
  /// read. It leaves room for 1000 points and a proposal a second, and for 100 roasts a day.
  init(above now: WallTime) {
    let milliseconds = max(0, now.milliseconds - Self.epochMilliseconds)
    run = milliseconds / 1000
    telemetry = milliseconds
    event = milliseconds
    roast = milliseconds / 864_000
    token = milliseconds / 1000
    proposal = milliseconds / 1000
  }

  /// 2020-01-01T00:00:00Z: before the first roast that was kept.
  private static let epochMilliseconds: Int64 = 1_577_836_800_000
}
