import Analysis
import Governor
import Roaster

/// Something to be kept. The ids of telemetry, events, roasts and tokens are the caller's, counted
/// up from those of `Opening`, so that nobody waits for the disk to have one.
public enum Entry: Sendable {
  /// One poll. `roast` is set from the beginning of the roast for as long as its batch lasts, but
  /// no longer than what a curve shows after its end.
  case telemetry(id: Int64, Telemetry, roast: Int64?, rateOfRise: CelsiusPerMinute?)
  /// Something that was told. `roast` is that of its batch; what was told in the batch before the
  /// roast began is given to the roast when `roastBegan` is written. `key` is what its author names
  /// the wish by that it came of, so that the same wish is known when it is sent again.
  case event(id: Int64, RoastEvent, roast: Int64?, author: String?, key: String? = nil)
  /// The connection to the roaster changed.
  case link(LinkRow)
  /// A roast began. Telemetry and events that name it may come before or after.
  case roastBegan(RoastRow)
  /// A person changed what is said of a roast.
  case roastChanged(id: Int64, RoastEdit)
  /// A roast ended, or nobody will see its end.
  case roastEnded(id: Int64, at: Moment, RoastStatus)
  /// What lists show of a roast; it replaces what was said before.
  case roastFigures(id: Int64, RoastFigures)
  /// What was found in a roast's curve; it replaces what was found before.
  case roastFindings(id: Int64, RoastFindings)
  /// How a pilot did in golden cases.
  case evaluation(EvaluationRow)
  /// The daemon was away while this roast went on.
  case gap(roast: Int64, from: WallTime, to: WallTime)
  /// What the next batch will be; it replaces what was said before.
  case nextBatch(BatchDetails)
  /// A setting as JSON text; nil removes it.
  case setting(key: String, value: String?)
  /// Somebody may speak to the daemon.
  case tokenAdded(TokenRow)
  /// Somebody may no longer.
  case tokenRevoked(id: Int64, at: WallTime)
  /// Somebody did. This alone of the tokens' entries is not durable: it is too frequent.
  case tokenUsed(id: Int64, at: WallTime)
  /// What the desk does, before anybody hears of it. The ids of proposals are the caller's, those of
  /// the audit's rows the store's.
  case desk(DeskRecord)
  /// Old frames and idle telemetry are to go. The answer comes when that is done.
  case vacuum(Retention)

  /// Whether it is on the disk itself before it is acknowledged; what is not survives the end of
  /// the process, and is at most a second from surviving the end of the power.
  var isDurable: Bool {
    switch self {
    case .telemetry, .link, .tokenUsed, .vacuum: false
    default: true
    }
  }

  var isTelemetry: Bool {
    if case .telemetry = self { return true }
    return false
  }

  /// When it happened, if it says so.
  var wall: WallTime? {
    switch self {
    case .telemetry(_, let point, _, _): point.moment.wall
    case .event(_, let event, _, _, _): event.announced.wall
    case .link(let row): row.at.wall
    case .roastBegan(let row): row.began.wall
    case .roastEnded(_, let at, _): at.wall
    case .tokenRevoked(_, let at), .tokenUsed(_, let at): at
    case .desk(let record): record.wall
    default: nil
    }
  }
}

extension DeskRecord {
  fileprivate var wall: WallTime? {
    switch self {
    case .proposal(let proposal, _, _, _): proposal.made.wall
    case .transition(let transition): transition.at.wall
    case .audit(let record): record.at.wall
    case .state: nil
    }
  }
}

/// How the connection to the roaster changed.
public struct LinkRow: Equatable, Sendable {
  /// When.
  public var at: Moment
  /// What it became: `up`, `absent`, and so on.
  public var state: String
  /// The roaster's serial number, if it is known.
  public var serial: String?
  /// The roaster's firmware, if it is known.
  public var firmware: Int?
  /// Why, if something failed.
  public var failure: String?

  /// A change of these parts.
  public init(
    at: Moment, state: String, serial: String? = nil, firmware: Int? = nil, failure: String? = nil
  ) {
    self.at = at
    self.state = state
    self.serial = serial
    self.firmware = firmware
    self.failure = failure
  }
}

/// Who may speak to the daemon with which secret. The secret itself is nowhere.
public struct TokenRow: Equatable, Sendable {
  /// What it is carried in.
  public enum Kind: String, Sendable {
    /// A header that a program sends.
    case token
    /// A browser's cookie.
    case session
  }

  /// The caller's number for it.
  public var id: Int64
  /// What carries the secret.
  public var kind: Kind
  /// What its owner calls it.
  public var name: String
  /// What its owner may do.
  public var role: String
  /// The SHA-256 of the secret.
  public var hash: [UInt8]
  /// What a session's requests must repeat.
  public var csrf: String?
  /// When it was made.
  public var created: WallTime
  /// From when on it is void by itself.
  public var expires: WallTime?
  /// When it was last used.
  public var used: WallTime?
  /// When it was made void.
  public var revoked: WallTime?

  /// A token of these parts.
  public init(
    id: Int64, kind: Kind, name: String, role: String, hash: [UInt8], csrf: String? = nil,
    created: WallTime, expires: WallTime? = nil, used: WallTime? = nil, revoked: WallTime? = nil
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.role = role
    self.hash = hash
    self.csrf = csrf
    self.created = created
    self.expires = expires
    self.used = used
    self.revoked = revoked
  }
}

/// What may go when room is made. Roasts with all that belongs to them, and the audit, never do.
public struct Retention: Equatable, Sendable {
  /// Raw frames older than this go.
  public var keepFramesDays: Int
  /// Telemetry outside any roast that is older than this is thinned to a point a minute.
  public var keepIdleDays: Int
  /// What those ages are counted from.
  public var now: WallTime

  /// A month of frames, a week of idle telemetry.
  public init(keepFramesDays: Int = 30, keepIdleDays: Int = 7, now: WallTime) {
    self.keepFramesDays = keepFramesDays
    self.keepIdleDays = keepIdleDays
    self.now = now
  }

  func cutoff(days: Int) -> WallTime {
    WallTime(milliseconds: now.milliseconds - Int64(days) * 86_400_000)
  }
}
