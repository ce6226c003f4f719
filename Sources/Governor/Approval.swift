import Roaster

/// That a proposal may run, by whose leave, and until when. Only `Policy` makes one, by judging; what
/// the store keeps of it is for people to read, and does not come back as one.
public struct Approval: Equatable, Sendable {
  public let proposal: Int64
  /// What was approved; a proposal that has another hash was exchanged.
  public let hash: [UInt8]
  /// The state it was judged in.
  public let state: RoasterState
  public let approver: Approver
  /// What a person has said, beside yes.
  public let words: Set<PersonsWord>
  public let expires: MonotonicTime

  /// By whose leave.
  public enum Approver: Equatable, Sendable {
    case person(Actor)
    /// Nobody stopped it while they could.
    case unvetoed
    /// The level asks nobody.
    case level
  }

  init(
    proposal: Int64, hash: [UInt8], state: RoasterState, approver: Approver,
    words: Set<PersonsWord>, expires: MonotonicTime
  ) {
    self.proposal = proposal
    self.hash = hash
    self.state = state
    self.approver = approver
    self.words = words
    self.expires = expires
  }
}

extension Approval {
  /// The approval as programs read it and as the store keeps it.
  public var json: JSON {
    .object([
      ("approver", approver.json), ("state", .string(state.name)),
      ("words", .array(words.map(\.rawValue).sorted().map(JSON.string))),
      ("hash", .string(hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())),
    ])
  }
}

extension Approval.Approver {
  /// By whose leave, as programs read it.
  public var json: JSON {
    switch self {
    case .person(let actor):
      .object([("kind", .string(actor.kind.rawValue)), ("name", .string(actor.name))])
    case .unvetoed: .object([("kind", .string("unvetoed"))])
    case .level: .object([("kind", .string("level"))])
    }
  }
}
