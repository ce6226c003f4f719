import Analysis
import Fixtures
import Roaster
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1)))
struct ArchiveTests {
  @Test func `roasts are listed newest first, in pages, by what they are asked for`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    func row(_ id: Int64, _ title: String?, _ beans: String?, _ notes: String? = nil) -> Entry {
      let details = BatchDetails(title: title, beans: beans, notes: notes)
      return .roastBegan(Sample.roast(id, beganSeconds: Double(id) * 1000, details: details))
    }
    await journal.write([
      row(1, "First try", "Kenya AA"), row(2, nil, "Kenya AB", "100% natural"),
      row(3, "kenya again", "Brazil"), row(4, "a_b", nil, "with \\ in it"), row(5, "axb", nil),
    ])
    let archive = room.archive
    func ids(_ filter: RoastFilter) throws -> [Int64] { try archive.roasts(filter).map(\.row.id) }
    #expect(try ids(RoastFilter()) == [5, 4, 3, 2, 1])
    #expect(try ids(RoastFilter(limit: 2)) == [5, 4])
    #expect(try ids(RoastFilter(limit: 2, before: 4)) == [3, 2])
    #expect(try ids(RoastFilter(text: "KENYA")) == [3, 2, 1])
    #expect(try ids(RoastFilter(beans: "kenya")) == [2, 1])
    #expect(try ids(RoastFilter(text: "%")) == [2])
    #expect(try ids(RoastFilter(text: "_")) == [4])
    #expect(try ids(RoastFilter(text: "\\")) == [4])
    #expect(try ids(RoastFilter(text: "'; DROP TABLE roasts; --")).isEmpty)
    #expect(
      try ids(RoastFilter(from: Sample.moment(2000).wall, to: Sample.moment(4000).wall)) == [3, 2])
    #expect(try ids(RoastFilter(limit: 0)).isEmpty)
    #expect(try archive.roast(9) == nil && archive.curve(9) == nil)
    #expect(try archive.counts().first { $0.table == "roasts" }?.count == 5)
  }

  @Test func `what came of a wish is found by its key, in another life of the daemon too`()
    async throws
  {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      await journal.write([
        Sample.event(1, author: "a", key: "k"), Sample.event(2, .firstCrackEnd, author: "a"),
        Sample.event(3, .yellowing, author: "b", key: "k"),
        Sample.event(4, .secondCrack, author: "a", key: "k"),
        Sample.event(5, roast: 2, author: "a", key: "k"),
        Sample.event(6, author: nil, key: "k"), Sample.event(7, author: "a", key: ""),
      ])
    }
    let (journal, _) = try room.open()
    defer { journal.close() }
    let archive = room.archive
    func found(_ key: String, _ author: String?) throws -> [Int64] {
      try archive.events(ofRoast: 1, key: key, author: author).map(\.id)
    }
    #expect(try found("k", "a") == [1, 4])
    #expect(try found("k", "b") == [3])
    #expect(try found("k", nil) == [6])
    #expect(try found("", "a") == [7])
    #expect(try found("K", "a").isEmpty && found("k", "c").isEmpty)
    #expect(try archive.events(of: 1).map(\.id) == [1, 2, 3, 4, 6, 7])
  }

  @Test func `a question that takes too long is given up, and the next one is answered`() throws {
    let room = try StoreRoom()
    try room.open().0.close()
    let archive = Archive(path: room.path, longestSeconds: 0.1)
    let started = ContinuousClock.now
    let fault = #expect(throws: StoreFault.self) {
      try archive.read { (connection) throws(StoreFault) in
        try connection.integer(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)
          SELECT count(*) FROM n
          """)
      }
    }
    #expect(fault?.tookTooLong == true)
    #expect(ContinuousClock.now - started < .seconds(5))
    #expect(try archive.roasts().isEmpty)
  }

  @Test func `telemetry is thinned to a step, cut to a range and bounded`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([.roastBegan(Sample.roast(1, beganSeconds: 10))])
    await journal.write(Sample.telemetry(1...600, roast: 1))
    let archive = room.archive
    let all = try #require(try archive.telemetry(ofRoast: 1, stepSeconds: 0))
    #expect(all.count == 600 && all.first?.sample.seconds == -9.9)
    let seconds = try #require(try archive.telemetry(ofRoast: 1, fromSeconds: 0, toSeconds: 5))
    #expect(seconds.map(\.sample.seconds) == [0, 1, 2, 3, 4, 5])
    #expect(seconds.map(\.id) == [100, 110, 120, 130, 140, 150])
    #expect(seconds.first?.sample.bean == Celsius(186))
    #expect(seconds.first?.sample.rateOfRise == CelsiusPerMinute(9.5))
    #expect(seconds.first?.sample.state == .roasting && seconds.first?.sample.heater == 7)
    let window = try archive.telemetry(
      from: Sample.moment(30).wall, to: Sample.moment(40).wall, stepSeconds: 5)
    #expect(window.map(\.sample.seconds) == [0, 5, 10])
    #expect(try archive.telemetry(ofRoast: 2) == nil)
    #expect(throws: StoreFault.tooMany(limit: 599)) {
      try archive.telemetry(ofRoast: 1, stepSeconds: 0, limit: 599)
    }
    #expect(try archive.telemetry(ofRoast: 1, stepSeconds: 0, limit: 600)?.count == 600)
  }

  @Test func `a wall clock that is set back does not tear a roast`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([.roastBegan(Sample.roast(1))])
    let entries = (Int64(1)...1000).map { id -> Entry in
      let point = Sample.point(id)
      let wall = WallTime(
        milliseconds: point.moment.wall.milliseconds - (id > 500 ? 86_400_000 : 0))
      return .telemetry(
        id: id,
        Telemetry(
          sequence: point.sequence,
          moment: Moment(monotonic: point.moment.monotonic, wall: wall), frame: point.frame),
        roast: 1, rateOfRise: nil)
    }
    await journal.write(entries)
    let curve = try #require(try room.archive.curve(1))
    #expect(curve.samples.count == 100)
    #expect(curve.samples.allSatisfy { $0.state != nil })
  }

  @Test func `an archive of a database that is not there says so`() throws {
    let room = try StoreRoom()
    let fault = #expect(throws: StoreFault.self) { try room.archive.roasts() }
    #expect(fault?.failure?.kind == .unopenable)
    #expect(try room.files.isEmpty)
  }

  /// Debug builds on a busy machine take their time; the bounds still tell a scan from a search.
  @Test func `lists and curves are read in milliseconds`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.writeAll(
      (Int64(1)...10_000).map { id in
        .roastBegan(
          Sample.roast(
            id, beganSeconds: Double(id), batch: Int(id),
            details: BatchDetails(title: "Roast \(id)", beans: "Kenya", notes: "n")))
      })
    await journal.writeAll(
      [.roastBegan(Sample.roast(10_001, beganSeconds: 20_000, batch: 10_001))]
        + (Int64(1)...7200).map { id in
          .telemetry(
            id: id,
            Telemetry(
              sequence: 0, moment: Sample.moment(20_000 + Double(id) / 10),
              frame: Sample.point(id).frame), roast: 10_001, rateOfRise: nil)
        })
    let archive = room.archive
    func fastest(_ wanted: Int, _ body: () throws -> Int?) rethrows -> Duration {
      try (0..<10).map { _ in
        let start = ContinuousClock.now
        let count = try body()
        let elapsed = ContinuousClock.now - start
        #expect(count == wanted)
        return elapsed
      }.min() ?? .zero
    }
    let page = try fastest(50) { try archive.roasts().count }
    let search = try fastest(1) { try archive.roasts(RoastFilter(text: "9999")).count }
    let curve = try fastest(720) { try archive.curve(10_001)?.samples.count }
    print("a page \(page), a search \(search), a curve \(curve)")
    #expect(page < .milliseconds(20))
    #expect(search < .milliseconds(100))
    #expect(curve < .milliseconds(60))
  }
}
