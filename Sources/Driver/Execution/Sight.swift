import Roaster

/// A valid status, and what the roast machine makes of it.
struct Sight: Sendable {
  let status: Status
  /// The state believed.
  let state: RoasterState
  let at: MonotonicTime
  let news: [RoastEvent]
  /// Changes of level that nothing explains yet.
  let unexplained: [LevelChange]

  /// The level that a control shows; nil when it cannot be true.
  func level(of control: Control) -> Int? { status.level(of: control) }

  /// The changes of level that are explained by now.
  var changes: [LevelChange] {
    news.compactMap { if case .levelChanged(let change) = $0.kind { change } else { nil } }
  }

  /// Whether a hand at the panel is known to have moved a level after that time.
  func showsHand(after time: MonotonicTime) -> Bool {
    !news.isEmpty && changes.contains { $0.origin == .panel && $0.at > time }
  }
}

extension Status {
  /// The level that a control shows; nil when it cannot be true.
  func level(of control: Control) -> Int? {
    switch control {
    case .heater: heater?.number
    case .fan: fan?.number
    case .drum: drum?.number
    }
  }
}
