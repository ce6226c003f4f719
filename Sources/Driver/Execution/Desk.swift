import Governor
import Roaster

/// The life of proposals: who wants what, what the governor thinks of it, who lets it run, what is
/// sent, what is read back and what is written down (Specs/governor.md).
///
/// A pure machine: each input, with the time it came at, gives the effects that are to be done, in
/// their order. It owns no clock, task or disk, so the daemon's loop and a simulated one run the same.
public struct Desk: Sendable {
  let policy: Policy
  /// How much is done without asking.
  public internal(set) var level = Autonomy.assist
  /// The level before the daemon started; it is shown, not resumed (A2).
  var earlier: Autonomy?
  /// Until when a level is borrowed that the record has not earned.
  var overrideEnds: MonotonicTime?

  /// Open proposals by number, and the last that were.
  var matters: [Matter] = []
  var closed: [Matter] = []
  var nextProposal: Int64
  var nextTicket: UInt64
  var nextAlarm: Int64 = 1

  /// The one command in flight.
  var executor: Executor?
  /// The last that ended while its bytes were in the outbox: they may have left all the same.
  var heldBack: Executor?
  var run: AbortRun?
  var latch: Latch?
  var trips: Set<Trip> = []
  var breakers = Breakers()
  var brokenRow: Int64?

  var watch: EffectWatch
  var standingAlarms: [StandingAlarm] = []

  var isLinkUp = false
  var identification: Identification?
  var isTwin = false
  /// What has passed.
  var units: [CommissionedUnit] = []
  /// The one that is under way, or that was the last.
  var commissioning: Commissioning?
  var isLedgerWhole = true
  var sight: Sight?
  /// The heater as it was last shown, and when a step up of ours last left, or may have.
  var shownHeater: (level: Int, at: MonotonicTime)?
  var lastHeaterUp: MonotonicTime?
  var progress: RoastProgress?
  var touched: MonotonicTime?
  var grams: Double?
  /// The roast so far, once a second; empty while there is none.
  public internal(set) var past: [Rehearsal.Sample] = []
  var rehearsals: [UInt64: Rehearsing] = [:]

  var proposalCount = DraftCount(limit: 30)
  var dryCount = DraftCount(limit: 60)

  var record = CommandRecord()
  var commandsToday: [MonotonicTime] = []
  var commandsBefore: Int
  let opened: MonotonicTime

  var personSeen: MonotonicTime?
  var pilotsSeen: [Actor: MonotonicTime] = [:]
  /// Agents that have proposed since the level lets them run unasked (A4).
  var steering: Set<Actor> = []

  var now: Moment
  var effects: [Effect] = []

  /// Why nothing ordinary is sent (S4).
  struct Latch: Sendable {
    let actor: String
    let at: String
    let reason: String?
    var isFire: Bool
  }

  static let vetoSeconds = 20.0
  static let personSeconds = 120.0
  static let proposalSeconds = 600.0
  static let openLimit = 50
  static let openLimitOfActor = 10
  static let closedLimit = 200

  /// A desk as an earlier life left it: nothing is resumed (T1). What must be written down of that
  /// comes with the first step's effects.
  public init(_ opening: DeskOpening, now: Moment, policy: Policy = Policy()) {
    self.policy = policy
    self.now = now
    opened = now.monotonic
    watch = EffectWatch(envelope: policy.envelope)
    nextProposal = opening.nextProposal
    nextTicket = UInt64(max(1, opening.nextAudit))
    commandsBefore = opening.commandsToday
    restart(opening)
  }

  /// Takes one input and says what is to be done.
  public mutating func step(_ input: Input, now: Moment) -> [Effect] {
    self.now = now
    switch input {
    case .link(let isUp, let identification, let isTwin): link(isUp, identification, isTwin)
    case .telemetry(let point, let news, let progress, let unexplained):
      hear(point, news, progress, unexplained)
    case .batch(let grams): self.grams = grams
    case .tick: break
    case .ask(let request, let actor, let tag): ask(request, actor, tag)
    case .recorded(let ticket, let isOnDisk): recorded(ticket, isOnDisk)
    case .ledger(let isWhole): isLedgerWhole = isWhole
    case .auditBroken(let row): breakAudit(row)
    case .wrote(let write, let result): wrote(write, result)
    case .rehearsed(let tag, let forecast): rehearsed(tag, forecast)
    }
    passTime()
    defer { effects = [] }
    return effects
  }

  /// The monotonic time of this step.
  var time: MonotonicTime { now.monotonic }

  private mutating func ask(_ request: Request, _ actor: Actor, _ tag: UInt64) {
    noteSign(of: actor)
    switch request {
    case .propose(let draft): propose(draft, actor, tag)
    case .dryRun(let draft): dryRun(draft, actor, tag)
    case .approve(let id, let words, let reason):
      answer(tag, approve(id, from: [.pendingApproval, .awaitingVeto], actor, words, reason))
    case .adopt(let id, let words, let reason):
      answer(tag, approve(id, from: [.recommended], actor, words, reason))
    case .reject(let id, let reason):
      answer(
        tag, close(id, from: [.recommended, .pendingApproval], as: .rejected, actor, reason))
    case .veto(let id, let reason):
      answer(tag, close(id, from: [.awaitingVeto], as: .vetoed, actor, reason))
    case .cancel(let id, let reason): answer(tag, cancel(id, actor, reason))
    case .abort(let reason, let fire): answer(tag, .success(abort(actor, reason, isFire: fire)))
    case .reset(let reason): answer(tag, reset(actor, reason))
    case .setLevel(let level, let reason, let readiness, let override):
      answer(tag, set(level, actor, reason, readiness, override))
    case .signOfLife: answer(tag, .success(presence))
    case .acknowledge(let alarm): answer(tag, acknowledge(alarm, actor))
    case .commission(let word): answer(tag, commission(word, actor))
    }
  }

  /// What comes of the mere passing of time, and of whatever has just changed.
  private mutating func passTime() {
    stepAbort()
    keepLevel()
    lapseRehearsals()
    expireMatters()
    lapseVetoes()
    if let outcome = executor?.lapse(time), case .end(let outcome) = outcome { finish(outcome) }
    holdBack()
    startDue()
    followCommissioning()
  }
}
