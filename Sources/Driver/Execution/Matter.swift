import Governor
import Roaster

/// A proposal on the desk, and what has become of it.
struct Matter: Sendable {
  let proposal: Proposal
  let draft: Desk.Draft
  /// The level that it was made at.
  let level: Autonomy
  /// What its own actor has said, if that is a person.
  let words: Set<PersonsWord>
  /// The batch that it ends with.
  var batch: Int
  var state = ProposalState.proposed
  var verdict: Verdict
  var forecast: Forecast?
  var approval: Approval?
  /// From then on nobody is waited for any more.
  var waitsUntil: MonotonicTime
  var veto: Window?
  /// Which step comes next, and when the one before it was done.
  var next = 0
  var stepDone: MonotonicTime?
  var outcome: Outcome?
  var readbacks: [Readback] = []
  /// Why it ended as it did, where that is not in the rest.
  var end: String?
  /// Whether the store has been given it.
  var isKept = false
  /// Who waits to hear where it went.
  var tags: [UInt64] = []

  /// The time in which it may be vetoed.
  struct Window: Sendable {
    let until: MonotonicTime
    /// The end is on the disk once this is confirmed; before that it is no window (A6).
    let ticket: UInt64
    let asked: MonotonicTime
    var isOnDisk = false
  }

  /// The step that comes next; nil when all are done.
  var step: Proposal.Step? { next < proposal.steps.count ? proposal.steps[next] : nil }

  /// Whether it is more than one command that is done at once.
  var isSequence: Bool { proposal.steps.count > 1 || proposal.steps[0].when != .atOnce }

  /// Whether nobody has looked at it.
  var isUnasked: Bool {
    switch approval?.approver {
    case .unvetoed, .level: true
    case .person, nil: false
    }
  }

  /// What is yet to be moved by it.
  var controls: Set<Control> {
    Set(proposal.steps[next...].compactMap { $0.command.setting?.control })
  }

  /// The words that a person must yet say.
  var wordsNeeded: [PersonsWord] {
    let said = words.union(approval?.words ?? [])
    return PersonsWord.allCases.filter { word in
      !said.contains(word)
        && proposal.steps.contains { step in
          if case .press(let press) = step.command { press.word == word } else { false }
        }
    }
  }

  /// Whether a step's condition has come about.
  func isDue(_ sight: Sight, began: MonotonicTime?) -> Bool {
    switch step?.when {
    case nil: false
    case .atOnce: true
    case .after(let seconds): stepDone.map { sight.at - $0 >= seconds } ?? false
    case .roast(let seconds): began.map { sight.at - $0 >= seconds } ?? false
    case .bean(let limit): sight.status.bean.map { $0 >= limit } ?? false
    case .infrared(let limit): sight.status.infrared.map { $0 >= limit } ?? false
    }
  }
}

extension Matter {
  /// The proposal as programs read it.
  func json(now: MonotonicTime) -> JSON {
    let first = proposal.steps[min(next, proposal.steps.count - 1)].command
    let waits = state == .recommended || state == .pendingApproval
    let ends = waits ? min(waitsUntil, proposal.expires) : proposal.expires
    return .object([
      ("id", .integer(proposal.id)), ("status", .string(state.rawValue)),
      (
        "actor",
        .object([
          ("kind", .string(proposal.actor.kind.rawValue)), ("name", .string(proposal.actor.name)),
        ])
      ),
      ("level", .string(level.name)), ("command", first.json), ("steps", proposal.stepsJSON),
      ("reason", .string(proposal.reason)), ("batch", JSON(proposal.batch)),
      ("made", .string(proposal.made.wall.text)),
      ("expires_seconds", state.isOpen ? .number(max(0, ends - now)) : .null),
      ("approver", approval?.approver.json ?? .null), ("verdict", verdict.json),
      ("forecast", forecast?.json ?? .null),
      ("veto_until_seconds", vetoSeconds(now)), ("outcome", JSON(outcome?.rawValue)),
      ("readback", readbacks.last?.json ?? .null), ("end", JSON(end)),
      ("words_needed", .array(wordsNeeded.map { .string($0.rawValue) })),
    ])
  }

  private func vetoSeconds(_ now: MonotonicTime) -> JSON {
    guard state == .awaitingVeto, let veto else { return .null }
    return .number(max(0, veto.until - now))
  }
}
