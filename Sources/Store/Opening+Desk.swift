import Governor
import Roaster

extension Opening {
  /// What the desk of an earlier life of the daemon left (Specs/governor.md T1, D3).
  public struct Desk: Equatable, Sendable {
    /// The id of the next proposal.
    public let nextProposal: Int64
    /// The id of the next row of the audit.
    public let nextAudit: Int64
    /// What it had not ended, oldest first.
    public let open: [OpenProposal]
    /// What it last said must outlive it.
    public let state: JSON?
    /// How many commands the audit tells the outcome of in the last 24 hours, and how many were under
    /// way.
    public let commandsToday: Int
    /// Whether the last rows of the audit follow each other.
    public let audit: AuditCheck
  }
}

extension Opening.Desk {
  /// So many rows of the audit are gone through before a start; all are at leisure.
  private static let auditRows: Int64 = 20_000

  init(
    _ connection: Connection, ids: Ids, settings: [String: String], now: WallTime
  ) throws(StoreFault) {
    nextProposal = ids.proposal + 1
    nextAudit = try Scribe.Chain(connection).next
    open = try OpenProposal.all(connection)
    // What cannot be read is something, and no first life.
    state = settings[Scribe.deskKey].map { (try? JSON(reading: $0.utf8)) ?? .null }
    let today = try Self.outcomes(since: now.milliseconds - 86_400_000, connection)
    commandsToday = today + open.count { $0.state == .executing }
    audit = try AuditCheck.ofLast(Self.auditRows, connection)
  }

  private static func outcomes(
    since milliseconds: Int64, _ connection: Connection
  ) throws(StoreFault) -> Int {
    let query = try connection.statement(
      """
      SELECT count(*) FROM audit WHERE action = ?1 AND at_ms >= ?2 AND proposal_id IS NOT NULL
      """)
    query.bind(1, AuditAction.outcome.rawValue)
    query.bind(2, milliseconds)
    defer { query.reset() }
    return try query.step() ? Int(query.integer(0)) : 0
  }
}

extension OpenProposal {
  /// All that are open in a database, oldest first.
  static func all(_ connection: Connection) throws(StoreFault) -> [OpenProposal] {
    let states = ProposalState.allCases.filter(\.isOpen).map { "'\($0.rawValue)'" }
    let query = try connection.statement(
      """
      SELECT \(StoredProposal.columns) FROM proposals
      WHERE state IN (\(states.joined(separator: ", "))) AND id < \(Ids.end) ORDER BY id
      """)
    var open: [OpenProposal] = []
    while try query.step() {
      let stored = StoredProposal(query)
      open.append(
        OpenProposal(
          id: stored.id, actor: stored.actor, steps: stored.steps, reason: stored.reason,
          key: stored.key, level: stored.level, batch: stored.batch, made: stored.made,
          state: stored.state, since: stored.since))
    }
    for index in open.indices {
      open[index].bytes = try MeantBytes.of(open[index].id, connection)
    }
    return open
  }
}

extension MeantBytes {
  /// What the audit says was about to be sent for a proposal. Steps go one at a time, so a row that
  /// tells how it went is about the last that was meant.
  static func of(
    _ proposal: Int64, _ connection: Connection
  ) throws(StoreFault) -> [MeantBytes] {
    let query = try connection.statement(
      "SELECT id, at_ms, at_ns, action, detail FROM audit WHERE proposal_id = ?1 ORDER BY id")
    query.bind(1, proposal)
    var bytes: [MeantBytes] = []
    while try query.step() {
      switch query.text(3).flatMap(AuditAction.init) {
      case .bytesMeant:
        bytes.append(
          MeantBytes(
            audit: query.integer(0), at: query.instant(wall: 1, monotonic: 2),
            detail: query.json(4)))
      case .bytesSent: bytes.tell(.sent)
      case .bytesNotSent: bytes.tell(.notSent)
      default: break
      }
    }
    return bytes
  }
}

extension [MeantBytes] {
  fileprivate mutating func tell(_ fate: MeantBytes.Fate) {
    guard let last = indices.last, self[last].fate == .unknown else { return }
    self[last].fate = fate
  }
}
