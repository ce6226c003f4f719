import Analysis
import Governor
import Roaster

/// Plays a plan of levels, come what may: what was good for one roast, done again.
public struct ScheduleClerk: Pilot {
  /// A step that is refused is tried again so soon, and given up after so long.
  private static let retrySeconds = 5.0
  private static let lateSeconds = 60.0

  /// One level of the plan that is still to be set.
  private struct Item: Sendable {
    var seconds: Double
    var control: Control
    var level: Int
  }

  private var items: [Item]
  private var warden: Warden
  private var retry = -Double.infinity

  /// Plays `plan`, and asks for load and drop as the target has it.
  public init(
    plan: LevelPlan, target: Target, start: PilotStart, envelope: Envelope = Envelope()
  ) {
    items = plan.steps.flatMap { step in
      [(Control.heater, step.heater), (.fan, step.fan), (.drum, step.drum)]
        .compactMap { control, level in
          level.map { Item(seconds: step.seconds, control: control, level: $0) }
        }
    }
    warden = Warden(target: target, start: start, envelope: envelope)
  }

  /// What it says of the present; called about once a second.
  public mutating func step(_ sight: PilotSight) -> [PilotWord] {
    let outcome = warden.tether.look(sight)
    var words = warden.speak(sight, forecast: nil)
    let now = sight.sample.seconds
    guard warden.mayPropose(sight) else { return words }
    switch outcome {
    case .completed: if !items.isEmpty { items.removeFirst() }
    case .none: break
    default: retry = now + ScheduleClerk.retrySeconds
    }
    while let item = items.first,
      item.level == sight.sample.level(item.control)
        || now > item.seconds + ScheduleClerk.lateSeconds, item.seconds <= now
    {
      items.removeFirst()
    }
    guard now >= retry, let item = items.first, item.seconds <= now,
      let command = warden.tether.ask(item.control, to: item.level, sight.sample)
    else { return words }
    let from = sight.sample.level(item.control)
    words.append(
      .propose(
        command,
        reason: "\(item.control.name) \(from) to \(item.level): the plan has it at "
          + "\(clock(item.seconds))"))
    return words
  }
}
