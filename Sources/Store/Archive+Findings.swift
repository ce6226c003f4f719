import Analysis
import Governor
import Roaster

extension Archive {
  /// What was found in a roast's curve when it was last looked at; nil when it never was, or by
  /// another version of the analysis.
  public func findings(of roast: Int64) throws(StoreFault) -> RoastFindings? {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        "SELECT findings FROM analyses WHERE roast_id = ?1 AND version = ?2")
      query.bind(1, roast)
      query.bind(2, Int64(RoastFindings.version))
      defer { query.reset() }
      return try query.step() ? RoastFindings(json: query.json(0)) : nil
    }
  }

  /// The commands of a roast and what came of each, the oldest first.
  public func commands(of roast: StoredRoast) throws(StoreFault) -> [RoastCommand] {
    try read { (connection) throws(StoreFault) in
      let query = try connection.statement(
        "SELECT made_ns, state FROM proposals WHERE roast_id = ?1 ORDER BY id")
      query.bind(1, roast.row.id)
      var commands: [RoastCommand] = []
      while try query.step() {
        let made = MonotonicTime(nanoseconds: query.integer(0))
        // Of what nobody knows nothing is claimed to have gone well.
        let state = query.text(1).flatMap(ProposalState.init) ?? .failed
        commands.append(
          RoastCommand(
            seconds: made - roast.row.began.monotonic, outcome: RoastCommand.Outcome(state)))
      }
      return commands
    }
  }
}

extension RoastCommand.Outcome {
  fileprivate init(_ state: ProposalState) {
    self =
      switch state {
      case .completed: .completed
      case .failed: .failed
      case .rejected: .refused
      case .vetoed: .vetoed
      case .expired: .expired
      case .aborted, .superseded: .ended
      case .proposed, .recommended, .pendingApproval, .approved, .awaitingVeto, .executing: .open
      }
  }
}
