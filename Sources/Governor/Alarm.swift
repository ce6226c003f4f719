import Roaster

/// Something that a person should look at. It writes nothing.
public struct Alarm: Equatable, Sendable {
  public let kind: Kind

  /// What alarms there are; the raw value is the code in JSON and in the store.
  public enum Kind: String, CaseIterable, Sendable {
    case noHeat = "no_heat"
    case heatWithoutCommand = "heat_without_command"
    case riseHigh = "rise_high"
    case fanNotFollowing = "fan_not_following"
    case boardHot = "board_hot"
    case beansNotCharged = "beans_not_charged"
    case beansStillInDrum = "beans_still_in_drum"
    case heatUnattended = "heat_unattended"
    case levelLowered = "level_lowered"
    case abortWaits = "abort_waits"
    case auditBroken = "audit_broken"
    case stateLost = "state_lost"
  }

  /// An alarm of that kind.
  public init(_ kind: Kind) { self.kind = kind }

  /// What is the matter.
  public var text: String {
    switch kind {
    case .noHeat: "The heater is on, and nothing gets warmer."
    case .heatWithoutCommand: "The heater reads off, and it gets hotter."
    case .riseHigh: "The beans heat up too fast."
    case .fanNotFollowing: "The fan does not turn as fast as its level says."
    case .boardHot: "The control board is hot."
    case .beansNotCharged: "The roast runs, and no beans fell into the drum."
    case .beansStillInDrum: "Cooling runs, and the beans are still in the drum."
    case .heatUnattended: "The heater is on, and nobody is steering."
    case .levelLowered: "The autonomy level was lowered."
    case .abortWaits: "The abort cannot reach the roaster: it is not connected."
    case .auditBroken: "The audit was changed, or part of it is missing."
    case .stateLost: "Whether an abort or a trip was latched could not be read."
    }
  }

  /// What to do.
  public var action: String {
    switch kind {
    case .noHeat: "Look whether the roaster heats. If not, end the roast and find out why."
    case .heatWithoutCommand:
      "Open the door and drop the beans. If it still gets hotter, pull the mains plug."
    case .riseHigh: "Lower the heater, or be ready to drop the beans."
    case .fanNotFollowing: "Look whether the fan turns. If not, abort and drop the beans."
    case .boardHot: "Look whether the roaster's air inlets are free, and give it time to cool."
    case .beansNotCharged: "Load the beans now, or end the roast at the panel."
    case .beansStillInDrum: "Open the door and drop the beans now."
    case .heatUnattended: "Take over at the panel, set the level that you want, or abort."
    case .levelLowered: "See why, and raise the level again if that is right."
    case .abortWaits: "Turn the heater down at the panel, or pull the mains plug."
    case .auditBroken:
      "Run `roast audit verify`, find out who could write to the store, then reset."
    case .stateLost: "Look at the roaster, and see in the audit what happened last, then reset."
    }
  }

  /// The alarm as programs read it.
  public var json: JSON {
    .object([
      ("code", .string(kind.rawValue)), ("text", .string(text)), ("action", .string(action)),
    ])
  }
}
