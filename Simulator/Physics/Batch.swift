/// Green beans on their way into the drum.
///
/// The range of weights is where the integration stays finite, not where it is true:
/// only 375 to 454 g has been seen often (Specs/physics.md, P20).
public struct Batch: Sendable, Equatable {
  /// Accepted weights.
  public static let grams = 50.0...1200.0

  /// Green weight.
  public let grams: Double
  /// Heat capacity of this bean over the usual one: the note's kappa.
  public let factor: Double
  /// Water over dry weight.
  public let moisture: Double
  /// Temperature before the charge; nil means the room's.
  public let celsius: Double?

  /// Describes a batch; the defaults are those of the fit.
  public init(grams: Double, factor: Double = 1, moisture: Double = 0.12, celsius: Double? = nil)
    throws(PhysicsError)
  {
    guard Batch.grams.contains(grams), factor > 0.3, factor < 3, moisture >= 0, moisture < 0.5
    else { throw .batchOutOfRange(grams: grams, factor: factor, moisture: moisture) }
    self.grams = grams
    self.factor = factor
    self.moisture = moisture
    self.celsius = celsius
  }

  /// Weight without water.
  var dryKilograms: Double { grams / 1000 / (1 + moisture) }
}
