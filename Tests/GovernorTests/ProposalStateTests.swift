import Governor
import Testing

/// The table of a proposal's life.
struct ProposalStateTests {
  @Test func `what has ended stays so, and everything open can end`() {
    let ends: Set<ProposalState> = [
      .completed, .rejected, .vetoed, .expired, .failed, .aborted, .superseded,
    ]
    for state in ProposalState.allCases {
      #expect(state.isOpen == !ends.contains(state))
      #expect(!state.successors.contains(state))
      if state.isOpen { #expect(state.successors.isSuperset(of: [.expired, .aborted])) }
    }
  }
}
