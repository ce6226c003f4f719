import Driver
import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// The first part of a roast in a real database, as a daemon that was then killed left it.
struct InterruptedRoast {
  typealias Report = (Session.Report, Link, Moment)

  let path: String
  /// What is heard from then on.
  let rest: ArraySlice<Report>

  /// A daemon hears the medium roast for as long as that.
  init(
    in folder: borrowing TemporaryFolder, marked: Bool = false,
    origin: Origin = HeardRoast.origin, while goesOn: (HeardRoast) -> Bool
  ) async throws {
    path = folder.path + "/roast.db"
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_000_000))
    var heard = HeardRoast(opening, origin: origin)
    let reports = try await HeardRoast.medium.value
    var index = 0
    while goesOn(heard) {
      heard.hear([reports[index]])
      index += 1
    }
    if marked {
      heard.effects += try heard.chronicle.mark(
        .yellowing, .roastSeconds(140), author: "a", key: "tap"
      ).effects
    }
    await Self.keep(heard.entries, in: journal)
    journal.close()
    rest = reports[index...]
  }

  /// Never more at once than may wait.
  static func keep(_ entries: [Entry], in journal: Journal) async {
    for start in stride(from: 0, to: entries.count, by: 2000) {
      await withCheckedContinuation { continuation in
        journal.append(Array(entries[start..<min(start + 2000, entries.count)])) { _ in
          continuation.resume()
        }
      }
    }
  }

  /// The next daemon, over the same database.
  static func next(
    _ path: String, origin: Origin = HeardRoast.origin
  ) throws -> (HeardRoast, Journal) {
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_100_000))
    let roast = try #require(opening.openRoast)
    let steps = try Archive(path: path).replay(of: roast.row.id)
    return (HeardRoast(opening, origin: origin, unfinished: Unfinished(roast, steps)), journal)
  }

  /// The same reports, so many seconds later by both clocks.
  static func later(_ reports: some Sequence<Report>, seconds: Int64) -> [Report] {
    func moved(_ moment: Moment) -> Moment {
      Moment(
        monotonic: MonotonicTime(
          nanoseconds: moment.monotonic.nanoseconds + seconds * 1_000_000_000),
        wall: WallTime(milliseconds: moment.wall.milliseconds + seconds * 1000))
    }
    return reports.map { report, link, now in
      guard case .telemetry(let point) = report else { return (report, link, moved(now)) }
      let later = Telemetry(
        sequence: point.sequence, moment: moved(point.moment), frame: point.frame)
      return (.telemetry(later), link, moved(now))
    }
  }
}
