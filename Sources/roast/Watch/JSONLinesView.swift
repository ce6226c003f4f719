import Roaster

/// `roast watch --json`: one telemetry point a line.
final class JSONLinesView: WatchView {
  private var shownState: String?
  private var shownAt: MonotonicTime?

  func show(_ observed: Observation, after news: WatchNews) -> Bool {
    if case .point(let point) = news {
      return write(
        point.members, sequence: point.sequence, at: point.moment, point.link)
    }
    let silence = shownAt.map { observed.now.monotonic - $0 } ?? .infinity
    guard !observed.link.isUp, observed.link.word != shownState || silence >= 1 else { return true }
    return write(Status.unknownMembers, sequence: nil, at: observed.now, observed.link)
  }

  func end(_ observed: Observation) {}

  private func write(
    _ members: [(key: String, value: JSON)], sequence: Int64?, at moment: Moment,
    _ link: ShownLink
  ) -> Bool {
    shownState = link.word
    shownAt = moment.monotonic
    let line = JSON.object(
      [
        ("seq", sequence.map(JSON.integer) ?? .null), ("time", .string(moment.wall.text)),
        ("age_seconds", JSON(link.age.map { ($0 * 1000).rounded() / 1000 })),
        ("link", .string(link.word)),
      ] + members)
    return Console.out(line.text + "\n")
  }
}
