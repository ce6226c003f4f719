/// What the physics refuses: the caller's mistake, never the roaster's.
public enum PhysicsError: Error, Equatable, Sendable {
  /// A step must be longer than nothing and at most `Physics.longestStepSeconds`.
  case stepOutOfRange(seconds: Double)
  /// Beans were loaded on top of beans.
  case drumNotEmpty
  /// Outside what the equations stay finite for.
  case batchOutOfRange(grams: Double, factor: Double, moisture: Double)
}
