import Driver
import Governor
import Roaster
import Shadow

/// Where a pilot sits: shows it the roast once a second, brings what it proposes to the desk as an agent
/// does, and tells it what became of that.
struct Cockpit {
  private var pilot: any Pilot
  private var lookedAt = -1.0
  private var signedAt = -1000.0
  /// The proposal that has no end yet: the tag of the wish, then its number.
  private var tag: UInt64?
  private var open: Int64?
  private var outcome: PilotOutcome?
  /// Numbers of all that it proposed.
  private(set) var proposed: [Int64] = []
  /// Why it gave the roast back, if it did.
  private(set) var handedBack: String?
  private(set) var handedBackAt: Double?

  private static let signSeconds = 3.0

  init(_ pilot: any Pilot) { self.pilot = pilot }

  /// What the pilot does now; the person hears what it asks for.
  mutating func step(_ stack: Stack, _ person: inout Bystander) {
    let now = stack.seconds
    if now - signedAt >= Self.signSeconds {
      signedAt = now
      _ = stack.answer(stack.ask(.signOfLife, from: Stack.agent))
    }
    follow(stack)
    guard handedBack == nil, now - lookedAt >= 1 - 1e-6, let sight = sight(stack) else { return }
    lookedAt = now
    for word in pilot.step(sight) {
      switch word {
      case .propose(let command, let reason):
        guard tag == nil, open == nil else { continue }
        outcome = nil
        let draft = Desk.Draft(steps: [Proposal.Step(command)], reason: reason)
        tag = stack.ask(.propose(draft), from: Stack.agent)
      case .ask(_, .load): person.askToLoad(now)
      // A notice of what is to come is asked for too: hands wait for the word now.
      case .ask(let text, .drop): if text.hasPrefix("drop now") { person.askToDrop(now) }
      case .advise: break
      case .handBack(let why):
        handedBack = why
        handedBackAt = now
      }
    }
  }

  /// What became of what it proposed.
  private mutating func follow(_ stack: Stack) {
    if let asked = tag, let answer = stack.answer(asked) {
      tag = nil
      switch answer {
      case .success(let json): open = json["id"]?.integerValue
      case .failure(.verdict(let verdict, let json)):
        if let id = json?["id"]?.integerValue { proposed.append(id) }
        outcome = .refused(verdict.findings.map(\.rule.rawValue))
      case .failure: outcome = .failed
      }
      if let open { proposed.append(open) }
    }
    guard let id = open, let told = stack.chronicle.proposal(id), !told.state.isOpen else {
      return
    }
    open = nil
    outcome = PilotOutcome(told)
  }

  private func sight(_ stack: Stack) -> PilotSight? {
    guard let status = stack.status, let progress = stack.progress, let state = progress.state,
      let heater = status.heater?.number, let fan = status.fan?.number,
      let drum = status.drum?.number
    else { return nil }
    let began = progress.began
    func seconds(_ landmark: Landmark) -> Double? {
      guard let began, let sighting = progress.landmarks[landmark] else { return nil }
      return sighting.at - began
    }
    let now = began.map { stack.now.monotonic - $0 } ?? 0
    var sight = PilotSight(
      sample: Rehearsal.Sample(
        seconds: now, bean: status.bean, infrared: status.infrared, heater: heater, fan: fan,
        drum: drum), state: state)
    sight.yellowingSeconds = seconds(.yellowing)
    sight.firstCrackSeconds = seconds(.firstCrack)
    sight.lastTouched = began.flatMap { began in
      stack.chronicle.touches.last.map { $0.at - began }
    }
    sight.hasOpenProposal = tag != nil || open != nil
    sight.lastOutcome = outcome
    return sight
  }
}

extension PilotOutcome {
  /// What a pilot is told of a proposal that has ended.
  fileprivate init(_ told: TrialChronicle.Told) {
    self =
      switch told.state {
      case .completed: .completed
      case .vetoed: .vetoed
      case .expired, .superseded: .expired
      case .rejected where !told.rules.isEmpty: .refused(told.rules.map(\.rawValue))
      case .rejected: .rejected
      default: .failed
      }
  }
}
