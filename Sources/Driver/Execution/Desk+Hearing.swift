import Governor
import Roaster

extension Desk {
  /// The connection has changed. Without one, what is in flight is over (X6); an abort waits (S3).
  mutating func link(_ isUp: Bool, _ identification: Identification?, _ isTwin: Bool) {
    self.identification = identification
    self.isTwin = isTwin
    isLinkUp = isUp
    guard !isUp else { return endAlarm(.abortWaits) }
    if executor != nil { finish(.timedOut) }
    for matter in matters where matter.state == .approved || matter.state == .executing {
      expire(matter.proposal.id, "the connection was lost")
    }
    if run?.phase == .stepping {
      effects.append(.withdraw)
      run?.withdrawn()
      beginAlarm(.abortWaits)
    }
  }

  /// A poll came in.
  mutating func hear(
    _ point: Telemetry, _ news: [RoastEvent], _ progress: RoastProgress,
    _ unexplained: [LevelChange]
  ) {
    let before = self.progress
    self.progress = progress
    heed(watch.step(point, news, progress))
    commissioning?.hear(point)
    guard point.status.isValid, let state = progress.state else { return }
    let sight = Sight(
      status: point.status, state: state, at: point.moment.monotonic, news: news,
      unexplained: unexplained)
    let isFirst = self.sight == nil
    self.sight = sight
    followRise(sight)
    followPanel(sight)
    followBatch(from: before, to: progress)
    sample(sight, progress)
    heedHeat(sight, isFirst: isFirst)
    if run != nil { watchAbort(sight) }
    drive(sight)
  }

  /// Counts levels gained while a step up of ours may show, whatever has become of its command (I8).
  private mutating func followRise(_ sight: Sight) {
    guard let level = sight.level(of: .heater) else { return }
    defer { shownHeater = (level, sight.at) }
    guard let shown = shownHeater, level > shown.level, let left = lastHeaterUp,
      shown.at - left < Double(patience.windowMilliseconds) / 1000
    else { return }
    let seconds = policy.envelope.rampSeconds
    record.heaterRises.removeAll { sight.at - $0.at > seconds }
    record.heaterRises.append((sight.at, level - shown.level))
  }

  private mutating func followPanel(_ sight: Sight) {
    if !sight.unexplained.isEmpty { touched = sight.at }
    guard !sight.news.isEmpty else { return }
    for change in sight.changes where change.origin == .panel {
      touched = max(touched ?? change.at, change.at)
    }
  }

  /// With the next batch all that is open expires (L4), but what has brought that batch about.
  private mutating func followBatch(from before: RoastProgress?, to progress: RoastProgress) {
    guard let before, before.batch != progress.batch else { return }
    record.inBatch = 0
    for matter in matters {
      if matter.proposal.id == executor?.proposal {
        change(matter.proposal.id) { $0.batch = progress.batch }
      } else {
        expire(matter.proposal.id, "the next batch has begun")
      }
    }
  }

  /// Keeps what a rehearsal starts from: once a second since the roast began.
  private mutating func sample(_ sight: Sight, _ progress: RoastProgress) {
    guard progress.isRoasting, let began = progress.began else {
      past = []
      return
    }
    let seconds = sight.at - began
    if let last = past.last, seconds < last.seconds { past = [] }
    guard past.last.map({ seconds - $0.seconds >= 1 }) ?? true, past.count < Self.pastLimit,
      let heater = sight.level(of: .heater), let fan = sight.level(of: .fan),
      let drum = sight.level(of: .drum)
    else { return }
    past.append(
      Rehearsal.Sample(
        seconds: seconds, bean: sight.status.bean, infrared: sight.status.infrared, heater: heater,
        fan: fan, drum: drum))
  }

  /// A model says nothing of a roast that is longer than an hour (F3).
  private static let pastLimit = 3700

  /// When beans were seen to fall in that were not seen to leave.
  var charged: MonotonicTime? {
    progress.flatMap { $0.landmarks[.dropped] == nil ? $0.landmarks[.charged]?.at : nil }
  }

  /// All that a verdict on something of that actor rests on now. While a unit is being commissioned,
  /// P4 is excused for its own proposal, and for no other (M4).
  func circumstances(for actor: Actor, of proposal: Int64? = nil) -> Circumstances {
    var all = Circumstances(now: time, level: level)
    all.isLinkUp = isLinkUp
    all.identification = identification
    all.isCommissioned =
      if let commissioning, commissioning.isUnderWay {
        proposal != nil && proposal == commissioning.proposal
      } else { isCommissioned }
    all.isLedgerWhole = isLedgerWhole
    all.status = sight?.status
    all.heard = sight?.at
    all.rateOfRise = progress?.rateOfRise
    all.hasBeans = watch.hasBeans
    all.touched = touched
    all.busyWith = executor?.proposal
    all.isAborted = latch != nil
    all.trips = trips
    all.paused = breakers.paused
    all.record = record
    all.record.inDay = dayCount
    all.personSeen = personSeen
    all.pilotSeen = pilotsSeen[actor]
    return all
  }

  /// Commands of the last 24 hours; those of before count until a day has passed since.
  private var dayCount: Int {
    let day = 86_400.0
    return commandsToday.count { time - $0 < day } + (time - opened < day ? commandsBefore : 0)
  }
}
