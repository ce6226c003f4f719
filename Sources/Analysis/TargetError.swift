/// Why a text is no target: where in it, and what was expected there.
public struct TargetError: Error, Equatable, Sendable {
  /// The path of keys, as `course[3].bean_celsius`.
  public let place: String
  /// What is wrong, for people.
  public let problem: String

  /// A problem at a place.
  public init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }
}
