import Governor
import Roaster

extension Desk {
  /// What the desk hears.
  public enum Input: Sendable {
    /// Whether bytes can be carried, to whom, and whether that is a twin (P2 to P4).
    case link(isUp: Bool, Identification?, isTwin: Bool)
    /// A poll, and what the roast machine made of it.
    case telemetry(Telemetry, [RoastEvent], RoastProgress, unexplained: [LevelChange])
    /// The green weight of the batch, as far as anybody has said it.
    case batch(grams: Double?)
    /// Time has passed: ten times a second.
    case tick
    /// Somebody wants something; the answer bears the tag.
    case ask(Request, from: Actor, tag: UInt64)
    /// All that was kept before `confirm(ticket)` is on the disk, or cannot be brought there.
    case recorded(ticket: UInt64, isOnDisk: Bool)
    /// Whether the store can write.
    case ledger(isWhole: Bool)
    /// The audit does not follow from that row on (D3).
    case auditBroken(row: Int64)
    /// What became of bytes.
    case wrote(Write, WriteResult)
    /// The answer to `rehearse`.
    case rehearsed(tag: UInt64, Forecast)
  }

  /// What somebody may want of it.
  public enum Request: Sendable {
    case propose(Draft)
    /// What the rules and the model say of it, and nothing else.
    case dryRun(Draft)
    case approve(Int64, words: Set<PersonsWord>, reason: String?)
    case adopt(Int64, words: Set<PersonsWord>, reason: String?)
    case reject(Int64, reason: String?)
    case veto(Int64, reason: String?)
    case cancel(Int64, reason: String?)
    case abort(reason: String?, fire: Bool)
    /// A person has looked into it: latches, trips and breakers are given back.
    case reset(reason: String)
    case setLevel(Autonomy, reason: String, readiness: Readiness?, override: Override?)
    /// A person is there, or a pilot is alive; which, the actor's kind says.
    case signOfLife
    case acknowledge(alarm: Int64)
    /// A person at the machine lets it be tried, step by step.
    case commission(CommissioningWord)
  }

  /// What somebody proposes.
  public struct Draft: Equatable, Sendable {
    public var steps: [Proposal.Step]
    public var reason: String
    /// Sooner than it would anyway.
    public var expiresAfter: Double?
    /// What its actor names it by (L5).
    public var key: String?
    /// What a person says beside; of an agent it counts for nothing.
    public var words: Set<PersonsWord>

    /// A proposal to be made.
    public init(
      steps: [Proposal.Step], reason: String, expiresAfter: Double? = nil, key: String? = nil,
      words: Set<PersonsWord> = []
    ) {
      self.steps = steps
      self.reason = reason
      self.expiresAfter = expiresAfter
      self.key = key
      self.words = words
    }
  }

  /// A level that the record has not earned, for a while (A3).
  public struct Override: Equatable, Sendable {
    public var reason: String
    public var seconds: Double

    /// One for that reason and so long.
    public init(reason: String, seconds: Double) {
      self.reason = reason
      self.seconds = seconds
    }
  }
}
