/// Who asks, once that is known.
public struct Caller: Hashable, Sendable {
  /// What they may do.
  public let role: Role
  /// As `uid 1000 (alice)`, or the name of the token or session.
  public let name: String
  /// The token or session they came with; nil for a user of this machine.
  public let tokenID: Int64?
  /// Whether a session's cookie told.
  public let isBrowser: Bool

  /// A caller of these parts.
  public init(role: Role, name: String, tokenID: Int64? = nil, isBrowser: Bool = false) {
    self.role = role
    self.name = name
    self.tokenID = tokenID
    self.isBrowser = isBrowser
  }
}
