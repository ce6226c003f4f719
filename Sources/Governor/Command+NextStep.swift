import Roaster

extension Command {
  /// The one step towards it from what the roaster shows; nil when it is there, or when that cannot
  /// be told. Whether a press makes sense now is for the rules to say (P9).
  public func nextStep(from status: Status) -> Actuation? {
    switch self {
    case .heater(let target):
      status.heater.flatMap { $0 == target ? nil : $0 < target ? .heaterUp : .heaterDown }
    case .fan(let target):
      status.fan.flatMap { $0 == target ? nil : $0 < target ? .fanUp : .fanDown }
    case .drum(let target): status.drum.flatMap { $0 == target ? nil : .drum(target) }
    case .press: .prs
    }
  }

  /// Whether it lowers the heater from the level that the roaster shows.
  public func isLessHeat(than status: Status?) -> Bool {
    guard case .heater(let target) = self, let present = status?.heater else { return false }
    return target < present
  }
}
