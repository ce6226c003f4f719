import Roaster

/// The events of a batch that stand: what is revised takes the place of what was told before, what
/// is withdrawn goes.
public struct StandingEvents: Equatable, Sendable {
  /// In the order in which they were told.
  public private(set) var events: [RoastEvent] = []

  /// Nothing has been told.
  public init() {}

  /// What stands of these, told in this order.
  public init(_ told: [RoastEvent]) {
    for event in told { note(event) }
  }

  /// Takes what is told.
  public mutating func note(_ event: RoastEvent) {
    switch event.change {
    case .announced: events.append(event)
    case .revised, .withdrawn:
      events.removeAll { $0.kind == event.kind }
      if event.change == .revised { events.append(event) }
    }
  }
}
