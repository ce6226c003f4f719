import Governor
import Roaster

extension Archive {
  /// What proposals of several commands are counted as.
  static let sequenceKind = "sequence"

  /// Those proposals, the newest first.
  public func proposals(
    _ filter: ProposalFilter = ProposalFilter()
  ) throws(StoreFault) -> [StoredProposal] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(Self.proposalsQuery(filter))
      query.bind(1, min(filter.before ?? .max, Ids.end))
      query.bind(2, filter.state?.rawValue)
      query.bind(3, filter.actorKind?.rawValue)
      query.bind(4, filter.actorName)
      query.bind(5, filter.kind)
      query.bind(6, filter.key)
      query.bind(7, filter.roast)
      query.bind(8, filter.from?.milliseconds)
      query.bind(9, filter.to?.milliseconds)
      query.bind(10, max(0, filter.limit))
      var proposals: [StoredProposal] = []
      while try query.step() { proposals.append(StoredProposal(query)) }
      return proposals
    }
  }

  /// What is not asked for is not compared: so an index is found for what is.
  private static func proposalsQuery(_ filter: ProposalFilter) -> String {
    let conditions = [
      (true, "id < ?1"), (filter.state != nil, "state = ?2"),
      (filter.actorKind != nil, "actor_kind = ?3"), (filter.actorName != nil, "actor = ?4"),
      (filter.kind != nil, "kind = ?5"), (filter.key != nil, "key = ?6"),
      (filter.roast != nil, "roast_id = ?7"), (filter.from != nil, "made_ms >= ?8"),
      (filter.to != nil, "made_ms < ?9"),
    ]
    return """
      SELECT \(StoredProposal.columns) FROM proposals
      WHERE \(conditions.filter(\.0).map(\.1).joined(separator: " AND "))
      ORDER BY id DESC LIMIT ?10
      """
  }

  /// One proposal and what became of it, in that order; nil when there is no such proposal.
  public func proposal(
    _ id: Int64
  ) throws(StoreFault) -> (proposal: StoredProposal, transitions: [StoredTransition])? {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        "SELECT \(StoredProposal.columns) FROM proposals WHERE id = ?1")
      query.bind(1, id)
      defer { query.reset() }
      guard try query.step() else { return nil }
      let proposal = StoredProposal(query)
      let rows = try connection.statement(
        "SELECT \(StoredTransition.columns) FROM transitions WHERE proposal_id = ?1 ORDER BY id")
      rows.bind(1, id)
      var transitions: [StoredTransition] = []
      while try rows.step() {
        if let transition = StoredTransition(rows) { transitions.append(transition) }
      }
      return (proposal, transitions)
    }
  }

  /// Those rows of the audit.
  public func audit(_ filter: AuditFilter = AuditFilter()) throws(StoreFault) -> [AuditRow] {
    try read { (connection) throws(StoreFault) in
      let conditions = [
        (filter.before != nil, "id < ?1"), (filter.after != nil, "id > ?2"),
        (filter.proposal != nil, "proposal_id = ?3"), (filter.action != nil, "action = ?4"),
      ].filter(\.0).map(\.1)
      let query = try connection.statement(
        """
        SELECT \(AuditRow.columns) FROM audit
        \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
        ORDER BY id \(filter.after == nil ? "DESC" : "ASC") LIMIT ?5
        """)
      query.bind(1, filter.before)
      query.bind(2, filter.after)
      query.bind(3, filter.proposal)
      query.bind(4, filter.action?.rawValue)
      query.bind(5, max(0, filter.limit))
      var rows: [AuditRow] = []
      while try query.step() { rows.append(AuditRow(query)) }
      return rows
    }
  }
}
