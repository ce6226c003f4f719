import Roaster

/// That a proposal may run, by whose leave, and until when. The store keeps an `ApprovalRecord`;
/// only `Policy` makes an approval, by judging.
public struct Approval: Equatable, Sendable {
  public let proposal: Int64
  /// What was approved; a proposal that has another hash was exchanged.
  public let hash: [UInt8]
  /// The state it was judged in.
  public let state: RoasterState
  public let approver: Approver
  /// What a person has said, beside yes.
  public let words: Set<PersonsWord>
  public let expires: MonotonicTime

  /// By whose leave.
  public enum Approver: Equatable, Sendable {
    case person(Actor)
    /// Nobody stopped it while they could.
    case unvetoed
    /// The level asks nobody.
    case level
  }

  init(
    proposal: Int64, hash: [UInt8], state: RoasterState, approver: Approver,
    words: Set<PersonsWord>, expires: MonotonicTime
  ) {
    self.proposal = proposal
    self.hash = hash
    self.state = state
    self.approver = approver
    self.words = words
    self.expires = expires
  }
}
