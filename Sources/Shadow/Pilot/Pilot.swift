import Governor
import Roaster

/// Follows a target by saying what should be done next.
///
/// It moves nothing itself: what it proposes goes the way of any agent's proposal. It owns no clock
/// and draws nothing, so the same sights give the same words (Specs/pilot.md, S1).
public protocol Pilot: Sendable {
  /// What it says of the present; called about once a second.
  mutating func step(_ sight: PilotSight) -> [PilotWord]
}

/// What a pilot sees once a second.
public struct PilotSight: Sendable {
  /// Readings and levels; seconds count from the beginning of the roast and mean nothing before it.
  public var sample: Rehearsal.Sample
  /// What the roaster says that it does.
  public var state: RoasterState
  /// Roast seconds of what was marked or seen.
  public var yellowingSeconds: Double?
  /// As yellowing.
  public var firstCrackSeconds: Double?
  /// Roast second at which a hand was last at the panel.
  public var lastTouched: Double?
  /// Whether its last proposal is still open.
  public var hasOpenProposal = false
  /// What became of its last proposal; nil while that is open, and before the first.
  public var lastOutcome: PilotOutcome?

  /// A moment of which nothing is known but readings, levels and state.
  public init(sample: Rehearsal.Sample, state: RoasterState) {
    self.sample = sample
    self.state = state
  }
}

/// What became of a proposal.
public enum PilotOutcome: Equatable, Sendable {
  /// The level was read back.
  case completed
  /// By the governor, with the codes of its rules.
  case refused([String])
  /// By a person, in the two ways that are theirs.
  case rejected, vetoed
  /// Not read back, or nobody decided in time.
  case failed, expired

  /// Whether the level may have moved all the same.
  var mayHaveMoved: Bool { self == .completed || self == .failed }
}

/// What a pilot says.
public enum PilotWord: Equatable, Sendable {
  /// What people do with their hands.
  public enum Hand: String, Sendable {
    case load, drop
  }

  /// How soon somebody should listen.
  public enum Urgency: String, Sendable {
    case calm, urgent
  }

  /// A command, and one sentence with the numbers behind it.
  case propose(Command, reason: String)
  /// A suggestion, or news of the pilot's own.
  case advise(String, Urgency)
  /// Beans are moved by people: it asks.
  case ask(String, Hand)
  /// It yields, says why, and says nothing more.
  case handBack(String)

  /// What is to be read or heard.
  public var text: String {
    switch self {
    case .propose(_, let reason): reason
    case .advise(let text, _), .ask(let text, _), .handBack(let text): text
    }
  }
}
