import Roaster

/// Bytes that may leave for the roaster: what a spent permit leaves behind. Only this module makes
/// one, and nothing else that moves the machine can be sent.
public struct Write: Equatable, Sendable {
  public let actuation: Actuation
  public let purpose: Purpose
  /// Later than this they are not sent: what they were decided on is too old. An abort never is.
  public let notAfter: MonotonicTime?

  /// What it belongs to.
  public enum Purpose: Equatable, Sendable {
    /// A step of a proposal: the audit's number for it.
    case proposal(Int64, audit: Int64)
    /// A step of an abort.
    case abort
  }

  init(_ actuation: Actuation, _ purpose: Purpose, notAfter: MonotonicTime?) {
    self.actuation = actuation
    self.purpose = purpose
    self.notAfter = notAfter
  }

  /// The exact bytes; a permit is never minted for what has none.
  public var bytes: [UInt8] { actuation.bytes ?? [] }
}
