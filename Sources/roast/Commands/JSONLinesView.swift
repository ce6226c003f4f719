import Driver
import Roaster

/// `roast watch --json`: one telemetry point a line.
final class JSONLinesView: WatchView {
  private var shownState: LinkState?
  private var shownAt: MonotonicTime?

  func show(_ observed: Observation, after happening: SessionFeed.Happening) -> Bool {
    if case .report(.telemetry(let point), _, _) = happening {
      return write(
        point.status.members, sequence: point.sequence, at: point.moment, observed)
    }
    let silence = shownAt.map { observed.now.monotonic - $0 } ?? .infinity
    guard observed.state != .up, observed.state != shownState || silence >= 1 else { return true }
    return write(Status.unknownMembers, sequence: nil, at: observed.now, observed)
  }

  func end(_ observed: Observation) {}

  private func write(
    _ members: [(key: String, value: JSON)], sequence: UInt64?, at moment: Moment,
    _ observed: Observation
  ) -> Bool {
    let state = observed.link.state(at: moment.monotonic)
    shownState = state
    shownAt = moment.monotonic
    let age = observed.link.age(at: moment.monotonic).map { ($0 * 1000).rounded() / 1000 }
    let line = JSON.object(
      [
        ("seq", JSON(sequence.map { Int($0) })), ("time", .string(moment.wall.text)),
        ("age_seconds", JSON(age)), ("link", .string(state.rawValue)),
      ] + members)
    return Console.out(line.text + "\n")
  }
}
