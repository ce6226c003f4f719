import Roaster

/// What could not be kept, from when to when, and why.
public struct Loss: Equatable, Sendable {
  /// How it was lost.
  public enum Kind: String, Sendable {
    /// Too much waited while nothing could be written.
    case dropped
    /// It broke a rule of the schema.
    case refused
    /// The daemon was not running.
    case away
  }

  public var kind: Kind
  public var roast: Int64?
  public var from: WallTime?
  public var to: WallTime?
  /// Polls.
  public var points: Int
  /// Everything else.
  public var others: Int
  public var reason: String?

  /// A loss of these parts.
  public init(
    kind: Kind, roast: Int64? = nil, from: WallTime? = nil, to: WallTime? = nil, points: Int = 0,
    others: Int = 0, reason: String? = nil
  ) {
    self.kind = kind
    self.roast = roast
    self.from = from
    self.to = to
    self.points = points
    self.others = others
    self.reason = reason
  }

  /// Counts one more.
  mutating func note(_ entry: Entry) {
    if case .telemetry(_, _, let roast, _) = entry {
      points += 1
      self.roast = roast ?? self.roast
    } else {
      others += 1
    }
    guard let wall = entry.wall else { return }
    from = min(from ?? wall, wall)
    to = max(to ?? wall, wall)
  }
}
