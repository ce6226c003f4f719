/// What somebody may do.
public enum Role: String, CaseIterable, Sendable {
  /// Reads.
  case viewer
  /// A program: reads and proposes.
  case agent
  /// A person: marks, edits and approves as well.
  case `operator`
  /// A person at the machine's own socket: gives and takes away access as well.
  case owner

  /// Whether it may do what the other may.
  public func includes(_ other: Role) -> Bool { rank >= other.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .agent: 1
    case .operator: 2
    case .owner: 3
    }
  }
}
