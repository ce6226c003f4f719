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

  /// How it was lost.
  public var kind: Kind
  /// The roast it is missing in.
  public var roast: Int64?
  /// The time of the first that is missing.
  public var from: WallTime?
  /// The time of the last that is missing.
  public var to: WallTime?
  /// Polls.
  public var points: Int
  /// Everything else.
  public var others: Int
  /// Why.
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

  /// The loss as programs read it, among those of its roast.
  public var json: JSON {
    .object([
      ("kind", .string(kind.rawValue)),
      ("from", JSON(from?.text)),
      ("to", JSON(to?.text)),
      ("points", JSON(points)),
      ("others", JSON(others)),
      ("reason", JSON(reason)),
    ])
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
