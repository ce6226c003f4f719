import Analysis
import Roaster
import Store

/// A roast that an earlier life of the daemon left open, or whose tail it did not hear to its end,
/// and what was kept of it.
public struct Unfinished: Sendable {
  let roast: StoredRoast
  let steps: [ReplayStep]

  /// A roast that may go on, and what is to be heard again of it.
  public init(_ roast: StoredRoast, _ steps: [ReplayStep]) {
    self.roast = roast
    self.steps = steps
  }

  var hasEnded: Bool { roast.status == .ended }

  /// Nothing later belongs to a roast that has ended.
  var tailEnd: WallTime? {
    guard hasEnded, let ended = roast.ended?.wall else { return nil }
    return WallTime(milliseconds: ended.milliseconds + Int64(Chronicle.tailSeconds * 1000))
  }

  /// The reading after which the next one comes: the last that shows the roast clock if that has to
  /// tell how long it was.
  func last(before point: Telemetry) -> Telemetry? {
    var last: Telemetry?
    for case .telemetry(let heard) in steps.reversed() {
      guard point.status.state == .roasting else { return heard }
      last = last ?? heard
      if heard.status.state == .roasting, heard.status.clockSeconds != nil { return heard }
    }
    return last
  }
}

extension Chronicle {
  /// Whether nothing can be decided by this reading: the roast clock would tell, and it cannot be
  /// read. It will be in a tenth of a second.
  mutating func mustWaitForClock(_ point: Telemetry) -> Bool {
    guard unfinished != nil, point.status.state == .roasting, point.status.clockSeconds == nil
    else {
      return false
    }
    readingsWithoutClock += 1
    return readingsWithoutClock < Self.mostReadingsWithoutClock
  }

  private static let mostReadingsWithoutClock = 50

  /// Decides, on the first reading, whether the roaster still has the roast in hand that the last
  /// life of the daemon left open. If so the record goes on, with the gap marked; else it ends
  /// where it was left.
  mutating func resumeOrClose(before point: Telemetry) -> [Effect] {
    guard let unfinished else { return [] }
    self.unfinished = nil
    let row = unfinished.roast.row
    guard let heard = unfinished.last(before: point), let away = timeAway(unfinished, heard, point)
    else {
      return close(unfinished)
    }
    let recorded = RecordedRoast(unfinished.steps)
    (machine, recorder) = (recorded.machine, recorded.recorder)
    current = CurrentRoast(
      id: row.id, batch: machine.progress.batch, began: row.began, gramsIn: row.details.gramsIn,
      beans: row.details.beans,
      hasEnded: unfinished.hasEnded)
    clock = RecordClock(
      resuming: row.boot, at: heard.moment, after: away, now: point.moment, origin)
    let now = clock.recorded(point.moment).wall
    let resumed = unfinished.tailEnd.map { min(now, $0) } ?? now
    return [.keep(.gap(roast: row.id, from: heard.moment.wall, to: resumed))]
  }

  private func close(_ unfinished: Unfinished) -> [Effect] {
    if unfinished.hasEnded { return [] }
    let row = unfinished.roast.row
    let recorded = RecordedRoast(unfinished.steps)
    let ended = Entry.roastEnded(id: row.id, at: recorded.last ?? row.began, .interrupted)
    return ([ended] + Self.kept(of: row.id, recorded.recorder.curve)).map(Effect.keep)
  }

  /// How many nanoseconds passed since the record was left; nil when this is not the same roaster
  /// with the same batch in hand.
  private func timeAway(
    _ unfinished: Unfinished, _ last: Telemetry, _ point: Telemetry
  ) -> Int64? {
    guard origin.outlivesUs, unfinished.roast.row.serial == link.serial else { return nil }
    let sharesClock = unfinished.roast.row.boot == origin.clock
    let wall = point.moment.wall.milliseconds - last.moment.wall.milliseconds
    let byWall = min(max(wall, -Self.longestByWall), Self.longestByWall) * 1_000_000
    let away =
      sharesClock
      ? point.moment.monotonic.nanoseconds - last.moment.monotonic.nanoseconds
      : max(byWall, Self.least)
    // After a roast that has ended, roasting is another one.
    if unfinished.hasEnded, point.status.state == .roasting { return nil }
    guard point.status.state == .roasting else {
      // Who could tell the end of a roast after so long?
      return (0...Self.longestAbsence).contains(away) ? away : nil
    }
    guard let byRoastClock = Self.roastClock(from: last, to: point) else { return nil }
    if sharesClock { return abs(away - byRoastClock) < Self.clockTolerance ? away : nil }
    // A calendar may lag after a start until the network sets it; it does not run ahead. A twin's
    // may run at another speed than ours.
    let isPlausible = away - byRoastClock < Self.clockTolerance || origin.isSimulated
    return isPlausible ? byRoastClock : nil
  }

  /// How much the roast clock has moved on, if this can be the same roast.
  private static func roastClock(from last: Telemetry, to point: Telemetry) -> Int64? {
    guard let before = last.status.clockSeconds, let after = point.status.clockSeconds,
      after >= before
    else { return nil }
    return max(Int64(after - before) * 1_000_000_000, least)
  }

  /// How far the time away by another clock may be from that by the roast clock.
  private static let clockTolerance: Int64 = 30_000_000_000
  private static let longestAbsence: Int64 = 1800 * 1_000_000_000
  /// Ten years, in milliseconds: far from overflow.
  private static let longestByWall: Int64 = 10 * 366 * 86_400_000
  /// Between two readings.
  private static let least: Int64 = 100_000_000
}

extension RecordClock {
  /// The clocks of a record that was left at a moment of its own and goes on now, so long after.
  fileprivate init(
    resuming name: String, at left: Moment, after away: Int64, now: Moment, _ origin: Origin
  ) {
    let nanoseconds = now.monotonic.nanoseconds - left.monotonic.nanoseconds - away
    // A machine's calendar is the true one, however the clocks were set; a twin's is not.
    let wall = now.wall.milliseconds - left.wall.milliseconds - away / 1_000_000
    self.init(
      name: name, nanoseconds: nanoseconds, wallMilliseconds: origin.isSimulated ? wall : 0)
  }
}
