import Driver
import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// A record that is gone on with although its rows hold what no daemon ever wrote.
@Suite(.timeLimit(.minutes(5)))
struct HostileRecordTests {
  private static let times = [
    "roasts.began_ms", "roasts.began_ns", "roasts.ended_ms", "roasts.ended_ns",
    "roasts.first_telemetry_id", "roasts.last_telemetry_id", "roasts.batch", "roasts.firmware",
    "telemetry.monotonic_ns", "telemetry.at_ms", "telemetry.sequence", "telemetry.state_code",
    "telemetry.clock_seconds", "telemetry.heater_level", "telemetry.suspicion",
    "events.at_ms", "events.at_ns", "events.announced_ms", "events.announced_ns", "events.batch",
  ]
  private static let extremes = [
    "9223372036854775807", "-9223372036854775807 - 1", "4611686018427387904", "-1",
  ]

  @Test func `extreme times in a record that is gone on with end nothing`() async throws {
    let folder = try TemporaryFolder()
    // One reading a second is enough.
    let left = try await InterruptedRoast(in: folder, marked: true) {
      $0.chronicle.last?.roastSeconds ?? -1 < 150
    }
    do {
      let connection = try Connection(path: left.path, .writing)
      try connection.execute("DELETE FROM frames; DELETE FROM telemetry WHERE id % 25 > 0")
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let good = folder.bytes("roast.db")
    var other = HeardRoast.origin
    other.clock = "another"
    var count = 0
    for (index, column) in Self.times.enumerated() {
      for value in Self.extremes {
        let words = column.split(separator: ".")
        for row in ["", " WHERE rowid = (SELECT max(rowid) FROM \(words[0]))"] {
          let name = "\(index)-\(count).db"
          let path = try folder.put(good, as: name)
          do {
            let connection = try Connection(path: path, .writing)
            try connection.execute("UPDATE \(words[0]) SET \(words[1]) = \(value)\(row)")
          }
          goOn(path, left.rest, count % 2 == 0 ? other : HeardRoast.origin)
          count += 1
        }
      }
    }
    #expect(count == Self.times.count * Self.extremes.count * 2)
  }

  /// Hears some seconds more.
  private func goOn(
    _ path: String, _ rest: ArraySlice<InterruptedRoast.Report>, _ origin: Origin
  ) {
    guard let (next, journal) = try? InterruptedRoast.next(path, origin: origin) else { return }
    defer { journal.close() }
    var heard = next
    heard.hear(rest.dropFirst(100).prefix(30))
    _ = heard.chronicle.standing.json.text
    #expect(heard.points.count == 30)
    for effect in heard.effects {
      switch effect {
      case .tell(let message): _ = message.json.text
      case .announce(let json): _ = json.text
      case .keep: continue
      }
    }
    journal.append(heard.entries)
  }
}
