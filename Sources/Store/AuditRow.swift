import Governor
import Roaster

/// A row of the audit as it is kept (Specs/governor.md D1, D2).
public struct AuditRow: Equatable, Sendable {
  /// Counted from 1, without gaps.
  public let id: Int64
  /// The start of the daemon in which it was written.
  public let run: Int64
  /// The roast that was going on.
  public let roast: Int64?
  /// The proposal that it is about.
  public let proposal: Int64?
  /// When it happened, by the calendar.
  public let wall: WallTime
  /// When it happened, on a clock that starts anew with the computer.
  public let monotonic: MonotonicTime
  /// What kind of actor did it: one of `Actor.Kind`.
  public let actorKind: String
  /// Who did it.
  public let actorName: String
  /// The token or session that they came with.
  public let credential: Int64?
  /// What it tells of: one of `AuditAction`.
  public let action: String
  /// JSON, every byte of which counts.
  public let detail: String
  /// The hash of the row before; zeros in the first.
  public let previousHash: [UInt8]
  /// The hash that was written with it.
  public private(set) var hash: [UInt8]
  private let late: Int64

  /// Whether it could not be written before what it tells of was done.
  public var isLate: Bool { late != 0 }

  /// A row that follows the one of that hash.
  init(_ record: AuditRecord, id: Int64, run: Int64, roast: Int64?, previousHash: [UInt8]) {
    (self.id, self.run, self.roast, proposal) = (id, run, roast, record.proposal)
    (wall, monotonic) = (record.at.wall, record.at.monotonic)
    actorKind = record.actor.kind.rawValue
    actorName = record.actor.name
    credential = record.actor.credential
    action = record.action.rawValue
    detail = record.detail.text
    late = record.isLate ? 1 : 0
    self.previousHash = previousHash
    hash = []
    hash = trueHash
  }

  /// The columns that its hash is of: a JSON object in the order of the table.
  private var contents: JSON {
    .object([
      ("id", .integer(id)), ("run_id", .integer(run)),
      ("roast_id", roast.map(JSON.integer) ?? .null),
      ("proposal_id", proposal.map(JSON.integer) ?? .null),
      ("at_ms", .integer(wall.milliseconds)), ("at_ns", .integer(monotonic.nanoseconds)),
      ("actor_kind", .string(actorKind)), ("actor", .string(actorName)),
      ("credential_id", credential.map(JSON.integer) ?? .null), ("action", .string(action)),
      ("detail", .string(detail)), ("is_late", .integer(late)),
    ])
  }

  /// The hash that it must have: of the contents and of the previous hash.
  var trueHash: [UInt8] { SHA256.hash(Array(contents.text.utf8) + previousHash) }

  /// The row as programs read it, with all that is needed to prove it elsewhere.
  public var json: JSON {
    .object(
      (contents.members ?? []).map { $0.key == "is_late" ? ("is_late", .bool(isLate)) : $0 } + [
        ("at", .string(wall.text)),
        ("previous_hash", .string(SHA256.hex(previousHash))), ("hash", .string(SHA256.hex(hash))),
      ])
  }
}

// MARK: - On the disk

extension AuditRow {
  static let insert = """
    INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    """

  func bind(to statement: Statement) {
    statement.bind(1, id)
    statement.bind(2, run)
    statement.bind(3, roast)
    statement.bind(4, proposal)
    statement.bind(5, wall.milliseconds)
    statement.bind(6, monotonic.nanoseconds)
    statement.bind(7, actorKind)
    statement.bind(8, actorName)
    statement.bind(9, credential)
    statement.bind(10, action)
    statement.bind(11, detail)
    statement.bind(12, late)
    statement.bind(13, previousHash)
    statement.bind(14, hash)
  }

  /// What `init` reads.
  static let columns = """
    id, run_id, roast_id, proposal_id, at_ms, at_ns, actor_kind, actor, credential_id, action, \
    detail, is_late, previous_hash, hash
    """

  init(_ row: Statement) {
    id = row.integer(0)
    run = row.integer(1)
    roast = row.int64(2)
    proposal = row.int64(3)
    // Not moved to where times make sense: the hash is of what is there.
    wall = WallTime(milliseconds: row.integer(4))
    monotonic = MonotonicTime(nanoseconds: row.integer(5))
    actorKind = row.text(6) ?? ""
    actorName = row.text(7) ?? ""
    credential = row.int64(8)
    action = row.text(9) ?? ""
    detail = row.text(10) ?? ""
    late = row.integer(11)
    previousHash = row.bytes(12) ?? []
    hash = row.bytes(13) ?? []
  }

  /// Whether the texts of a row are what they are read as: bytes that are no UTF-8 are not.
  static func isExact(_ row: Statement) -> Bool {
    [6, 7, 9, 10].allSatisfy { row.isUTF8($0) }
  }
}

extension Statement {
  fileprivate func isUTF8(_ column: Int32) -> Bool {
    withBytes(column) { String(validating: $0, as: UTF8.self) != nil }
  }
}
