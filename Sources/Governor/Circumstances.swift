import Roaster

/// All that a verdict rests on, at one moment.
public struct Circumstances: Sendable {
  public var now: MonotonicTime
  public var level: Autonomy
  /// Whether bytes can be carried now.
  public var isLinkUp = false
  /// What the roaster said of itself; nil before it did.
  public var identification: Identification?
  public var isCommissioned = false
  /// Whether the audit can be written.
  public var isLedgerWhole = true
  /// The last valid status, and when it was heard.
  public var status: Status?
  public var heard: MonotonicTime?
  public var rateOfRise: CelsiusPerMinute?
  /// Whether beans were seen to fall in and not to leave.
  public var hasBeans = false
  /// When somebody was last at the panel; now, while a change of level is unexplained.
  public var touched: MonotonicTime?
  /// The proposal whose command is under way.
  public var busyWith: Int64?
  public var isAborted = false
  public var trips: Set<Trip> = []
  /// Kinds of commands that a breaker has paused.
  public var paused: Set<Command.Kind> = []
  public var record = CommandRecord()
  /// Signs of life.
  public var personSeen: MonotonicTime?
  public var pilotSeen: MonotonicTime?

  /// Nothing known yet.
  public init(now: MonotonicTime, level: Autonomy) {
    self.now = now
    self.level = level
  }

  /// Seconds since the last valid status.
  public var age: Double { heard.map { now - $0 } ?? .infinity }

  /// The same for a proposal: what it does itself does not stand in its own way.
  func own(_ proposal: Int64) -> Circumstances {
    var own = self
    if busyWith == proposal { own.busyWith = nil }
    return own
  }
}

/// What was commanded lately, for limits on how often. A command is told here when it has ended, so
/// that none is held up by itself; the levels that it gains, as they show.
public struct CommandRecord: Sendable {
  /// When the last command of each kind ended.
  public var lastCommand: [Command.Kind: MonotonicTime] = [:]
  /// Heater levels gained by our own steps lately: when and how many.
  public var heaterRises: [(at: MonotonicTime, levels: Int)] = []
  /// How commands of the last while ended: when, and whether as they should.
  public var outcomes: [(at: MonotonicTime, kind: Command.Kind, isFailure: Bool)] = []
  public var inBatch = 0
  public var inDay = 0

  /// Nothing commanded yet.
  public init() {}
}

/// What latches until a person resets it, through restarts and changes of level.
public enum Trip: String, CaseIterable, Sendable {
  case beanTooHot = "bean_too_hot"
  case infraredTooHot = "ibts_too_hot"
  case runawayRise = "runaway_rise"
}
