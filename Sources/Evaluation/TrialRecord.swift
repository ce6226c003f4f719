import Analysis
import Governor
import Roaster

/// What was seen of a trial, before anybody judges it.
public struct TrialRecord: Sendable {
  /// The target was refused before anything moved, with these codes.
  public var targetRefusals: [String] = []
  /// The roast as it was seen; nil when there was none.
  public var curve: RoastCurve?
  /// What the case itself proposed, and the codes that spoke against it.
  public var challenges: [(codes: [String], isMade: Bool, isMissed: Bool)] = []
  public var trips: [String] = []
  public var alarms: [String] = []
  /// Why the pilot gave the roast back.
  public var handedBack: String?
  /// What the pilot proposed: each command's kind, when it was made in roast seconds, how it ended.
  public var commands: [Order] = []
  /// Why the level fell by itself.
  public var lowered: [String] = []
  /// Whether a person had to see to the drop.
  public var isOverdue = false
  public var isAuditWhole = true

  /// A command that the pilot proposed.
  public struct Order: Equatable, Sendable {
    public let kind: Command.Kind
    /// Since the roast began.
    public let seconds: Double
    public let state: ProposalState
    public let rules: [Rule]
  }

  /// A trial of which nothing was seen.
  public init() {}

  /// A target that was refused.
  init(refused codes: [String]) { targetRefusals = codes }

  init(_ stack: Stack, _ room: Room, _ golden: GoldenCase) {
    let chronicle = stack.chronicle
    curve = chronicle.curve
    challenges = room.challenger.challenges.map {
      ($0.codes, $0.madeAt != nil, $0.isMissed)
    }
    trips = chronicle.trips
    alarms = chronicle.alarms
    handedBack = room.cockpit.handedBack
    lowered = chronicle.lowered
    isOverdue = room.isOverdue
    isAuditWhole = chronicle.isAuditWhole
    let began = chronicle.curve.origin?.monotonic ?? MonotonicTime(nanoseconds: 0)
    let mine = Set(room.cockpit.proposed)
    commands = chronicle.proposals.filter { mine.contains($0.proposal.id) }.map { told in
      Order(
        kind: told.proposal.steps[0].command.kind,
        seconds: told.proposal.made.monotonic - began, state: told.state, rules: told.rules)
    }
  }
}
