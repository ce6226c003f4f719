import Analysis
import Governor
import Roaster

/// What a fresh file is to be told when it takes the place of one that was damaged or taken away:
/// all that is known here, so that the next start misses no token, setting, open proposal or roast
/// that goes on. The audit stays with the old file; the new one's begins with where that ended.
struct CarryOver: Sendable {
  private var roast: Roast?
  private var tokens: [Int64: TokenRow]
  private var settings: [String: String]
  private var proposals: [Int64: [DeskRecord]] = [:]
  /// Where the audit ended.
  private var auditHead: AuditHead?

  /// The last roast.
  private struct Roast {
    var row: RoastRow
    var gramsOut: Double?
    var end: (at: Moment, status: RoastStatus)?
    var figures = RoastFigures()
    var findings: RoastFindings?

    mutating func change(_ edit: RoastEdit) {
      row.details = row.details.edited(edit)
      gramsOut = edit.gramsOut.applied(to: gramsOut)
    }
  }

  /// What was in the file when it was opened.
  init(_ opening: Opening) {
    roast = opening.openRoast.map { stored in
      Roast(
        row: stored.row, gramsOut: stored.gramsOut,
        end: stored.ended.map { ($0, stored.status) }, figures: stored.figures)
    }
    tokens = Dictionary(opening.tokens.map { ($0.id, $0) }) { _, last in last }
    settings = opening.settings
    auditHead = settings.removeValue(forKey: AuditHead.key).flatMap(AuditHead.init)
  }

  /// What was left of a file that was damaged when it was opened.
  init(_ remains: Database.Remains) {
    tokens = [:]
    settings = [:]
    settings[Scribe.deskKey] = remains.desk
    auditHead = remains.auditHead
  }

  /// Takes what was written since.
  mutating func note(_ entry: Entry) {
    switch entry {
    case .roastBegan(let row): roast = Roast(row: row)
    case .roastChanged(let id, let edit) where id == roast?.row.id: roast?.change(edit)
    case .roastEnded(let id, let at, let status) where id == roast?.row.id:
      roast?.end = (at, status)
    case .roastFigures(let id, let figures) where id == roast?.row.id: roast?.figures = figures
    case .roastFindings(let id, let findings) where id == roast?.row.id:
      roast?.findings = findings
    case .nextBatch(let details): settings[Scribe.nextBatchKey] = details.json.text
    case .setting(let key, let value): settings[key] = value
    case .tokenAdded(let row): tokens[row.id] = row
    case .tokenRevoked(let id, let at): tokens[id]?.revoked = at
    case .tokenUsed(let id, let at): tokens[id]?.used = at
    case .desk(let record): note(record)
    default: break
    }
  }

  private mutating func note(_ record: DeskRecord) {
    switch record {
    case .proposal(let proposal, _, _, _): proposals[proposal.id] = [record]
    case .transition(let transition):
      proposals[transition.proposal]?.append(record)
      if !transition.to.isOpen { proposals[transition.proposal] = nil }
    case .state(let state): settings[Scribe.deskKey] = state.text
    case .audit: break
    }
  }

  /// Takes where the audit ends now.
  mutating func note(_ head: AuditHead) { auditHead = head }

  /// Tells it to a file, all of it or nothing. What the file knows better stays. `setAside` is where
  /// the file of before was put.
  func tell(_ scribe: Scribe, setAside: String?) throws(StoreFault) {
    let connection = scribe.connection
    try connection.transaction { () throws(StoreFault) in
      let known = try TokenRow.all(connection)
      for row in tokens.values
      where !known.contains(where: { $0.id == row.id || $0.hash == row.hash }) {
        try scribe.add(row)
      }
      let set = try connection.settings()
      for (key, value) in settings where set[key] == nil { try scribe.set(key, to: value) }
      if let roast, try StoredRoast.of(roast.row.id, connection) == nil {
        try tell(roast, scribe)
      }
      try tellDesk(scribe, setAside)
    }
  }

  private func tellDesk(_ scribe: Scribe, _ setAside: String?) throws(StoreFault) {
    let ids = try Set(scribe.connection.texts("SELECT id FROM proposals"))
    for (id, records) in proposals.sorted(by: { $0.key < $1.key }) where !ids.contains("\(id)") {
      for record in records { try scribe.write(record) }
    }
    guard let auditHead else { return }
    try scribe.goOn(after: auditHead, [("set_aside", JSON(setAside))])
  }

  private func tell(_ roast: Roast, _ scribe: Scribe) throws(StoreFault) {
    let id = roast.row.id
    try scribe.insert(roast.row)
    if let grams = roast.gramsOut { try scribe.change(id, RoastEdit(gramsOut: .set(grams))) }
    if let (at, status) = roast.end { try scribe.end(id, at, status) }
    try scribe.put(roast.figures, of: id)
    if let findings = roast.findings { try scribe.put(findings, of: id) }
  }
}
