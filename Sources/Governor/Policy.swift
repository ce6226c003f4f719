import Roaster

/// May this command happen? Pure: the same circumstances give the same verdict.
public struct Policy: Sendable {
  public var envelope: Envelope

  /// A policy within that envelope.
  public init(envelope: Envelope = Envelope()) { self.envelope = envelope }

  /// What stands against a command of that actor now, whoever may have approved it.
  public func review(
    _ command: Command, by actor: Actor, words: Set<PersonsWord>, _ circumstances: Circumstances
  ) -> Verdict {
    Verdict()
  }
}
