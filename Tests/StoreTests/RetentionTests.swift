import Fixtures
import Roaster
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1)))
struct RetentionTests {
  /// Idle telemetry once a second and one roast, all of them so many days before the vacuum.
  private func room(daysOld: Int) async throws -> (StoreRoom, Journal, Retention) {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    func points(_ ids: ClosedRange<Int64>, roast: Int64? = nil) -> [Entry] {
      ids.map { id in
        .telemetry(
          id: id,
          Telemetry(
            sequence: UInt64(id), moment: Sample.moment(Double(id)),
            frame: Sample.point(id).frame), roast: roast, rateOfRise: nil)
      }
    }
    await journal.writeAll(points(1...6000))
    await journal.write([Sample.event(1, .preheatStarted, at: 5500, roast: nil)])
    await journal.write([.roastBegan(Sample.roast(1, beganSeconds: 6000.5))])
    await journal.writeAll(points(6001...6700, roast: 1) + [Sample.event(2)])
    await journal.write([.roastEnded(id: 1, at: Sample.moment(6600), .ended)])
    await journal.writeAll(points(6701...9000))
    let now = WallTime(
      milliseconds: StoreRoom.now.milliseconds + Int64(daysOld) * 86_400_000 + 9_000_000)
    return (room, journal, Retention(now: now))
  }

  private func roasts(_ room: StoreRoom) throws -> [[String]] {
    let connection = try room.connection(.reading)
    return [
      try connection.texts(
        "SELECT r.id || ',' || r.began_ms || ',' || r.last_telemetry_id FROM roasts r"),
      try connection.texts("SELECT id || kind FROM events"),
      try connection.texts(
        """
        SELECT t.id || ',' || t.bean_celsius FROM telemetry t, roasts r
        WHERE t.id BETWEEN r.first_telemetry_id AND r.last_telemetry_id
        """),
    ]
  }

  @Test func `idle telemetry is thinned to a point a minute, roasts stay as they are`()
    async throws
  {
    let (room, journal, retention) = try await room(daysOld: 8)
    defer { journal.close() }
    let before = try roasts(room)
    // The preheating is the roast's own, from the beginning of its batch.
    #expect(before[2].count == 6700 - 5500 + 1)
    let curve = try room.archive.curve(1)
    #expect(await journal.write([.vacuum(retention)]).isSuccess)
    #expect(try roasts(room) == before)
    #expect(try room.archive.curve(1) == curve)
    let connection = try room.connection(.reading)
    let idle = try connection.texts(
      "SELECT at_ms / 60000 FROM telemetry WHERE id < 5500 OR id > 6700")
    #expect(Set(idle).count == idle.count)
    #expect(idle.count >= (5500 + 2300) / 60 - 1 && idle.count <= (5500 + 2300) / 60 + 4)
    // Frames are a month old later; those of what went are gone with it.
    #expect(try room.count("frames") == room.count("telemetry"))
    #expect(
      try connection.integer(
        "SELECT count(*) FROM frames WHERE telemetry_id NOT IN (SELECT id FROM telemetry)") == 0)
    #expect(try connection.integer("PRAGMA freelist_count") == 0)
    // And once more there is nothing to do.
    let count = try room.count("telemetry")
    #expect(await journal.write([.vacuum(retention)]).isSuccess)
    #expect(try room.count("telemetry") == count)
  }

  @Test func `old frames go, those of roasts too, and the file becomes smaller`() async throws {
    let (room, journal, retention) = try await room(daysOld: 31)
    defer { journal.close() }
    let before = try roasts(room)
    try room.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let size = journal.health.bytes
    #expect(await journal.write([.vacuum(retention)]).isSuccess)
    #expect(try room.count("frames") == 0)
    #expect(try roasts(room) == before)
    try room.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    #expect(Database.size(room.path) < size / 2)
  }

  @Test func `what is young stays`() async throws {
    let (room, journal, retention) = try await room(daysOld: 6)
    defer { journal.close() }
    #expect(await journal.write([.vacuum(retention)]).isSuccess)
    #expect(try room.count("telemetry") == 9000)
    #expect(try room.count("frames") == 9000)
  }

  @Test func `telemetry goes on being committed meanwhile`() async throws {
    let (room, journal, retention) = try await room(daysOld: 31)
    defer { journal.close() }
    async let swept = journal.write([.vacuum(retention)])
    for id in Int64(10_001)...10_020 {
      let moment = Moment(
        monotonic: MonotonicTime(seconds: Double(id)), wall: retention.now)
      let point = Telemetry(sequence: 0, moment: moment, frame: Sample.point(id).frame)
      let entry = Entry.telemetry(id: id, point, roast: nil, rateOfRise: nil)
      #expect(await journal.write([entry, Sample.event(id)]).isSuccess)
    }
    #expect(await swept.isSuccess)
    #expect(try room.count("telemetry WHERE id > 10000") == 20)
  }
}
