import Analysis
import Driver
import Fixtures
import Governor
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// Roasts judged by golden cases, asked over a real socket of a daemon's API.
struct VerdictTests {
  private let folder: TemporaryFolder
  private let golden: GoldenCase

  init() throws {
    folder = try TemporaryFolder()
    var target = Target(name: "like it")
    target.course = [
      .init(seconds: 120, bean: Celsius(110)), .init(seconds: 500, bean: Celsius(196)),
    ]
    target.drop = Target.Goal(seconds: 525, within: 60)
    var golden = GoldenCase(name: "like-it", title: "Like it", target: target)
    golden.grams = 350
    golden.faults = [.object([("kind", .string("silence"))])]
    golden.tags = ["mine"]
    self.golden = golden
  }

  /// The database of one roast, heard for as long as that.
  private func record(while goesOn: (HeardRoast) -> Bool) async throws -> String {
    let left = try await InterruptedRoast(in: folder, while: goesOn)
    return left.path
  }

  private func server(_ path: String) throws -> HTTPServer {
    let moment = Moment(
      monotonic: MonotonicTime(seconds: 1), wall: WallTime(milliseconds: 1_800_000_000_000))
    let stream = EventStream(run: "1")
    let access = Access(people: [], keyring: Keyring(), cookie: SessionCookie(id: "0123abcd"))
    let board = LiveBoard(LiveState(Chronicle(.fresh, origin: HeardRoast.origin), .idle))
    let api = API(
      Door(access, stream), Archive(path: path), stream,
      ServiceWindow(board: board, desk: RequestDesk { _ in }),
      API.Facts(
        version: "0", run: "1", origin: HeardRoast.origin, started: moment.wall,
        firstRoast: 1, now: { moment }, health: { Health() }, examineStore: {},
        databasePath: path, unit: nil, pageAddresses: { [] }, goldenCases: { [golden] in [golden] }
      ))
    return try HTTPServer(
      listeners: [.unix(path: folder.file("s"))], limits: TestServer.limits(),
      handler: { api.answer($0) })
  }

  private func ask(_ server: HTTPServer, _ path: String) throws -> (status: Int, json: JSON) {
    let client = try RawClient(server.listeners[0])
    client.request("GET", path)
    let response = try client.response()
    return (response.status, try JSON(reading: Array(response.body.utf8)))
  }

  @Test func `a roast is judged by a case as its curve alone is`() async throws {
    let path = try await record { $0.ended.isEmpty }
    let server = try server(path)
    defer { server.stop() }
    let cases = try ask(server, "/v1/cases")
    #expect(cases.status == 200)
    #expect(
      cases.json["cases"]?.text
        == #"[{"name":"like-it","title":"Like it","expectation":"succeed","danger":"none","#
        + #""source":"synthetic","bean":"washed","grams":350,"machine":"m1","faults":1,"#
        + #""tags":["mine"]}]"#)
    let answer = try ask(server, "/v1/roasts/1/verdict?case=like-it")
    #expect(answer.status == 200)
    let export = try ask(server, "/v1/roasts/1/export?format=json")
    let wanted = CaseVerdict(
      golden, RoastCurve(json: export.json), under: Envelope().ceilings)
    #expect(wanted.measures.count == 3 && wanted.measures.allSatisfy { $0.got != nil })
    for (key, value) in wanted.json.members ?? [] {
      #expect(answer.json[key]?.text == value.text)
    }
    #expect(answer.json["roast_id"]?.integerValue == 1)
    #expect(answer.json["target"]?.text == golden.target.json.text)
    #expect(try ask(server, "/v1/roasts/last/verdict?case=like-it").json.text == answer.json.text)
  }

  @Test func `no roast, no case, and no case named are told apart`() async throws {
    let path = try await record { $0.ended.isEmpty }
    let server = try server(path)
    defer { server.stop() }
    for (query, status, code) in [
      ("2/verdict?case=like-it", 404, "no_such_roast"),
      ("current/verdict?case=like-it", 404, "no_such_roast"),
      ("1/verdict?case=unlike-it", 404, "no_such_case"), ("1/verdict?case=", 404, "no_such_case"),
      ("1/verdict", 400, "bad_parameter"), ("1/verdict?case=like-it&unit=C", 400, "bad_parameter"),
    ] {
      let answer = try ask(server, "/v1/roasts/" + query)
      #expect(answer.status == status && answer.json["code"]?.stringValue == code, "\(query)")
    }
  }

  @Test func `a roast that goes on is not judged yet`() async throws {
    let path = try await record { $0.chronicle.last?.roastSeconds ?? -1 < 200 }
    let server = try server(path)
    defer { server.stop() }
    let answer = try ask(server, "/v1/roasts/1/verdict?case=like-it")
    #expect(answer.status == 409 && answer.json["code"]?.stringValue == "roast_goes_on")
  }
}
