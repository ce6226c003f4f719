import Analysis
import Governor
import Roaster
import Store

/// What is written down in a trial: into the store, and for the judge.
struct TrialChronicle {
  /// Where a proposal stands, and what the rules said of it.
  struct Told: Sendable {
    var proposal: Proposal
    var state = ProposalState.proposed
    /// Every rule that spoke against it, in the order in which they did.
    var rules: [Rule] = []
    /// When its first bytes left, in seconds of the trial.
    var sentAt: Double?
    var outcome: String?
  }

  private let journal: InstantJournal
  private var recorder = CurveRecorder(
    settings: CurveRecorder.Settings(leadSeconds: 120, tailSeconds: 120))
  private var telemetryID: Int64 = 1
  private var eventID: Int64 = 1
  private var roast: Int64?
  private var flushedAt = MonotonicTime(nanoseconds: 0)
  /// Why the store failed, if it did.
  private(set) var fault: StoreFault?
  /// Every proposal, in the order of their numbers.
  private(set) var proposals: [Told] = []
  private(set) var trips: [String] = []
  /// When somebody asked for an abort; trips are not among them.
  private(set) var abortedAt: [Double] = []
  private(set) var alarms: [String] = []
  private(set) var lowered: [String] = []
  /// Level changes that a hand made.
  private(set) var touches: [LevelChange] = []
  /// The batch that was roasted, once another has begun.
  private var finished: RoastCurve?

  /// Polls wait at most so long for company: in the daemon half a second, here nobody reads them.
  private static let flushSeconds = 20.0
  private static let zero = MonotonicTime(nanoseconds: 0)

  init(now: WallTime) throws(StoreFault) {
    journal = try InstantJournal(version: "evaluation", now: now)
  }

  /// The roast as it was seen.
  var curve: RoastCurve { finished ?? recorder.curve }

  /// The audit's chain holds from its first row to its last.
  var isAuditWhole: Bool {
    // One that cannot be gone through is not whole.
    guard fault == nil, let check = try? journal.verifyAudit() else { return false }
    return check.brokenRow == nil
  }

  // MARK: Telemetry

  mutating func take(_ point: Telemetry, _ news: [RoastEvent], _ progress: RoastProgress) {
    if let curve = recorder.step(point, news, progress) { finished = finished ?? curve }
    for event in news { note(event, point.moment) }
    journal.append(
      .telemetry(id: telemetryID, point, roast: roast, rateOfRise: progress.rateOfRise))
    telemetryID += 1
    if point.moment.monotonic - flushedAt > Self.flushSeconds {
      flushedAt = point.moment.monotonic
      _ = flush()
    }
  }

  private mutating func note(_ event: RoastEvent, _ now: Moment) {
    if event.kind == .roastBegan, roast == nil {
      roast = 1
      journal.append(
        .roastBegan(
          RoastRow(
            id: 1, batch: event.batch, began: now, boot: "trial", device: "twin",
            isSimulated: true)))
    }
    if case .levelChanged(let change) = event.kind, change.origin == .panel {
      touches.append(change)
    }
    journal.append(.event(id: eventID, event, roast: roast, author: nil))
    eventID += 1
    if event.kind == .cooling, let roast {
      journal.append(.roastEnded(id: roast, at: now, .ended))
    }
  }

  // MARK: The desk's records

  mutating func keep(_ record: DeskRecord) {
    journal.append(.desk(record))
    switch record {
    case .proposal(let proposal, _, let verdict, _):
      proposals.append(Told(proposal: proposal, rules: verdict.findings.map(\.rule)))
    case .transition(let transition): note(transition)
    case .audit(let row): note(row)
    case .state: break
    }
  }

  private mutating func change(_ id: Int64?, _ edit: (inout Told) -> Void) {
    guard let place = proposals.lastIndex(where: { $0.proposal.id == id }) else { return }
    edit(&proposals[place])
  }

  private mutating func note(_ transition: TransitionRecord) {
    let rules = Self.rules(transition.detail["verdict"])
    change(transition.proposal) { told in
      told.state = transition.to
      told.outcome = transition.detail["outcome"]?.stringValue ?? told.outcome
      for rule in rules where !told.rules.contains(rule) { told.rules.append(rule) }
    }
  }

  private mutating func note(_ row: AuditRecord) {
    let seconds = row.at.monotonic - Self.zero
    switch row.action {
    case .bytesSent, .bytesUnsure:
      change(row.proposal) { $0.sentAt = $0.sentAt ?? seconds }
    case .decided, .outcome:
      let rules = Self.rules(row.detail["verdict"])
      change(row.proposal) { told in
        for rule in rules where !told.rules.contains(rule) { told.rules.append(rule) }
      }
    case .trip: trips.append(row.detail["trip"]?.stringValue ?? "")
    case .abort: abortedAt.append(seconds)
    case .alarm: alarms.append(row.detail["alarm"]?["code"]?.stringValue ?? "")
    case .levelChanged where row.actor.kind == .system:
      lowered.append(row.detail["reason"]?.stringValue ?? "")
    default: break
    }
  }

  private static func rules(_ verdict: JSON?) -> [Rule] {
    (verdict?["rules"]?.arrayValue ?? []).compactMap { rule in
      rule["code"]?.stringValue.flatMap(Rule.init)
    }
  }

  /// The proposal of that number.
  func proposal(_ id: Int64) -> Told? { proposals.last { $0.proposal.id == id } }

  // MARK: The store

  /// Writes what waits; whether all of it could be written.
  mutating func flush() -> Bool {
    do throws(StoreFault) {
      try journal.flush()
    } catch {
      fault = fault ?? error
    }
    return fault == nil
  }

  /// Nothing more comes.
  mutating func finish() { _ = flush() }
}
