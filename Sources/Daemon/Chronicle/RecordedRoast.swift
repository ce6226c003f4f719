import Analysis
import Roaster
import Store

/// A roast heard again from what the store keeps of it: what the machine and the recorder knew.
struct RecordedRoast: Sendable {
  var machine = RoastMachine()
  var recorder = CurveRecorder(settings: Chronicle.curveSettings)
  /// When the last of it was heard.
  private(set) var last: Moment?

  /// Hears it as it was heard live.
  init(_ steps: [ReplayStep]) {
    for step in steps { hear(step) }
  }

  func isMarked(_ landmark: Landmark) -> Bool {
    machine.progress.landmarks[landmark]?.source == .marked
  }

  private mutating func hear(_ step: ReplayStep) {
    switch step {
    case .telemetry(let point):
      let news = machine.step(point)
      _ = recorder.step(point, news, machine.progress)
      last = point.moment
    case .mark(let landmark, let at):
      // It was taken once; should the rules have changed since, it is not taken again.
      if let news = try? machine.mark(landmark, at: at) { recorder.note(news) }
    case .unmark(let landmark): recorder.note(machine.unmark(landmark))
    }
  }
}
