import Roaster
import Store
import Testing

@testable import Daemon

/// The open proposals that are asked for, of those that the desk has.
struct OpenProposalsTests {
  private static func proposal(_ id: Int64, _ actor: String, _ kinds: String...) -> JSON {
    .object([
      ("id", .integer(id)), ("actor", .object([("kind", .string(actor))])),
      ("steps", .array(kinds.map { .object([("kind", .string($0))]) })),
    ])
  }

  private static let open = [
    proposal(1, "agent", "fan"), proposal(2, "person", "heater"),
    proposal(3, "agent", "fan", "heater"), proposal(4, "agent", "heater"),
  ]

  private func among(_ filter: ProposalFilter) -> [Int64] {
    API.among(Self.open, filter).compactMap { $0["id"]?.integerValue }
  }

  @Test func `they are filtered as the stored ones are, the newest first`() {
    #expect(among(ProposalFilter()) == [4, 3, 2, 1])
    #expect(among(ProposalFilter(limit: 2)) == [4, 3])
    #expect(among(ProposalFilter(before: 3)) == [2, 1])
    #expect(among(ProposalFilter(actorKind: .agent)) == [4, 3, 1])
    #expect(among(ProposalFilter(kind: "heater")) == [4, 2])
    #expect(among(ProposalFilter(actorKind: .agent, kind: "fan")) == [1])
    #expect(among(ProposalFilter(kind: "sequence")) == [3])
  }
}
