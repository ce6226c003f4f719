import Roaster

/// Leave to send one step, now. It cannot be copied or kept: it is minted on fresh telemetry in the
/// executor's own turn, and spending it is the only way to bytes.
public struct Permit: ~Copyable {
  private let write: Write

  init(_ write: Write) { self.write = write }

  /// The bytes that it is for.
  public consuming func spend() -> Write { write }
}
