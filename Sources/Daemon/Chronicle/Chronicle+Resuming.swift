import Analysis
import Roaster
import Store

/// A roast that an earlier life of the daemon left open, and what was kept of it.
public struct Unfinished: Sendable {
  let roast: StoredRoast
  let steps: [ReplayStep]

  /// A roast with no end, and what is to be heard again of it.
  public init(_ roast: StoredRoast, _ steps: [ReplayStep]) {
    self.roast = roast
    self.steps = steps
  }

  var lastPoint: Telemetry? {
    for step in steps.reversed() {
      if case .telemetry(let point) = step { return point }
    }
    return nil
  }
}

extension Chronicle {
  /// Decides, on the first reading, whether the roaster still has the roast in hand that the last
  /// life of the daemon left open. If so the record goes on, with the gap marked; else it ends
  /// where it was left.
  mutating func resumeOrClose(before point: Telemetry) -> [Effect] {
    guard let unfinished else { return [] }
    self.unfinished = nil
    let row = unfinished.roast.row
    guard let heard = unfinished.lastPoint,
      let shift = shift(of: unfinished, last: heard, to: point)
    else { return close(unfinished) }
    let recorded = RecordedRoast(unfinished.steps, shiftedBy: shift)
    (machine, recorder) = (recorded.machine, recorded.recorder)
    current = CurrentRoast(
      id: row.id, batch: machine.progress.batch, began: row.began.shifted(by: shift),
      hasEnded: machine.progress.ended != nil)
    return [.keep(.gap(roast: row.id, from: heard.moment.wall, to: point.moment.wall))]
  }

  private func close(_ unfinished: Unfinished) -> [Effect] {
    let row = unfinished.roast.row
    let recorded = RecordedRoast(unfinished.steps)
    return [
      .keep(.roastEnded(id: row.id, at: recorded.last ?? row.began, .interrupted)),
      .keep(.roastFigures(id: row.id, RoastFigures(RoastSummary(recorded.recorder.curve)))),
    ]
  }

  /// How many nanoseconds the clock of now is ahead of the record's; nil when this is not the same
  /// roaster with the same batch in hand.
  private func shift(of unfinished: Unfinished, last: Telemetry, to point: Telemetry) -> Int64? {
    guard origin.outlivesUs, unfinished.roast.row.serial == link.serial else { return nil }
    let sharesClock = unfinished.roast.row.boot == origin.clock
    let elapsed = point.moment.monotonic.nanoseconds - last.moment.monotonic.nanoseconds
    let byWall = (point.moment.wall.milliseconds - last.moment.wall.milliseconds) * 1_000_000
    let away = sharesClock ? elapsed : max(byWall, Self.least)
    guard point.status.state == .roasting else {
      // Who could tell the end of a roast after so long?
      return (0...Self.longestAbsence).contains(away) ? elapsed - away : nil
    }
    guard let byRoastClock = Self.roastClock(from: last, to: point) else { return nil }
    if sharesClock {
      return abs(away - byRoastClock) < Self.clockTolerance ? 0 : nil
    }
    // A twin's calendar may run at another speed than ours.
    let isPlausible = origin.isSimulated || abs(away - byRoastClock) < Self.clockTolerance
    return isPlausible ? elapsed - byRoastClock : nil
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
  /// Between two readings.
  private static let least: Int64 = 100_000_000
}
