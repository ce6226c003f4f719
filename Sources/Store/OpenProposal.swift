import Governor
import Roaster

/// A proposal that an earlier life of the daemon left open, as the store knows it. Nothing of it is
/// resumed (Specs/governor.md T1): it is told the truth about, and ended.
public struct OpenProposal: Equatable, Sendable {
  public var id: Int64
  public var actor: Actor
  /// What `Proposal.stepsJSON` wrote.
  public var steps: JSON
  public var reason: String
  public var key: String?
  /// The level at which it was made.
  public var level: Autonomy
  public var batch: Int
  public var made: Moment
  public var state: ProposalState
  /// When it came into that state; its monotonic clock may be that of an earlier boot.
  public var since: Moment
  /// What was about to be sent for it, oldest first.
  public var bytes: [MeantBytes]

  /// A proposal of these parts.
  public init(
    id: Int64, actor: Actor, steps: JSON, reason: String, key: String? = nil, level: Autonomy,
    batch: Int, made: Moment, state: ProposalState, since: Moment, bytes: [MeantBytes] = []
  ) {
    self.id = id
    self.actor = actor
    self.steps = steps
    self.reason = reason
    self.key = key
    self.level = level
    self.batch = batch
    self.made = made
    self.state = state
    self.since = since
    self.bytes = bytes
  }
}

/// Bytes that the audit says were about to leave, and what it says came of them.
public struct MeantBytes: Equatable, Sendable {
  /// The audit's row.
  public var audit: Int64
  public var at: Moment
  /// What the row says, the exact bytes among it.
  public var detail: JSON
  public var fate: Fate

  /// What is known of them.
  public enum Fate: String, CaseIterable, Sendable {
    case sent
    case notSent = "not_sent"
    /// They were meant, and nobody lived to write down whether they left.
    case unknown
  }

  /// Bytes of these parts.
  public init(audit: Int64, at: Moment, detail: JSON, fate: Fate = .unknown) {
    self.audit = audit
    self.at = at
    self.detail = detail
    self.fate = fate
  }
}
