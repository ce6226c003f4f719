import Driver
import Fixtures
import Roaster
import Synchronization
import Testing

@testable import Daemon
@testable import Store

/// A mark that is sent again after the daemon that took it was killed.
struct RepeatedMarkTests {
  /// What the loop is asked for.
  private final class Wishes: Sendable {
    let count = Mutex(0)
  }

  /// The next life of the daemon; its loop counts what it is asked for, and says no.
  private func api(
    _ path: String, _ opening: Opening, _ chronicle: Chronicle, _ wishes: Wishes
  ) -> API {
    let stream = EventStream(run: "2")
    let access = Access(people: [], keyring: Keyring(), cookie: SessionCookie(id: "0123abcd"))
    let desk = RequestDesk { request in
      wishes.count.withLock { $0 += 1 }
      request.reply(.failure(.busy))
    }
    let now = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    return API(
      Door(access, stream), Archive(path: path), stream,
      ServiceWindow(board: LiveBoard(LiveState(chronicle, .idle)), desk: desk),
      API.Facts(
        version: "0", run: "2", origin: HeardRoast.origin, started: now.wall,
        firstRoast: opening.nextRoast, now: { now }, health: { Health() }, examineStore: {},
        databasePath: path, unit: nil, pageAddresses: { [] }))
  }

  private func mark(
    _ api: API, _ landmark: String = "yellowing", key: String, author: String = "a"
  ) throws -> HTTPResponse? {
    let body = #"{"event":"\#(landmark)","roast_seconds":145,"key":"\#(key)"}"#
    let request = HTTPRequest(
      method: "POST", path: "/v1/roasts/1/events",
      headers: [("content-type", "application/json")], body: Array(body.utf8), peer: .unix(uid: 0))
    let said = Mutex<HTTPResponse?>(nil)
    try api.mark("1", request, Caller(role: .operator, name: author)).give { response in
      said.withLock { $0 = response }
    }
    return said.withLock { $0 }
  }

  @Test(arguments: [true, false])
  func `is answered as it was then, whether its roast goes on or is over`(goesOn: Bool) async throws
  {
    let folder = try TemporaryFolder()
    let left = try await InterruptedRoast(in: folder, marked: true) {
      $0.chronicle.last?.roastSeconds ?? -1 < 200
    }
    let (journal, opening) = try Journal.open(
      path: left.path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_100_000))
    defer { journal.close() }
    let roast = try #require(opening.openRoast)
    let heard = HeardRoast(
      opening, unfinished: goesOn ? Unfinished(roast, []) : nil)
    let wishes = Wishes()
    let api = api(left.path, opening, heard.chronicle, wishes)

    let again = try #require(try mark(api, key: "tap"))
    #expect(again.status == 200)
    let events = try #require(try JSON(reading: again.body)["events"]?.arrayValue)
    let kept = try Archive(path: left.path).events(of: 1).filter { $0.author == "a" }
    #expect(events == kept.map(\.json) && !events.isEmpty)
    #expect(wishes.count.withLock { $0 } == 0)

    // Another key, another landmark and another author are other marks.
    #expect(try mark(api, key: "another")?.status == 503)
    #expect(try mark(api, "first_crack", key: "tap")?.status == 503)
    #expect(try mark(api, key: "tap", author: "b")?.status == 503)
    #expect(wishes.count.withLock { $0 } == 3)
  }
}
