import Analysis
import Roaster
import Store

/// A roast heard again from what the store keeps of it: what the machine and the recorder knew.
struct RecordedRoast: Sendable {
  var machine = RoastMachine()
  var recorder = CurveRecorder(settings: Chronicle.curveSettings)
  /// When the last of it was heard, on the clock that it is heard by.
  private(set) var last: Moment?

  /// Hears it as if the clock had always shown so many nanoseconds more.
  init(_ steps: [ReplayStep], shiftedBy shift: Int64 = 0) {
    for step in steps { hear(step, shift) }
  }

  func isMarked(_ landmark: Landmark) -> Bool {
    machine.progress.landmarks[landmark]?.source == .marked
  }

  private mutating func hear(_ step: ReplayStep, _ shift: Int64) {
    switch step {
    case .telemetry(let old):
      let moment = old.moment.shifted(by: shift)
      let point = Telemetry(sequence: old.sequence, moment: moment, frame: old.frame)
      let news = machine.step(point)
      _ = recorder.step(point, news, machine.progress)
      last = moment
    case .mark(let landmark, let at):
      // It was taken once; should the rules have changed since, it is not taken again.
      let at = MonotonicTime(nanoseconds: at.nanoseconds + shift)
      if let news = try? machine.mark(landmark, at: at) { recorder.note(news) }
    case .unmark(let landmark): recorder.note(machine.unmark(landmark))
    }
  }
}

extension Moment {
  /// The same instant by a monotonic clock that shows so many nanoseconds more.
  func shifted(by nanoseconds: Int64) -> Moment {
    Moment(
      monotonic: MonotonicTime(nanoseconds: monotonic.nanoseconds + nanoseconds), wall: wall)
  }
}
