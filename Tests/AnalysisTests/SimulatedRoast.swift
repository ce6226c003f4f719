import Analysis
import Driver
import Roaster
import Simulator
import Testing

/// What is heard of a shipped scenario, from the twin's bytes on.
struct SimulatedRoast: Sendable {
  let curves: [RoastCurve]
  let events: [RoastEvent]
  let progress: RoastProgress?

  static let medium = Task { try await SimulatedRoast("medium") }

  init(_ name: String) async throws {
    let scenario = try #require(try ShippedScenarios.named(name))
    let twin = Twin(
      scenario.workshop(seed: 1, isNoisy: true), pace: .unlimited,
      endingAfter: scenario.limitSeconds)
    var runner = SessionRunner(Session(), over: twin)
    var machine = RoastMachine()
    var recorder = CurveRecorder()
    var (curves, events): ([RoastCurve], [RoastEvent]) = ([], [])
    await runner.run { report, _ in
      guard case .telemetry(let point) = report else { return }
      let news = machine.step(point)
      events += news
      if let finished = recorder.step(point, news, machine.progress) { curves.append(finished) }
    }
    self.curves = curves + [recorder.curve]
    self.events = events
    progress = machine.progress
  }
}
