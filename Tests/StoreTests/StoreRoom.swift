import CSQLite
import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Store

/// A folder with a database in it, and what tests do with that.
struct StoreRoom {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("roast.db")
  }

  static let now = WallTime(milliseconds: 1_795_000_000_000)

  /// Opens it when it is free: closing waits for 1.5 s at most, whatever else the computer does.
  func open(
    pendingPoints: Int = 6000, pendingOthers: Int = 20_000
  ) throws -> (Journal, Opening) {
    for _ in 0..<2000 {
      do throws(StoreFault) {
        return try openAtOnce(pendingPoints: pendingPoints, pendingOthers: pendingOthers)
      } catch {
        guard case .inUse = error else { throw error }
        usleep(5000)
      }
    }
    return try openAtOnce(pendingPoints: pendingPoints, pendingOthers: pendingOthers)
  }

  func openAtOnce(
    pendingPoints: Int = 6000, pendingOthers: Int = 20_000
  ) throws(StoreFault) -> (Journal, Opening) {
    try Journal.open(
      path: path,
      settings: Journal.Settings(
        version: "0", pendingPoints: pendingPoints, pendingOthers: pendingOthers),
      now: Self.now)
  }

  /// Waits until a journal that was closed has let go of the file.
  func untilReleased() async throws {
    for _ in 0..<2000 where (try? FileLock(for: path)) == nil {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  var archive: Archive { Archive(path: path) }

  /// A connection of somebody else's.
  func connection(_ access: Connection.Access = .writing) throws -> Connection {
    try Connection(path: path, access, waitMilliseconds: 2000)
  }

  func count(_ table: String) throws -> Int64 {
    try connection(.reading).integer("SELECT count(*) FROM \(table)") ?? -1
  }

  /// Every byte of the files, by their names without the folder.
  var bytes: [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: ["", "-wal"].map { ($0, folder.bytes("roast.db" + $0)) })
  }

  var files: [String] {
    get throws { try Listing.names(folder.path) }
  }
}

/// What tests write.
enum Sample {
  /// A poll of a roasting machine, 100 ms after the one before it.
  static func point(_ index: Int64, state: RoasterState = .roasting) -> Telemetry {
    var wire = WireStatus()
    wire.state = state.code
    (wire.bean, wire.infrared, wire.preheatTarget) = (150 + Float(index % 64), 170, 230)
    (wire.heater, wire.fan, wire.drum, wire.mainsVolts) = (7, 2, 9, 203)
    return Telemetry(
      sequence: UInt64(index), moment: moment(Double(index) / 10), frame: wire.frame)
  }

  static func telemetry(_ ids: some Sequence<Int64>, roast: Int64? = nil) -> [Entry] {
    ids.map { .telemetry(id: $0, point($0), roast: roast, rateOfRise: CelsiusPerMinute(9.5)) }
  }

  static func moment(_ seconds: Double) -> Moment {
    Moment(
      monotonic: MonotonicTime(seconds: seconds),
      wall: WallTime(
        milliseconds: StoreRoom.now.milliseconds + Int64((seconds * 1000).rounded())))
  }

  static func event(
    _ id: Int64, _ kind: RoastEvent.Kind = .firstCrack, at seconds: Double = 10,
    source: RoastEvent.Source = .marked, change: RoastEvent.Change = .announced,
    roast: Int64? = 1, batch: Int = 1, author: String? = "uid 1000", key: String? = nil
  ) -> Entry {
    .event(
      id: id,
      RoastEvent(
        kind: kind, batch: batch, change: change, source: source,
        at: MonotonicTime(seconds: seconds), announced: moment(seconds), roastSeconds: seconds,
        bean: Celsius(196.5), infrared: nil, gapSeconds: nil),
      roast: roast, author: author, key: key)
  }

  static func roast(
    _ id: Int64, beganSeconds: Double = 0, batch: Int = 1, details: BatchDetails = BatchDetails()
  ) -> RoastRow {
    RoastRow(
      id: id, batch: batch, began: moment(beganSeconds), boot: "boot", device: "twin:medium",
      isSimulated: true, serial: "TWIN-1", firmware: 562, details: details)
  }
}

extension Journal {
  /// Writes and waits for the answer; every answer comes within some seconds, or the suite's time
  /// is up.
  @discardableResult
  func write(_ entries: [Entry]) async -> Result<Void, StoreFault> {
    await withCheckedContinuation { waiting in
      append(entries) { waiting.resume(returning: $0) }
    }
  }

  /// Writes many entries, never more at once than may wait.
  func writeAll(_ entries: [Entry]) async {
    for start in stride(from: 0, to: entries.count, by: 2000) {
      await write(Array(entries[start..<min(start + 2000, entries.count)]))
    }
  }

  /// Waits until the health is as wanted; false after ten seconds.
  func until(_ isWanted: (Health) -> Bool) async -> Bool {
    for _ in 0..<2000 {
      if isWanted(health) { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }
}

extension Result where Success == Void {
  var isSuccess: Bool { (try? get()) != nil }

  var fault: Failure? {
    if case .failure(let fault) = self { return fault }
    return nil
  }
}
