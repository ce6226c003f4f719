/// What is to be done to the levels, and when.
///
/// A level that no step names stays as it is.
public struct LevelPlan: Equatable, Sendable {
  /// A moment at which levels change.
  public struct Step: Equatable, Sendable {
    /// Roast second.
    public var seconds: Double
    public var heater: Int?
    public var fan: Int?
    public var drum: Int?

    /// The levels that change at a roast second; nil stays.
    public init(seconds: Double, heater: Int? = nil, fan: Int? = nil, drum: Int? = nil) {
      self.seconds = seconds
      self.heater = heater
      self.fan = fan
      self.drum = drum
    }
  }

  /// Ascending; those of the past are ignored.
  public var steps: [Step]

  /// The levels as they are, until they change by these steps.
  public init(_ steps: [Step] = []) { self.steps = steps }
}
