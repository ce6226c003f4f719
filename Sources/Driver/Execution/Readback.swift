import Roaster

/// What the roaster showed of one command (Specs/governor.md X5).
struct Readback: Equatable, Sendable {
  let command: Command
  /// The level before, or the state.
  let from: JSON
  /// The one that was shown last.
  var to: JSON
  /// Steps that left or may have.
  var sent = 0
  var lost = 0
  var doubled = 0
  /// From the bytes to their effect.
  var delays: [Int] = []

  /// Nothing sent yet.
  init(_ command: Command, from: JSON) {
    self.command = command
    self.from = from
    to = from
  }

  /// How many steps have shown what became of them.
  var answers: Int { delays.count + lost }

  var json: JSON {
    let control = command.setting?.control.name ?? "prs"
    let wanted: JSON =
      if case .press(let press) = command {
        .array(press.reaches.map { .string($0.name) })
      } else { JSON(command.setting?.level) }
    return .object([
      ("control", .string(control)), ("from", from), ("to", to), ("wanted", wanted),
      ("steps_sent", JSON(sent)), ("steps_lost", JSON(lost)), ("steps_doubled", JSON(doubled)),
      ("delays_ms", .array(delays.map { JSON($0) })),
    ])
  }
}
