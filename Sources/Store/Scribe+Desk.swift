import Governor
import Roaster

/// What the desk has written down (Specs/governor.md L3, D1, D2).
extension Scribe {
  /// Where the state of the desk is among the settings.
  static let deskKey = "desk"

  func write(_ record: DeskRecord) throws(StoreFault) {
    switch record {
    case .proposal(let proposal, let level, let verdict, let forecast):
      try write(proposal, level, verdict, forecast)
    case .transition(let transition): try write(transition)
    case .audit(let record): try write(record)
    case .state(let state): try set(Self.deskKey, to: state.text)
    }
  }

  // MARK: Proposals

  private func write(
    _ proposal: Proposal, _ level: Autonomy, _ verdict: Verdict, _ forecast: Forecast?
  ) throws(StoreFault) {
    let insert = try connection.statement(
      """
      INSERT INTO proposals (id, run_id, roast_id, batch, made_ms, made_ns, expires_ns,
        actor_kind, actor, credential_id, level, kind, steps, step_count, reason, key, verdict,
        forecast, state, since_ms, since_ns)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?5, ?6)
      """)
    insert.bind(1, proposal.id)
    insert.bind(2, run)
    insert.bind(3, try roastGoingOn())
    insert.bind(4, proposal.batch)
    insert.bind(5, proposal.made.wall.milliseconds)
    insert.bind(6, proposal.made.monotonic.nanoseconds)
    insert.bind(7, proposal.expires.nanoseconds)
    insert.bind(8, proposal.actor.kind.rawValue)
    insert.bind(9, proposal.actor.name)
    insert.bind(10, proposal.actor.credential)
    insert.bind(11, level.name)
    insert.bind(12, proposal.kindName)
    insert.bind(13, proposal.stepsJSON.text)
    insert.bind(14, proposal.steps.count)
    insert.bind(15, proposal.reason)
    insert.bind(16, proposal.key)
    insert.bind(17, verdict.json.text)
    insert.bind(18, forecast?.json.text)
    insert.bind(19, ProposalState.proposed.rawValue)
    try insert.run()
    try note(verdict.json, of: proposal.id)
  }

  private func write(_ transition: TransitionRecord) throws(StoreFault) {
    let insert = try connection.statement(
      "INSERT INTO transitions VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
    insert.bind(1, transition.proposal)
    insert.bind(2, transition.at.wall.milliseconds)
    insert.bind(3, transition.at.monotonic.nanoseconds)
    insert.bind(4, transition.from?.rawValue)
    insert.bind(5, transition.to.rawValue)
    insert.bind(6, transition.actor.kind.rawValue)
    insert.bind(7, transition.actor.name)
    insert.bind(8, transition.actor.credential)
    insert.bind(9, transition.detail.text)
    try insert.run()
    try tell(transition)
    if let verdict = transition.detail["verdict"] { try note(verdict, of: transition.proposal) }
  }

  /// Tells a transition to the row of its proposal: what is news there replaces what was.
  private func tell(_ transition: TransitionRecord) throws(StoreFault) {
    let update = try connection.statement(
      """
      UPDATE proposals SET state = ?2, since_ms = ?3, since_ns = ?4,
        approved_ns = iif(?2 = 'approved', ?4, approved_ns),
        verdict = coalesce(?5, verdict), forecast = coalesce(?6, forecast),
        approver = coalesce(?7, approver), outcome = coalesce(?8, outcome),
        readback = coalesce(?9, readback), ending = coalesce(?10, ending) WHERE id = ?1
      """)
    let detail = transition.detail
    func news(_ news: JSON?) -> String? { news.flatMap { $0.isNull ? nil : $0.text } }
    update.bind(1, transition.proposal)
    update.bind(2, transition.to.rawValue)
    update.bind(3, transition.at.wall.milliseconds)
    update.bind(4, transition.at.monotonic.nanoseconds)
    update.bind(5, news(detail["verdict"]))
    update.bind(6, news(detail["forecast"]))
    update.bind(7, news(detail["approval"]?["approver"]))
    update.bind(8, detail["outcome"]?.stringValue)
    update.bind(9, news(detail["readback"]))
    update.bind(10, transition.to.isOpen ? nil : detail["reason"]?.stringValue)
    try update.run()
  }

  /// Counts the rules that spoke.
  private func note(_ verdict: JSON, of proposal: Int64) throws(StoreFault) {
    for rule in verdict["rules"]?.arrayValue ?? [] {
      guard let code = rule["code"]?.stringValue else { continue }
      let insert = try connection.statement("INSERT OR IGNORE INTO findings VALUES (?1, ?2)")
      insert.bind(1, proposal)
      insert.bind(2, code)
      try insert.run()
    }
  }

  private func roastGoingOn() throws(StoreFault) -> Int64? {
    let query = try connection.statement(
      """
      SELECT iif(status = 'roasting', id, NULL) FROM roasts WHERE id < \(Ids.end)
      ORDER BY id DESC LIMIT 1
      """)
    defer { query.reset() }
    return try query.step() ? query.int64(0) : nil
  }

  // MARK: The audit

  private func write(_ record: AuditRecord) throws(StoreFault) {
    // The chain goes on from the head, not from the last row there is: a row that somebody took
    // away, or added, stays missed or noticed.
    let chain = if let known = chain { known } else { try Chain(connection) }
    let row = AuditRow(
      record, id: chain.next, run: run, roast: try roastGoingOn(),
      previousHash: chain.head.hash)
    let insert = try connection.statement(AuditRow.insert)
    row.bind(to: insert)
    try insert.run()
    self.chain = Chain(head: AuditHead(id: row.id, hash: row.hash), isTold: false)
  }

  /// Keeps the head, with the rows that it follows from.
  func tellHead() throws(StoreFault) {
    guard let chain, !chain.isTold else { return }
    try set(AuditHead.key, to: chain.head.json.text)
    self.chain = Chain(head: chain.head, isTold: true)
  }

  /// Says that this file took the place of one whose audit ended there, unless its own ends there.
  func goOn(
    after head: AuditHead, _ facts: [(key: String, value: JSON)]
  ) throws(StoreFault) {
    guard try AuditHead.kept(connection) != head else { return }
    let now = Moment(
      monotonic: MonotonicTime(nanoseconds: SystemClock.now), wall: SystemClock.wall)
    let detail: JSON = .object(
      [("why", .string("another file"))] + facts + [("earlier_audit", head.json)])
    try write(AuditRecord(at: now, actor: .restart, action: .restart, detail: detail))
    try tellHead()
  }

  /// The end of the chain while it is written to.
  struct Chain {
    let head: AuditHead
    let next: Int64
    /// Whether the settings know it.
    let isTold: Bool

    init(head: AuditHead, isTold: Bool) {
      (self.head, self.isTold) = (head, isTold)
      next = head.id + 1
    }

    init(_ connection: Connection) throws(StoreFault) {
      head = try AuditHead.kept(connection) ?? AuditHead.none
      let last = try connection.integer("SELECT max(id) FROM audit WHERE id < \(Ids.end)") ?? 0
      next = max(head.id, last) + 1
      isTold = true
    }
  }
}

extension Proposal {
  /// What it is counted as.
  fileprivate var kindName: String {
    steps.count == 1 ? steps[0].command.kind.rawValue : Archive.sequenceKind
  }
}
