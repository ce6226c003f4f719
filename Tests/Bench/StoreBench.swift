import Glibc
import Roaster
import Store

/// Storing telemetry through a journal: points a second, from the queue to the committed file.
enum StoreBench {
  /// Makes an empty database at the path, or stores so many points in the one that is there.
  static func run(path: String, points: Int64) {
    do throws(StoreFault) {
      let (journal, opening) = try Journal.open(
        path: path, settings: Journal.Settings(version: "bench", pendingPoints: 1_000_000),
        now: WallTime(milliseconds: 1_795_000_000_000))
      defer { journal.close() }
      guard points > 0 else { return }
      let entries = (opening.nextTelemetry..<(opening.nextTelemetry + points)).map(entry)
      settle(journal)
      let start = ContinuousClock.now
      var next = 0
      while next < entries.count {
        // As a loop does that hands on what it has heard, and never far ahead of the disk.
        let end = min(entries.count, next + 1000)
        journal.append(Array(entries[next..<end]))
        next = end
        while journal.health.pending > 4000 { usleep(200) }
      }
      while journal.health.pending > 0 { usleep(200) }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      print("store", Double(points) / seconds)
    } catch {
      print("failed", error)
      exit(1)
    }
  }

  /// Waits until the check at the start is over, which is none of the storing.
  private static func settle(_ journal: Journal) {
    while journal.health.pending > 0 || journal.health.check == .running { usleep(1000) }
  }

  private static func entry(_ id: Int64) -> Entry {
    var wire = WireStatus()
    wire.state = 6
    wire.bean = 150 + Float(id % 64)
    wire.infrared = 170
    wire.preheatTarget = 230
    (wire.heater, wire.fan, wire.drum, wire.mainsVolts) = (7, 2, 9, 203)
    let moment = Moment(
      monotonic: MonotonicTime(nanoseconds: id * 100_000_000),
      wall: WallTime(milliseconds: 1_795_000_000_000 + id * 100))
    return .telemetry(
      id: id, Telemetry(sequence: UInt64(id), moment: moment, frame: wire.frame), roast: nil,
      rateOfRise: CelsiusPerMinute(9.5))
  }
}
