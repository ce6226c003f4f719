import Driver
import Roaster

/// Makes an observation of what a session of our own reports.
struct DeviceObserver {
  private(set) var observed: Observation
  private(set) var link = Link()
  private var machine = RoastMachine()
  /// The programs that hold a busy roaster; looked up once each time it turns out to be busy.
  private var holders: [String] = []
  private let findHolders: () -> [String]

  init(
    now: Moment, provenance: String? = nil, findHolders: @escaping () -> [String] = { [] }
  ) {
    observed = Observation(
      now: now, provenance: provenance,
      link: ShownLink(Link(), at: now.monotonic, holders: []))
    self.findHolders = findHolders
  }

  /// Takes in what happened; nil when a person asked for the end.
  mutating func take(_ happening: SessionFeed.Happening) -> WatchNews? {
    var news = WatchNews.other
    switch happening {
    case .interrupted:
      return nil
    case .tick(let moment):
      observed.now = moment
      news = .tick
    case .report(let report, let link, let moment):
      if link.phase == .busy, self.link.phase != .busy { holders = findHolders() }
      self.link = link
      observed.now = moment
      if case .telemetry(let point) = report { news = .point(take(point)) }
    }
    observed.link = shown(at: observed.now.monotonic)
    return news
  }

  private mutating func take(_ point: Telemetry) -> WatchedPoint {
    let reading = point.status.isValid ? ShownReading(point.status) : nil
    let new = machine.step(point)
    observed.points += 1
    observed.events.append(contentsOf: new)
    observed.trail.take(
      reading, at: point.moment.monotonic,
      beginsRoast: new.contains { $0.kind == .roastBegan })
    observed.lastValid = reading ?? observed.lastValid
    observed.rateOfRise = machine.rateOfRise
    observed.phases = machine.progress.phases.map { PhaseTimes($0) } ?? PhaseTimes()
    return WatchedPoint(
      sequence: Int64(clamping: point.sequence), moment: point.moment,
      link: shown(at: point.moment.monotonic), members: point.status.members, reading: reading)
  }

  private func shown(at now: MonotonicTime) -> ShownLink {
    ShownLink(link, at: now, holders: holders)
  }
}
