import Roaster

/// What going through the audit's chain of hashes found.
public enum AuditCheck: Equatable, Sendable {
  /// So many rows follow each other, the first of them `from`, up to the head.
  case whole(from: Int64, rows: Int64, head: AuditHead)
  /// The first row that does not follow, and why.
  case broken(row: Int64, Breach)

  /// What is wrong with a row.
  public enum Breach: String, CaseIterable, Sendable {
    /// There is none of that number, though there is a later one, or the head says so.
    case missing
    /// It does not carry the hash of the one before it.
    case doesNotFollow = "does_not_follow"
    /// Its hash is not that of what it says.
    case changed
    /// The head says that the audit ends before it.
    case afterHead = "after_head"
    /// The head says that the audit ends here, with another hash.
    case notTheHead = "not_the_head"
    /// Nothing says where the audit ends.
    case withoutHead = "without_head"
  }

  /// The row that does not follow.
  public var brokenRow: Int64? {
    if case .broken(let row, _) = self { row } else { nil }
  }

  /// What was found, for people.
  public var text: String {
    switch self {
    case .whole(_, 0, _): "the audit is empty"
    case .whole(let from, let rows, let head):
      "\(rows) rows follow each other, from \(from) to \(head.id)"
    case .broken(let row, let breach):
      switch breach {
      case .missing: "row \(row) is missing"
      case .doesNotFollow: "row \(row) does not follow the one before it"
      case .changed: "row \(row) was changed"
      case .afterHead: "row \(row) was added behind the end"
      case .notTheHead: "row \(row) is not the last that was written"
      case .withoutHead: "row \(row) is the last, and nothing says that it should be"
      }
    }
  }

  /// What was found, as programs read it.
  public var json: JSON {
    switch self {
    case .whole(let from, let rows, let head):
      .object([
        ("whole", .bool(true)), ("from", .integer(from)), ("rows", .integer(rows)),
        ("head", head.json), ("text", .string(text)),
      ])
    case .broken(let row, let breach):
      .object([
        ("whole", .bool(false)), ("row", .integer(row)), ("breach", .string(breach.rawValue)),
        ("text", .string(text)),
      ])
    }
  }
}

extension AuditCheck {
  /// Goes through the rows from that one on; what the one before it says of itself is believed.
  static func of(_ connection: Connection, from first: Int64 = 1) throws(StoreFault) -> AuditCheck {
    let head = try AuditHead.kept(connection)
    guard var last = try start(connection, before: first) else {
      return .broken(row: first - 1, .missing)
    }
    var rows: Int64 = 0
    let query = try connection.statement(
      "SELECT \(AuditRow.columns) FROM audit WHERE id >= ?1 ORDER BY id")
    query.bind(1, first == 1 ? .min : first)
    defer { query.reset() }
    while try query.step() {
      let row = AuditRow(query)
      if let breach = breach(row, AuditRow.isExact(query), after: last, head) {
        return .broken(row: breach == .missing ? last.id + 1 : row.id, breach)
      }
      last = AuditHead(id: row.id, hash: row.hash)
      rows += 1
    }
    if let breach = ending(last, head) {
      return .broken(row: breach == .missing ? last.id + 1 : last.id, breach)
    }
    return .whole(from: first, rows: rows, head: last)
  }

  /// The last rows alone: what is done before a start, which waits for it.
  static func ofLast(
    _ count: Int64, _ connection: Connection
  ) throws(StoreFault) -> AuditCheck {
    let last = try connection.integer("SELECT max(id) FROM audit WHERE id < \(Ids.end)") ?? 0
    return try of(connection, from: max(1, last - count + 1))
  }

  private static func start(
    _ connection: Connection, before first: Int64
  ) throws(StoreFault) -> AuditHead? {
    guard first > 1 else { return AuditHead.none }
    let query = try connection.statement("SELECT hash FROM audit WHERE id = ?1")
    query.bind(1, first - 1)
    defer { query.reset() }
    return try query.step() ? AuditHead(id: first - 1, hash: query.bytes(0) ?? []) : nil
  }

  private static func breach(
    _ row: AuditRow, _ isExact: Bool, after last: AuditHead, _ head: AuditHead?
  ) -> Breach? {
    if row.id <= 0 { return .doesNotFollow }
    if row.id != last.id + 1 { return .missing }
    if row.previousHash != last.hash { return .doesNotFollow }
    if !isExact || row.hash != row.trueHash { return .changed }
    if let head, row.id > head.id { return .afterHead }
    return nil
  }

  private static func ending(_ last: AuditHead, _ head: AuditHead?) -> Breach? {
    guard let head else { return last.id == 0 ? nil : .withoutHead }
    if head.id > last.id { return .missing }
    return head == last ? nil : .notTheHead
  }
}

extension Archive {
  /// Goes through the chain of the audit, from a row on whose own hash is believed.
  public func verifyAudit(from first: Int64 = 1) throws(StoreFault) -> AuditCheck {
    try read { (connection) throws(StoreFault) in
      try AuditCheck.of(connection, from: max(1, first))
    }
  }
}
