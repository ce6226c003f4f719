import Analysis
import Driver
import Governor
import Roaster

/// Who is in the room with the machine.
final class Room {
  private(set) var person: Bystander
  private(set) var cockpit: Cockpit
  private(set) var challenger: Challenger
  private let golden: GoldenCase
  private let level: Autonomy
  private var hasSetLevel = false
  private var isPreheated = false
  private var endsAt: Double?
  /// Since when the pilot may be waited for to ask for the drop.
  private(set) var isOverdue = false

  /// What is seen after the beans have left, so that the drop is known.
  private static let tailSeconds = 20.0
  /// After a trip or a refusal nothing more is to be seen than that nothing comes of it.
  private static let stopSeconds = 15.0
  private static let abortSeconds = 240.0
  /// A person lets the beans out so long after a pilot should have asked for it.
  private static let patienceSeconds = 100.0
  private static let patienceCelsius = 10.0
  private static let longestSeconds = 1500.0

  init(person: Bystander, cockpit: Cockpit, challenger: Challenger, golden: GoldenCase) {
    self.person = person
    self.cockpit = cockpit
    self.challenger = challenger
    self.golden = golden
    level = Autonomy(name: golden.level) ?? .audit
  }

  func step(_ stack: Stack) {
    if let endsAt, stack.seconds >= endsAt { stack.isOver = true }
    if golden.expectation == .abort, !stack.chronicle.trips.isEmpty {
      endsAt = min(endsAt ?? .infinity, stack.seconds + Self.stopSeconds)
    }
    guard let state = stack.progress?.state else { return }
    if !hasSetLevel { prepare(stack) }
    if golden.start == .preheating, !isPreheated, state == .off {
      isPreheated = true
      stack.twin.perform(.prs)
    }
    if golden.start == .ready || golden.proposals.contains(where: { $0.state == "roasting" }) {
      if golden.proposals.allSatisfy({ $0.state == "roasting" }) || challenger.isSettled {
        person.step(stack)
      }
    }
    cockpit.step(stack, &person)
    challenger.step(stack)
    watch(state, stack)
  }

  private func prepare(_ stack: Stack) {
    hasSetLevel = true
    _ = stack.answer(stack.ask(.signOfLife, from: Stack.person))
    let override =
      level.isUnattended ? Desk.Override(reason: "a trial on the twin", seconds: 4 * 3600) : nil
    _ = stack.answer(
      stack.ask(
        .setLevel(level, reason: "the case says so", readiness: nil, override: override),
        from: Stack.person))
    stack.weigh(golden.grams)
  }

  /// Whether all has been seen that there is to see.
  private func watch(_ state: RoasterState, _ stack: Stack) {
    guard endsAt == nil else { return }
    let now = stack.seconds
    if state == .cooling || state == .shuttingDown {
      // What should be stopped may be only then.
      endsAt = now + (golden.expectation == .abort ? Self.abortSeconds : Self.tailSeconds)
    } else if !golden.proposals.isEmpty, challenger.isSettled {
      endsAt = now + Self.stopSeconds
    } else if golden.expectation == .abort, cockpit.handedBack != nil {
      endsAt = now + Self.abortSeconds
    } else if state == .roasting {
      seeToTheDrop(stack)
    }
  }

  /// A person drops what the pilot has forgotten, or has given back.
  private func seeToTheDrop(_ stack: Stack) {
    guard person.askedToDrop == nil, golden.proposals.isEmpty,
      let began = stack.progress?.began
    else { return }
    let seconds = stack.now.monotonic - began
    let bean = stack.status?.bean?.degrees ?? 0
    let goal = golden.target.drop
    let isLate =
      golden.target.dropSeconds.map { seconds > $0 + Self.patienceSeconds }
      ?? (seconds > Self.longestSeconds)
    let isHot = seconds > 90 && goal?.bean.map { bean > $0.degrees + Self.patienceCelsius } ?? false
    let isLeft =
      cockpit.handedBack != nil && seconds > 90
      && (goal?.bean.map { bean >= $0.degrees } ?? false)
    guard isLate || isHot || isLeft else { return }
    isOverdue = !isLeft
    person.askToDrop(stack.seconds)
  }
}
