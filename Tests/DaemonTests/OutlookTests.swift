import Fixtures
import Roaster
import Synchronization
import Testing

@testable import Daemon
@testable import Store

/// What comes next and when to drop, asked over a real socket of a daemon's API.
struct OutlookTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func server(_ outlook: ShadowOutlook?) throws -> HTTPServer {
    let moment = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    let stream = EventStream(run: "1")
    let access = Access(people: [], keyring: Keyring(), cookie: SessionCookie(id: "0123abcd"))
    let chronicle = Chronicle(.fresh, origin: HeardRoast.origin)
    let api = API(
      Door(access, stream), Archive(path: folder.file("none.db")), stream,
      ServiceWindow(
        board: LiveBoard(LiveState(chronicle, .idle, outlook)), desk: RequestDesk { _ in }),
      API.Facts(
        version: "0", run: "1", origin: HeardRoast.origin, started: moment.wall,
        firstRoast: 1, now: { moment }, health: { Health() }, examineStore: {},
        databasePath: "", unit: nil, pageAddresses: { [] }))
    return try HTTPServer(
      listeners: [.unix(path: folder.file("s"))], limits: TestServer.limits(),
      handler: { api.answer($0) })
  }

  private func ask(_ server: HTTPServer, _ query: String) throws -> (status: Int, body: String) {
    let client = try RawClient(server.listeners[0])
    client.request("GET", "/v1/outlook" + query)
    let response = try client.response()
    return (response.status, String(response.body.dropLast()))
  }

  @Test func `the goals that are asked for reach the model's outlook, and no others`() throws {
    let asked = Mutex<[DropGoal]>([])
    let outlook = ShadowOutlook(json: .object([("trust", .string("trusted"))])) { goal in
      asked.withLock { $0.append(goal) }
      return goal == .bean(Celsius(230))
        ? .unknown(.beyondOutlook) : .expected(.object([("seconds", .integer(500))]))
    }
    let server = try server(outlook)
    defer { server.stop() }
    let plain = try ask(server, "")
    #expect(
      plain.body
        == #"{"outlook":{"trust":"trusted"},"drop_by_temperature":null,"drop_by_development":null}"#
    )
    #expect(asked.withLock { $0 }.isEmpty)
    let both = try ask(server, "?drop_celsius=230&development_ratio=0.2")
    #expect(
      both.body == #"{"outlook":{"trust":"trusted"},"#
        + #""drop_by_temperature":{"moment":null,"reason":"beyond_outlook"},"#
        + #""drop_by_development":{"moment":{"seconds":500},"reason":null}}"#)
    #expect(asked.withLock { $0 } == [.bean(Celsius(230)), .developmentRatio(0.2)])
    for query in [
      "?drop_celsius=1000", "?development_ratio=0", "?development_ratio=nan", "?drop=1",
    ] {
      #expect(try ask(server, query).status == 400, "\(query)")
    }
  }

  @Test func `without an outlook the reason is told`() throws {
    let server = try server(nil)
    defer { server.stop() }
    #expect(
      try ask(server, "?drop_celsius=200").body == #"{"outlook":null,"#
        + #""drop_by_temperature":{"moment":null,"reason":"no_outlook"},"drop_by_development":null}"#
    )
  }
}
