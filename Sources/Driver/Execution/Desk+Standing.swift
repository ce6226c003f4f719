import Governor
import Roaster

extension Desk {
  /// Who may do what now, and what stands in the way: for whoever shows it.
  public var standing: JSON {
    .object([
      ("level", .string(level.name)), ("text", .string(level.text)),
      ("earlier_level", JSON(earlier?.name)),
      ("override_seconds", JSON(overrideEnds.map { max(0, $0 - time) })),
      ("steering", .string(steers)), ("in_flight", executor.map { .integer($0.proposal) } ?? .null),
      ("abort", abortJSON), ("breakers", breakers.json),
      ("audit_broken_row", brokenRow.map(JSON.integer) ?? .null),
      ("presence", presence),
      (
        "open",
        .object(
          ProposalState.allCases.filter(\.isOpen).map { state in
            (key: state.rawValue, value: JSON(matters.count { $0.state == state }))
          })
      ),
    ])
  }

  /// The open proposals, the oldest first.
  public var proposals: [JSON] { matters.map { $0.json(now: time) } }

  /// Who steers: whose command is in flight or goes on, else who may.
  private var steers: String {
    let running =
      matters.first { $0.proposal.id == executor?.proposal }
      ?? matters.first { $0.state == .executing }
    if let running { return running.proposal.actor.name }
    return steering.isEmpty ? "nobody" : steering.map(\.name).sorted().joined(separator: ", ")
  }
}
