import Driver
import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// One roast with all that is known of it, as the API answers it.
struct WholeRoastTests {
  private func api(_ path: String, _ opening: Opening, _ journal: Journal) -> API {
    let board = LiveBoard(
      LiveState(Chronicle(opening, origin: HeardRoast.origin), .idle))
    let moment = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    let stream = EventStream(run: "1")
    let access = Access(people: [], keyring: Keyring(), cookie: SessionCookie(id: "0123abcd"))
    return API(
      Door(access, stream), Archive(path: path), stream,
      ServiceWindow(board: board, desk: RequestDesk { _ in }),
      API.Facts(
        version: "0", run: "1", origin: HeardRoast.origin, started: moment.wall,
        firstRoast: 1, now: { moment }, health: { journal.health }, examineStore: {},
        databasePath: path, unit: nil, pageAddresses: { [] }))
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
    let body = try api(path, opening, journal).roast("1").body
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
