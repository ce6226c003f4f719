import Roaster

/// Watches whether the roaster does what its levels say: alarms that begin and end, and trips
/// (Specs/governor.md, sections "Trips" and "Alarms").
public struct EffectWatch: Sendable {
  /// News of an alarm or a trip.
  public enum Sign: Equatable, Sendable {
    case began(Alarm.Kind, facts: JSON)
    case ended(Alarm.Kind)
    case trip(Trip, facts: JSON)
  }

  /// Nothing heard yet.
  public init(envelope: Envelope = Envelope()) { self.envelope = envelope }

  private let envelope: Envelope

  /// Takes one poll, and what the machine made of it.
  public mutating func step(
    _ point: Telemetry, _ news: [RoastEvent], _ progress: RoastProgress
  ) -> [Sign] { [] }
}
