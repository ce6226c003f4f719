import Governor
import Roaster

/// What an earlier life of the daemon has left on the desk.
public struct DeskOpening: Sendable {
  public var nextProposal: Int64
  /// The number of the next ticket, over all that were ever given.
  public var nextAudit: Int64
  public var open: [OpenProposal]
  /// The last `DeskRecord.state`.
  public var state: JSON?
  /// Commands of the last 24 hours.
  public var commandsToday: Int
  /// The first row of the audit that does not follow.
  public var brokenRow: Int64?

  /// A proposal that was open.
  public struct OpenProposal: Sendable {
    public var id: Int64
    public var state: ProposalState
    /// Details of its audit rows `bytes_meant`, and of `bytes_sent`.
    public var meant: [JSON]
    public var sent: [JSON]

    /// One in that state, with what is known of its bytes.
    public init(id: Int64, state: ProposalState, meant: [JSON] = [], sent: [JSON] = []) {
      self.id = id
      self.state = state
      self.meant = meant
      self.sent = sent
    }
  }

  /// What was left; nothing for the first life.
  public init(
    nextProposal: Int64 = 1, nextAudit: Int64 = 1, open: [OpenProposal] = [], state: JSON? = nil,
    commandsToday: Int = 0, brokenRow: Int64? = nil
  ) {
    self.nextProposal = nextProposal
    self.nextAudit = nextAudit
    self.open = open
    self.state = state
    self.commandsToday = commandsToday
    self.brokenRow = brokenRow
  }
}
