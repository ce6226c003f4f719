/// Who wants something, as the door has found out; never as a request says of itself.
public struct Actor: Hashable, Sendable {
  /// What kinds of actors rules tell apart.
  public enum Kind: String, CaseIterable, Sendable { case person, agent, system }

  public let kind: Kind
  /// As people know them: a token's name, `uid 1000 (alice)`, or what part of the daemon it is.
  public let name: String
  /// The token or session that they came with, if they did.
  public let credential: Int64?

  /// An actor of that kind and name.
  public init(_ kind: Kind, name: String, credential: Int64? = nil) {
    self.kind = kind
    self.name = name
    self.credential = credential
  }

  /// The daemon's own watch over the machine.
  public static let watch = Actor(.system, name: "watch")
  /// The daemon putting in order what an earlier life of it left.
  public static let restart = Actor(.system, name: "restart")
}
