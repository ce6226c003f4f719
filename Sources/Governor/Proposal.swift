import Roaster

/// What somebody wants the roaster to do, and why. It does not change once it is made.
public struct Proposal: Equatable, Sendable {
  public let id: Int64
  /// One command, or several that are approved as a whole.
  public let steps: [Step]
  public let actor: Actor
  /// Why. Nobody moves a hot machine without saying it.
  public let reason: String
  /// The batch in which it was made; with the next one it expires.
  public let batch: Int
  public let made: Moment
  /// From then on it is worth nothing; an approval may end sooner.
  public let expires: MonotonicTime
  /// What its actor names it by, so that the same wish sent twice is one.
  public let key: String?

  /// A command, and what must come about before it is done.
  public struct Step: Equatable, Sendable {
    public let command: Command
    public let when: Condition

    /// A command, at once unless said otherwise.
    public init(_ command: Command, when: Condition = .atOnce) {
      self.command = command
      self.when = when
    }
  }

  /// What a step waits for. All but `after` are of the roast in progress.
  public enum Condition: Equatable, Sendable {
    case atOnce
    /// So long after the step before it was done.
    case after(seconds: Double)
    case roast(seconds: Double)
    case bean(Celsius)
    case infrared(Celsius)
  }

  /// A proposal of these parts.
  public init(
    id: Int64, steps: [Step], actor: Actor, reason: String, batch: Int, made: Moment,
    expires: MonotonicTime, key: String? = nil
  ) {
    self.id = id
    self.steps = steps
    self.actor = actor
    self.reason = reason
    self.batch = batch
    self.made = made
    self.expires = expires
    self.key = key
  }

  /// What an approval is bound to: everything that could be exchanged behind the approver's back.
  public var hash: [UInt8] { SHA256.hash(Array(contents.text.utf8)) }

  private var contents: JSON {
    .object([
      ("id", .integer(id)), ("steps", stepsJSON), ("actor", .string(actor.kind.rawValue)),
      ("name", .string(actor.name)), ("credential", actor.credential.map(JSON.integer) ?? .null),
      ("reason", .string(reason)), ("batch", JSON(batch)),
      ("made", .integer(made.monotonic.nanoseconds)),
      ("expires", .integer(expires.nanoseconds)), ("key", JSON(key)),
    ])
  }

  /// The steps as programs read them and as the store keeps them.
  public var stepsJSON: JSON { .array(steps.map(\.json)) }
}

extension Proposal.Step {
  /// The step as programs read it.
  public var json: JSON { .object((command.json.members ?? []) + [("when", when.json)]) }
}

extension Proposal.Condition {
  /// The condition as programs read it.
  public var json: JSON {
    switch self {
    case .atOnce: .null
    case .after(let seconds): .object([("after_seconds", .number(seconds))])
    case .roast(let seconds): .object([("roast_seconds", .number(seconds))])
    case .bean(let celsius): .object([("bean_celsius", .number(celsius.degrees))])
    case .infrared(let celsius): .object([("ibts_celsius", .number(celsius.degrees))])
    }
  }
}
