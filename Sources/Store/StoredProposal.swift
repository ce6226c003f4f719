import Governor
import Roaster

/// A proposal as it is kept.
public struct StoredProposal: Equatable, Sendable {
  /// The caller's number for it.
  public let id: Int64
  /// The start of the daemon in which it was made.
  public let run: Int64
  /// The roast that it was made in.
  public let roast: Int64?
  /// The machine's count of batches in that run.
  public let batch: Int
  public let made: Moment
  public let actor: Actor
  /// The level at which it was made.
  public let level: Autonomy
  /// The kind of its one command, or `sequence`.
  public let kind: String
  /// What `Proposal.stepsJSON` wrote.
  public let steps: JSON
  public let reason: String
  public let key: String?
  public let state: ProposalState
  /// When it came into that state.
  public let since: Moment
  /// What the governor said last.
  public let verdict: JSON
  public let forecast: JSON
  public let approver: JSON
  public let outcome: String?
  public let readback: JSON
  /// Why it ended, in words.
  public let ending: String?

  /// The proposal as programs read it; what only the present knows of it is null.
  public var json: JSON {
    .object([
      ("id", .integer(id)), ("status", .string(state.rawValue)), ("actor", actor.storedJSON),
      ("level", .string(level.name)), ("command", command), ("steps", steps),
      ("reason", .string(reason)), ("key", JSON(key)), ("batch", JSON(batch)),
      ("roast_id", roast.map(JSON.integer) ?? .null), ("made", .string(made.wall.text)),
      ("since", .string(since.wall.text)), ("expires_seconds", .null),
      ("veto_until_seconds", .null), ("approver", approver), ("verdict", verdict),
      ("forecast", forecast), ("outcome", JSON(outcome)), ("readback", readback),
      ("end", JSON(ending)),
      ("words_needed", .array([])),
    ])
  }

  /// The first of its commands.
  private var command: JSON {
    let first = steps.arrayValue?.first
    return .object([
      ("kind", first?["kind"] ?? .string(kind)), ("level", first?["level"] ?? .null),
    ])
  }
}

/// That a proposal became something else, as it is kept.
public struct StoredTransition: Equatable, Sendable {
  public let at: Moment
  /// Nil for a proposal that was just made.
  public let from: ProposalState?
  public let to: ProposalState
  public let actor: Actor
  public let detail: JSON

  /// The transition as programs read it.
  public var json: JSON {
    .object([
      ("at", .string(at.wall.text)), ("from", JSON(from?.rawValue)), ("to", .string(to.rawValue)),
      ("actor", actor.storedJSON), ("detail", detail),
    ])
  }
}

/// Which proposals are asked for; what is nil does not matter.
public struct ProposalFilter: Equatable, Sendable {
  /// How many at most, the newest first.
  public var limit: Int
  /// Only those with a lower id.
  public var before: Int64?
  public var state: ProposalState?
  public var actorKind: Actor.Kind?
  public var actorName: String?
  /// A kind of command, or `sequence`.
  public var kind: String?
  /// What its actor named it by.
  public var key: String?
  public var roast: Int64?
  /// Not made earlier.
  public var from: WallTime?
  /// Made earlier.
  public var to: WallTime?

  /// A filter that lets through what is not named.
  public init(
    limit: Int = 50, before: Int64? = nil, state: ProposalState? = nil,
    actorKind: Actor.Kind? = nil, actorName: String? = nil, kind: String? = nil,
    key: String? = nil, roast: Int64? = nil, from: WallTime? = nil, to: WallTime? = nil
  ) {
    self.limit = limit
    self.before = before
    self.state = state
    self.actorKind = actorKind
    self.actorName = actorName
    self.kind = kind
    self.key = key
    self.roast = roast
    self.from = from
    self.to = to
  }
}

/// Which rows of the audit are asked for; what is nil does not matter.
public struct AuditFilter: Equatable, Sendable {
  /// How many at most.
  public var limit: Int
  /// Only those with a lower id.
  public var before: Int64?
  /// Only those with a higher id, and then the oldest first instead of the newest.
  public var after: Int64?
  public var proposal: Int64?
  public var action: AuditAction?

  /// A filter that lets through what is not named.
  public init(
    limit: Int = 50, before: Int64? = nil, after: Int64? = nil, proposal: Int64? = nil,
    action: AuditAction? = nil
  ) {
    self.limit = limit
    self.before = before
    self.after = after
    self.proposal = proposal
    self.action = action
  }
}

// MARK: - On the disk

extension StoredProposal {
  static let columns = """
    id, run_id, roast_id, batch, made_ms, made_ns, actor_kind, actor, credential_id, level, kind, \
    steps, reason, key, state, since_ms, since_ns, verdict, forecast, approver, outcome, readback, \
    ending
    """

  init(_ row: Statement) {
    id = row.integer(0)
    run = row.integer(1)
    roast = row.int64(2)
    batch = Int(row.integer(3))
    made = row.instant(wall: 4, monotonic: 5)
    actor = row.actor(kind: 6, name: 7, credential: 8)
    level = row.text(9).flatMap(Autonomy.init) ?? .assist
    kind = row.text(10) ?? ""
    steps = row.json(11)
    reason = row.text(12) ?? ""
    key = row.text(13)
    // Of what nobody knows nothing is claimed to have gone well.
    state = row.text(14).flatMap(ProposalState.init) ?? .failed
    since = row.instant(wall: 15, monotonic: 16)
    verdict = row.json(17)
    forecast = row.json(18)
    approver = row.json(19)
    outcome = row.text(20)
    readback = row.json(21)
    ending = row.text(22)
  }
}

extension StoredTransition {
  static let columns = """
    at_ms, at_ns, from_state, to_state, actor_kind, actor, credential_id, detail
    """

  /// Nil for a state that nobody knows.
  init?(_ row: Statement) {
    guard let to = row.text(3).flatMap(ProposalState.init) else { return nil }
    self.to = to
    at = row.instant(wall: 0, monotonic: 1)
    from = row.text(2).flatMap(ProposalState.init)
    actor = row.actor(kind: 4, name: 5, credential: 6)
    detail = row.json(7)
  }
}

extension Statement {
  /// Who it was, by three columns; of a kind that nobody knows, somebody who may little.
  func actor(kind: Int32, name: Int32, credential: Int32) -> Actor {
    Actor(
      text(kind).flatMap(Actor.Kind.init) ?? .agent, name: text(name) ?? "",
      credential: int64(credential))
  }

  /// A column that holds JSON; null when it does not.
  func json(_ column: Int32) -> JSON {
    text(column).flatMap { try? JSON(reading: $0.utf8) } ?? .null
  }
}

extension Actor {
  /// Who it was, as programs read it.
  fileprivate var storedJSON: JSON {
    .object([("kind", .string(kind.rawValue)), ("name", .string(name))])
  }
}
