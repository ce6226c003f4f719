import Glibc
import Roaster

/// Waits until a proposal has come to its end.
struct ProposalWait {
  private let client: DaemonClient

  init(_ client: DaemonClient) { self.client = client }

  private static let pauseMicroseconds: UInt32 = 100_000
  private static let open = [
    "proposed", "recommended", "pending_approval", "approved", "awaiting_veto", "executing",
  ]

  /// The proposal as it ended; each change on the way is told on standard error.
  func end(of proposal: JSON) throws(Complaint) -> JSON {
    guard let id = proposal["id"]?.integerValue else { return proposal }
    var (latest, told) = (proposal, String?.none)
    while let status = latest.words("status"), Self.open.contains(status) {
      if status != told {
        Console.error("proposal \(id): \(status.split(separator: "_").joined(separator: " "))\n")
        told = status
      }
      usleep(Self.pauseMicroseconds)
      latest = try client.document("GET", "/v1/proposals/\(id)")
    }
    return latest
  }
}
