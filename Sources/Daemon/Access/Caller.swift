import Roaster

/// Who asks, once that is known.
public struct Caller: Hashable, Sendable {
  /// What they may do.
  public let role: Role
  /// As `uid 1000 (alice)`, or the name of the token or session.
  public let name: String
  /// The token or session they came with; nil for a user of this machine.
  public let tokenID: Int64?
  /// The user of this machine that they are, where they came with nothing else.
  public let userID: UInt32?
  /// From then on their session opens nothing; nil where there is no end.
  public let expires: WallTime?
  /// Whether a session's cookie told.
  public let isBrowser: Bool

  /// A caller of these parts.
  public init(
    role: Role, name: String, tokenID: Int64? = nil, userID: UInt32? = nil,
    expires: WallTime? = nil, isBrowser: Bool = false
  ) {
    self.role = role
    self.name = name
    self.tokenID = tokenID
    self.userID = userID
    self.expires = expires
    self.isBrowser = isBrowser
  }
}
