import Roaster

/// A command before the rules of Specs/governor.md, which speak in the order of their numbers.
struct Judgement {
  let command: Command
  let actor: Actor
  let approver: Approval.Approver?
  let words: Set<PersonsWord>
  let now: Circumstances
  let envelope: Envelope
  var findings: [Finding] = []

  var state: RoasterState? { now.status?.state }

  /// Whether it would run without a person's look at it.
  var isUnasked: Bool {
    switch approver {
    case .person: false
    case .unvetoed, .level: true
    case nil: actor.kind == .agent && now.level.isUnattended
    }
  }

  /// What the roaster shows for a control.
  func level(of control: Control) -> Int? {
    switch control {
    case .heater: now.status?.heater?.number
    case .fan: now.status?.fan?.number
    case .drum: now.status?.drum?.number
    }
  }

  /// By how much the command moves its control; nil for a press, and where the level is unknown.
  var move: (control: Control, from: Int, to: Int)? {
    guard let (control, target) = command.setting, let present = level(of: control) else {
      return nil
    }
    return (control, present, target)
  }

  /// By how many levels it raises the heater; nil when it does not.
  var rise: Int? {
    guard let move, move.control == .heater, move.to > move.from else { return nil }
    return move.to - move.from
  }

  mutating func object(
    _ rule: Rule, _ text: String, _ facts: [(key: String, value: JSON)] = []
  ) {
    findings.append(Finding(rule, text, facts))
  }
}
