import Roaster

/// What the desk has written down, in order, before anybody hears of it.
public enum DeskRecord: Sendable {
  case proposal(Proposal, level: Autonomy, verdict: Verdict, forecast: Forecast?)
  case transition(TransitionRecord)
  case audit(AuditRecord)
  /// What must outlive the daemon: latches, breakers, the level of before. It replaces what was there.
  case state(JSON)
}

/// A proposal became something else.
public struct TransitionRecord: Equatable, Sendable {
  public var proposal: Int64
  public var at: Moment
  /// Nil for a proposal that was just made.
  public var from: ProposalState?
  public var to: ProposalState
  /// Who brought it about.
  public var actor: Actor
  /// Verdict, approval, outcome and readback, as far as they are news.
  public var detail: JSON

  /// A transition of these parts.
  public init(
    proposal: Int64, at: Moment, from: ProposalState?, to: ProposalState, actor: Actor,
    detail: JSON
  ) {
    self.proposal = proposal
    self.at = at
    self.from = from
    self.to = to
    self.actor = actor
    self.detail = detail
  }
}

/// A row of the audit (Specs/governor.md D1).
public struct AuditRecord: Equatable, Sendable {
  public var at: Moment
  public var actor: Actor
  public var action: AuditAction
  public var proposal: Int64?
  public var detail: JSON
  /// Whether it could not be written before what it tells of was done.
  public var isLate: Bool

  /// A row of these parts.
  public init(
    at: Moment, actor: Actor, action: AuditAction, proposal: Int64? = nil, detail: JSON,
    isLate: Bool = false
  ) {
    self.at = at
    self.actor = actor
    self.action = action
    self.proposal = proposal
    self.detail = detail
    self.isLate = isLate
  }
}

/// What a row of the audit tells of; the name in the store.
public enum AuditAction: String, CaseIterable, Sendable {
  case proposed, decided
  case levelChanged = "level_changed"
  case bytesMeant = "bytes_meant"
  case bytesSent = "bytes_sent"
  case bytesNotSent = "bytes_not_sent"
  /// The transfer failed: they may have arrived.
  case bytesUnsure = "bytes_unsure"
  case readback, outcome, abort, trip, reset, alarm, restart, commissioned
}
