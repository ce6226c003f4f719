import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import roast

/// `roast watch` through the daemon.
struct DaemonWatchTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

  private static func message(_ number: Int, _ event: String, _ data: String) -> String {
    "id: run-\(number)\nevent: \(event)\ndata: \(data)\n\n"
  }

  private static func telemetry(_ sequence: Int) -> String {
    DaemonDocuments.reading.replacing("\"sequence\":4000", with: "\"sequence\":\(sequence)")
  }

  private static let hello = message(1, "hello", #"{"run":"run","speed":10,"simulated":true}"#)

  /// A daemon whose stream says one thing after the other, a connection each.
  private func daemon(_ streams: [String], endsLast: Bool = false) throws -> ScriptedDaemon {
    let count = Mutex(0)
    return try ScriptedDaemon { asked in
      guard asked.line == "GET /v1/stream" else { return DaemonDocuments.reply(to: asked) }
      let index = count.withLock { count in
        defer { count += 1 }
        return count
      }
      guard index < streams.count else { return .held(Array(Self.head.utf8)) }
      let bytes = Array((Self.head + streams[index]).utf8)
      return index == streams.count - 1 && !endsLast ? .held(bytes) : .bytes(bytes)
    }
  }

  private func watch(_ daemon: ScriptedDaemon, _ words: [String]) throws -> Program {
    try Program(
      Built.roastPath, ["watch"] + words,
      environment: Built.plainly.merging(["ROAST_SOCKET": daemon.path, "ROAST_TOKEN": nil]) { $1 })
  }

  @Test func `a line of JSON has the keys of one from the roaster, and null for what is not told`()
    async throws
  {
    let daemon = try daemon([
      Self.hello + Self.message(2, "telemetry", Self.telemetry(11))
        + Self.message(3, "telemetry", Self.telemetry(12))
    ])
    let program = try watch(daemon, ["--json"])
    #expect(await program.until(writes: "\"seq\":12"))
    program.send(SIGTERM)
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    #expect(run.stderr == "roast: watching through the daemon at \(daemon.path)\n")
    let lines = try WatchLine.lines(of: run.stdout)
    #expect(lines.allSatisfy { $0.ownKeys == WatchLine.keys })
    let points = lines.filter { $0.seq != nil }
    #expect(points.compactMap(\.seq).prefix(2) == [11, 12])
    let first = try #require(points.first)
    #expect(first.link == "up" && first.valid == true && first.ageSeconds == 0)
    #expect(first.time == "2026-11-21T09:12:00.250Z" && first.beanCelsius == 196.4)
    #expect(first.text.contains(#""bean_ror_celsius_per_minute":null"#))
    #expect(first.text.hasSuffix(#""preheat_target_celsius":190,"suspect":["exhaust_celsius"]}"#))
  }

  @Test func `a reading that nobody renews goes stale`() async throws {
    let daemon = try daemon([Self.hello + Self.message(2, "telemetry", Self.telemetry(11))])
    let program = try watch(daemon, ["--json"])
    #expect(await program.until(writes: #""link":"stale""#))
    program.send(SIGTERM)
    let lines = try WatchLine.lines(of: await program.outcome().stdout)
    let stale = try #require(lines.first { $0.link == "stale" })
    #expect(stale.isBlank && (stale.ageSeconds ?? 0) > 2)
  }

  @Test func `text tells what happened so far, once, and what happens`() async throws {
    let later = DaemonDocuments.firstCrack.replacing("\"id\":31", with: "\"id\":32")
      .replacing("first_crack", with: "second_crack")
    let daemon = try daemon([
      Self.hello + Self.message(2, "event", DaemonDocuments.firstCrack)
        + Self.message(3, "telemetry", Self.telemetry(11)) + Self.message(4, "event", later)
    ])
    let program = try watch(daemon, [])
    #expect(await program.until(writes: "second crack"))
    program.send(SIGTERM)
    let run = await program.outcome()
    #expect(run.lines.first == "TWIN, made of software: twin:medium")
    #expect(run.lines.filter { $0 == "* 8:25  first crack (marked) at BT 195.2 C" }.count == 1)
    #expect(run.lines.contains("* 6:32  heater 8 to 7, at the panel"))
    #expect(run.lines.contains { $0.hasPrefix("roasting  8:32  BT 196.4 C  RoR 8.1 C/min") })
  }

  @Test func `after a break it goes on where it was, and after a reset it looks anew`() async throws
  {
    let daemon = try daemon([
      Self.hello + Self.message(2, "telemetry", Self.telemetry(11)),
      Self.message(3, "telemetry", Self.telemetry(12)),
      "event: reset\ndata: {}\n\n" + Self.message(4, "telemetry", Self.telemetry(13)),
    ])
    let program = try watch(daemon, ["--json"])
    #expect(await program.until(writes: "\"seq\":13"))
    program.send(SIGTERM)
    let lines = try WatchLine.lines(of: await program.outcome().stdout)
    #expect(lines.compactMap(\.seq) == [11, 12, 13])
    #expect(lines.contains { $0.link == "connecting" && $0.isBlank }, "the breaks show")
    let streams = daemon.asked.filter { $0.line == "GET /v1/stream" }
    // A starved test may be so late that the held stream was given up and tried once more.
    #expect(streams.prefix(3).map { $0.fields["last-event-id"] } == [nil, "run-2", "run-3"])
    #expect(daemon.asked.filter { $0.line == "GET /v1/status" }.count == 2)
  }

  @Test func `a daemon that goes away is told of and waited for`() async throws {
    let daemon = try daemon([Self.hello + Self.message(2, "telemetry", Self.telemetry(11))])
    let program = try watch(daemon, [])
    #expect(await program.until(writes: "roasting"))
    daemon.leave()
    #expect(await program.until(writes: "connecting: The daemon does not answer"))
    program.send(SIGINT)
    let run = await program.outcome()
    #expect(run.end == .exit(0) && (run.secondsAfterSignal ?? 99) < 2 * Built.atOnceSeconds)
  }

  @Test func `one who may not look is told so`() async throws {
    let daemon = try ScriptedDaemon { _ in
      .json(401, #"{"code":"bad_token","message":"the token opens nothing","hint":"Ask."}"#)
    }
    let run = try await Built.roast(
      ["watch", "--json", "--socket", daemon.path, "--token", "roast_x"])
    #expect(run.end == .exit(1))
    #expect(run.stderr.contains(#"{"code":"bad_token","#))
  }

  @Test(arguments: ["event: telemetry\ndata: {\n\n", "event: event\ndata: 7\n\n", "\u{0}\u{1}\n\n"])
  func `what makes no sense in the stream ends nothing`(_ nonsense: String) async throws {
    let daemon = try daemon([nonsense, Self.message(9, "telemetry", Self.telemetry(14))])
    let held = nonsense.contains("{")
    let program = try watch(daemon, ["--json"])
    #expect(await program.until(writes: "\"seq\":14"), "held: \(held)")
    program.send(SIGTERM)
    #expect(await program.outcome().end == .exit(0))
  }

  @Test func `it ends after the roaster's time that it was given`() async throws {
    let daemon = try daemon([Self.hello + Self.message(2, "telemetry", Self.telemetry(11))])
    let run = try await watch(daemon, ["--json", "--for", "20"]).outcome()
    #expect(run.end == .exit(0))
    #expect((1.5...15).contains(run.seconds), "20 s at ten times the speed: \(run.seconds)")
  }

  @Test func `the picture shows the daemon's roast, with what was before it was opened`()
    async throws
  {
    let daemon = try daemon([
      Self.hello + Self.message(2, "telemetry", Self.telemetry(11))
        + Self.message(3, "roast", DaemonDocuments.progress)
    ])
    let program = try Program(
      Built.roastPath, ["watch"],
      environment: Built.plainly.merging(["ROAST_SOCKET": daemon.path]) { $1 },
      terminal: try Terminal(columns: 100, rows: 40))
    await program.until(writes: "first crack (marked)")
    program.send(SIGINT)
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    for text in [
      "TWIN, made of software: twin:medium", "ROASTING", "196.4 C", "drying ", "4:30  ",
      "first crack (marked)", "BT and IBTS over 11:00",
    ] {
      let isShown = run.stdout.contains(text)
      #expect(isShown, "\(text)")
    }
  }

  @Test func `a socket and a device are not both taken, and a device alone asks no daemon`()
    async throws
  {
    let daemon = try daemon([Self.hello])
    let both = try await Built.roast(["watch", "--socket", daemon.path, "--device", "twin"])
    #expect(both.end == .exit(64))
    let twin = try await Built.roast(
      ["watch", "--device", "twin", "--speed", "20", "--for", "5", "--json"],
      environment: ["ROAST_SOCKET": daemon.path])
    #expect(twin.end == .exit(0) && daemon.asked.isEmpty)
  }
}
