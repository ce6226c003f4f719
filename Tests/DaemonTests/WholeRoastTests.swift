import Analysis
import Driver
import Fixtures
import Roaster
import Synchronization
import Testing

@testable import Daemon
@testable import Store

/// One roast with all that is known of it, as the API answers it.
struct WholeRoastTests {
  private func api(
    _ path: String, _ opening: Opening, _ journal: Journal,
    handing hand: @escaping @Sendable (RequestDesk.Request) -> Void = { _ in }
  ) -> API {
    let board = LiveBoard(
      LiveState(Chronicle(opening, origin: HeardRoast.origin), .idle))
    let moment = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    let stream = EventStream(run: "1")
    let access = Access(people: [], keyring: Keyring(), cookie: SessionCookie(id: "0123abcd"))
    return API(
      Door(access, stream), Archive(path: path), stream,
      ServiceWindow(board: board, desk: RequestDesk(hand: hand)),
      API.Facts(
        version: "0", run: "1", origin: HeardRoast.origin, started: moment.wall,
        firstRoast: 1, now: { moment }, health: { journal.health }, examineStore: {},
        databasePath: path, unit: nil, pageAddresses: { [] }))
  }

  private static let plain = {
    do throws(APIError) { return try Parameters([], of: .roast) } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// What stays of it (Specs/analysis.md A17).
  private struct Kept {
    let findings: JSON
    let handed: [Entry]
  }

  private func ask(
    _ path: String, _ opening: Opening, _ journal: Journal, query: [(String, String)] = []
  ) throws -> Kept {
    let handed = Mutex<[Entry]>([])
    let api = api(path, opening, journal) { request in
      if case .keep(let entries) = request.wish { handed.withLock { $0 += entries } }
    }
    let parameters = try Parameters(query.map { (name: $0.0, value: $0.1) }, of: .roast)
    let json = try JSON(reading: try api.roast("1", parameters).body)
    return Kept(findings: try #require(json["findings"]), handed: handed.withLock { $0 })
  }

  @Test func `findings are kept when a roast ends, and made again when they are not there`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file("roast.db")
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_000_000))
    defer { journal.close() }
    var heard = HeardRoast()
    heard.hear(try await HeardRoast.medium.value)
    await InterruptedRoast.keep(heard.entries, in: journal)
    let kept = try ask(path, opening, journal)
    #expect(kept.handed.isEmpty)
    let findings = try #require(RoastFindings(json: kept.findings))
    #expect(try Archive(path: path).findings(of: 1) == findings)
    #expect(findings.levelChanges.heater > 0 && findings.energy != nil)
    do {
      let connection = try Connection(path: path, .writing, waitMilliseconds: 2000)
      try connection.execute("UPDATE analyses SET version = 0")
    }
    let made = try ask(path, opening, journal)
    #expect(made.findings == kept.findings)
    guard case .roastFindings(1, findings) = made.handed.first else {
      Issue.record("\(made.handed)")
      return
    }
    let american = try ask(path, opening, journal, query: [("unit", "F")])
    #expect(american.findings["level_changes"] == kept.findings["level_changes"])
  }

  @Test func `what was not heard or not kept of a roast is told with it`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("roast.db")
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_000_000))
    defer { journal.close() }
    let began = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    await InterruptedRoast.keep(
      [
        .roastBegan(
          RoastRow(
            id: 1, batch: 1, began: began, boot: "b", device: "twin:test", isSimulated: true)),
        .gap(
          roast: 1, from: began.wall, to: WallTime(milliseconds: began.wall.milliseconds + 2500)),
        .gap(roast: 2, from: began.wall, to: began.wall),
      ], in: journal)
    do {
      let connection = try Connection(path: path, .writing, waitMilliseconds: 2000)
      try connection.execute(
        "INSERT INTO losses VALUES (NULL, 1, 1, 'dropped', NULL, NULL, 7, 2, 'full: no room')")
    }
    let body = try api(path, opening, journal).roast("1", Self.plain).body
    let losses = try #require(try JSON(reading: body)["losses"]?.arrayValue)
    #expect(
      losses.map(\.text) == [
        #"{"kind":"away","from":"2027-01-15T08:00:00.000Z","to":"2027-01-15T08:00:02.500Z","#
          + #""points":0,"others":0,"reason":null}"#,
        #"{"kind":"dropped","from":null,"to":null,"points":7,"others":2,"reason":"full: no room"}"#,
      ])
  }
}

extension DeskView {
  /// Of a desk at which nothing was ever proposed.
  static let idle = DeskView(standing: .null, alarms: [], proposals: [])
}
