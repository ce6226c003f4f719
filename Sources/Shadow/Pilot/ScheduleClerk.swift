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
    /// From when on it could be set: it is given up some time after that.
    var due: Double
  }

  private var items: [Item]
  private var warden: Warden
  private var retry = -Double.infinity
  private var hasBegun = false

  /// Plays `plan`, and asks for load and drop as the target has it.
  public init(
    plan: LevelPlan, target: Target, start: PilotStart, envelope: Envelope = Envelope()
  ) {
    items = plan.steps.flatMap { step in
      [(Control.heater, step.heater), (.fan, step.fan), (.drum, step.drum)]
        .compactMap { control, level in
          level.map {
            Item(seconds: step.seconds, control: control, level: $0, due: step.seconds)
          }
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
    begin(at: now)
    switch outcome {
    case .completed: if !items.isEmpty { items.removeFirst() }
    case .none: break
    default: retry = now + ScheduleClerk.retrySeconds
    }
    while let item = items.first, item.seconds <= now {
      let isThere = item.level == sight.sample.level(item.control)
      guard isThere || now > item.due + ScheduleClerk.lateSeconds else { break }
      items.removeFirst()
      if !isThere {
        words.append(
          .advise(
            "\(item.control.name) \(item.level), which the plan has at \(clock(item.seconds)), could "
              + "not be set and is left out", .urgent))
      }
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

  /// Who joins late sets what the plan would have by now, and nothing of before.
  private mutating func begin(at now: Double) {
    guard !hasBegun else { return }
    hasBegun = true
    let past = items.filter { $0.seconds < now }
    let standing = Control.allCases.compactMap { control in past.last { $0.control == control } }
    items =
      standing.map { item in
        var late = item
        late.due = now
        return late
      } + items.filter { $0.seconds >= now }
  }
}
