import Fixtures
import FoundationEssentials
import Roaster
import Testing

@testable import Simulator

/// The server's side: its socket, its language, and what strangers do to it.
struct ServedServerTests {
  private static func refusal(_ body: () throws(ServedTwinError) -> Void) -> ServedTwinError? {
    do throws(ServedTwinError) { try body() } catch { return error }
    return nil
  }

  private static func serving(at path: String, speed: Double = 1) -> ServedTwinError? {
    refusal { () throws(ServedTwinError) in
      _ = try TwinServer(workshop: Workshop(Bullet.Setup()), path: path, speed: speed)
    }
  }

  private static func attribute(_ key: FileAttributeKey, of path: String) -> Any? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[key]
  }

  // MARK: The socket

  @Test func `a path that is taken, or can be none, is refused`() async throws {
    let room = try ServedRoom()
    try Data("beans".utf8).write(to: URL(filePath: room.path))
    #expect(Self.serving(at: room.path) == .notASocket)
    #expect(FileManager.default.contents(atPath: room.path) == Data("beans".utf8))
    #expect(Self.serving(at: room.folder) == .notASocket)
    #expect(Self.serving(at: "") == .unusablePath)
    #expect(Self.serving(at: "\0twin") == .unusablePath)
    #expect(Self.serving(at: "/" + String(repeating: "a", count: 107)) == .unusablePath)
    #expect(Self.serving(at: room.folder + "/no/twin") == .failed(code: 2))
    for speed in [0, -1, .nan, .infinity, 20_000] {
      let error = Self.serving(at: room.folder + "/other", speed: speed)
      guard case .unusableSpeed? = error else {
        Issue.record("speed \(speed): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `its socket is its owner's alone, one server's at a time, and gone at the end`()
    async throws
  {
    let room = try ServedRoom()
    let running = try room.serve(speed: 1)
    #expect(Self.attribute(.posixPermissions, of: room.path) as? Int == 0o600)
    #expect(Self.serving(at: room.path) == .inUse)
    #expect(try room.stranger().asked("clear") == "fault gone", "the refused one took nothing away")
    await running.stop()
    #expect(!FileManager.default.fileExists(atPath: room.path))
    #expect(Self.serving(at: room.path) == nil, "and a server that never ran leaves nothing behind")
    #expect(!FileManager.default.fileExists(atPath: room.path))
  }

  @Test func `a dead server's socket is replaced, and another's file is left alone`()
    async throws
  {
    let room = try ServedRoom()
    await room.kill(try room.serve(speed: 1))
    #expect(FileManager.default.fileExists(atPath: room.path))
    let running = try room.serve(speed: 1)
    #expect(try room.stranger().asked("clear") == "fault gone")
    try FileManager.default.removeItem(atPath: room.path)
    try Data("beans".utf8).write(to: URL(filePath: room.path))
    await running.stop()
    #expect(FileManager.default.contents(atPath: room.path) == Data("beans".utf8))
  }

  // MARK: The panel

  private static func state(_ json: String) throws -> [String: Told] {
    try JSONDecoder().decode([String: Told].self, from: Data(json.utf8))
  }

  private enum Told: Decodable, Equatable {
    case number(Double)
    case text(String)
    case flag(Bool)
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let flag = try? value.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else {
        self = (try? value.decode(String.self)).map { .text($0) } ?? .other
      }
    }
  }

  @Test func `hands at the panel act`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 1)
    func after(_ words: String) throws -> [String: Told] {
      try Self.state(
        ServedTwin.panel(path: room.path, words: words.split(separator: " ").map(String.init)))
    }
    #expect(try Self.state(ServedTwin.state(path: room.path))["state"] == .text("ready"))
    #expect(try after("prs")["state"] == .text("roasting"))
    #expect(try after("load 350")["grams"] == .number(350))
    #expect(try after("load 400")["grams"] == .number(350), "the drum is not empty")
    #expect(try after("knob heater 7")["heater"] == .number(7))
    #expect(try after("knob heater +1")["heater"] == .number(8))
    #expect(try after("heater -2")["heater"] == .number(6))
    #expect(try after("knob fan 5")["fan"] == .number(5))
    #expect(try after("drum 3")["drum"] == .number(3))
    #expect(try after("open-door")["door_open"] == .flag(true))
    #expect(try after("close-door")["door_open"] == .flag(false))
    #expect(try after("open door")["door_open"] == .flag(true))
    await running.stop()
  }

  @Test func `words that nobody can act on are named`() async throws {
    let room = try ServedRoom()
    func panel(_ words: [String]) -> ServedTwinError? {
      Self.refusal { () throws(ServedTwinError) in
        _ = try ServedTwin.panel(path: room.path, words: words)
      }
    }
    #expect(panel(["prs"]) == .absent)
    let running = try room.serve(speed: 1)
    for words in [
      ["dance"], [], ["heater"], ["load", "5000"], ["knob", "heater", "seventy"], ["prs", "prs"],
      ["heater", "-9223372036854775808"], ["drum", "+9223372036854775807"], ["prs\nprs"], ["Ü"],
      ["fan", "1", "2"], ["knob", "knob", "fan", "1"], ["target", "1e3"], ["load", "nan"],
    ] {
      #expect(panel(words) == .unknownAct(words.joined(separator: " ")), "\(words)")
    }
    #expect(panel([String(repeating: "a", count: 10_000)]) != nil)
    #expect(panel(["prs"]) == nil)
    await running.stop()
    #expect(panel(["prs"]) == .absent)
    try room.impostor(saying: [Array("200 OK\n".utf8), []])
    #expect(panel(["prs"]) == .notATwin)
    #expect(panel(["prs"]) == .silent)
  }

  // MARK: The language

  @Test func `each line has its answer, whole, in pieces or many at once`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 1)
    let stranger = try room.stranger()
    let life = stranger.asked("time").split(separator: " ")[1]
    let dialogue: [(asked: String, answered: String)] = [
      ("send 01", "fault gone"), ("receive 64 1000", "fault gone"), ("clear", "fault gone"),
      ("close", "closed"), ("open 77", "fault absent"), ("open", "opened a27e TWIN-1001 \(life)"),
      ("open 1001", "opened a27e TWIN-1001 \(life)"), ("receive 64 20", "fault timeout"),
      ("send 30 02", "error bad-arguments send"), ("send 300", "error bad-arguments send"),
      ("send zz", "error bad-arguments send"), ("receive 64", "error bad-arguments receive"),
      ("receive 0 1", "error bad-arguments receive"),
      ("receive 64 -1", "error bad-arguments receive"),
      ("receive 64 99999999999999999999", "error bad-arguments receive"),
      ("time now", "error bad-arguments time"), ("sing", "error unknown-request sing"),
      ("", "error unknown-request "), ("   ", "error unknown-request "),
      ("\u{1}", "error not-text "), ("Ü", "error not-text "),
      ("open a b", "error bad-arguments open"),
      ("panel", "error unknown-act "), ("panel dance", "error unknown-act dance"),
      ("  clear  \r", "cleared"), ("send 0A", "sent"), ("receive 64 0", "fault timeout"),
      ("close", "closed"),
    ]
    for (asked, answered) in dialogue { #expect(stranger.asked(asked) == answered, "\(asked)") }
    let all = Array((dialogue.map(\.asked).joined(separator: "\n") + "\n").utf8)
    stranger.write(all)
    #expect(stranger.lines(dialogue.count) == dialogue.map(\.answered))
    for piece in all {
      stranger.write([piece])
    }
    #expect(stranger.lines(dialogue.count) == dialogue.map(\.answered))
    await running.stop()
  }

  @Test func `a line that is too long is told once and passed over`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 1)
    let stranger = try room.stranger()
    let longest = "sing" + String(repeating: " ", count: LineBuffer.longestLine - 4)
    #expect(stranger.asked(longest) == "error unknown-request sing")
    #expect(stranger.asked(longest + " ") == "error too-long ")
    stranger.write([UInt8](repeating: 65, count: 100_000))
    #expect(stranger.lines(1) == ["error too-long "])
    #expect(stranger.asked("\nclear") == "fault gone")
    await running.stop()
  }

  @Test func `lines are the same however their bytes are cut`() {
    for seed in 0..<UInt64(200 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var stream: [UInt8] = []
      var expected: [LineBuffer.Line] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let isLong = Int.random(in: 0...3, using: &random) == 0
        let count = Int.random(in: isLong ? 4090...4100 : 0...20, using: &random)
        stream += [UInt8](repeating: 66, count: count) + [10]
        expected.append(
          count > 4095 ? .tooLong : .line([UInt8](repeating: 66, count: count)))
      }
      var buffer = LineBuffer()
      var lines: [LineBuffer.Line] = []
      var rest = stream[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...5000, using: &random)
        buffer.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
        while let line = buffer.next() { lines.append(line) }
      }
      #expect(lines == expected, "seed \(seed)")
    }
  }

  // MARK: Strangers

  private static func garbage(_ random: inout SeededGenerator) -> [UInt8] {
    let words = [
      "open", "close", "clear", "send", "receive", "panel", "state", "time", "64", "1", "0", "-1",
      "30", "3001", "ffff", "prs", "load", "heater", "knob", "+1", "7", "target", "door", "\r",
      "99999999999999999999", "-9223372036854775808", "nan", "TWIN-1001", "\u{0}", "Ü", "",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      switch Int.random(in: 0...9, using: &random) {
      case 0: bytes += random.bytes(Int.random(in: 0...300, using: &random))
      case 1: bytes += [UInt8](repeating: 48, count: Int.random(in: 0...9000, using: &random))
      case 2...4: bytes.append(10)
      default: bytes += Array((words[Int.random(in: 0..<words.count, using: &random)] + " ").utf8)
      }
    }
    return bytes + [10]
  }

  @Test func `no garbage kills the server, and none keeps others waiting`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 100)
    for seed in 0..<UInt64(60 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let strangers = try (0..<3).map { _ in try room.stranger() }
      for stranger in strangers {
        stranger.write(Self.garbage(&random))
        if Bool.random(using: &random) { _ = stranger.descriptor.read(atMost: 4096) }
      }
      #expect(try room.stranger().asked("open 3") == "fault absent", "seed \(seed)")
    }
    await running.stop()
  }

  @Test func `no order of requests and times traps the host`() {
    for seed in 0..<UInt64(150 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let faults = FaultPlan.stormOnTheCable(seed: seed, perMinute: 60, seconds: 60)
      var host = TwinHost(
        Workshop(Bullet.Setup(isNoisy: false, faults: faults)), speed: 10, life: "x")
      var waiting: Set<Int> = []
      for _ in 0..<60 {
        let before = host.elapsed
        let step = Int64.random(in: -1_000_000...900_000_000, using: &random)
        host.advance(to: before + step) { Bool.random(using: &random) }
        #expect(host.elapsed >= before, "seed \(seed)")
        if let (client, _) = host.dueAnswer() { waiting.remove(client) }
        let client = Int.random(in: 1...3, using: &random)
        guard !host.isReading(client) else { continue }
        let query = Query.allCases.randomElement(using: &random)?.bytes ?? []
        let requests: [TwinRequest] = [
          .open(serial: nil), .send(query), .send(query), .receive(count: 64, milliseconds: 500),
          .receive(count: 64, milliseconds: 0), .clear, .state, .time, .panel("prs"),
          .panel("load"), .panel("heater 9"), .close,
        ]
        let request = requests[Int.random(in: 0..<requests.count, using: &random)]
        if host.take(request, from: client) == nil { waiting.insert(client) }
        if Int.random(in: 0...20, using: &random) == 0 {
          host.leave(client)
          waiting.remove(client)
        }
        #expect(waiting == Set((1...3).filter { host.isReading($0) }), "seed \(seed)")
      }
      if waiting.count > 1 { Issue.record("seed \(seed): two read at once") }
    }
  }

  @Test func `one who never reads his answers, and a crowd, keep nobody from the roaster`()
    async throws
  {
    let room = try ServedRoom()
    let running = try room.serve(speed: 10)
    let twin = ServedTwin(path: room.path)
    _ = try await twin.open(serial: nil, skipping: 0)
    let deaf = try room.stranger()
    let flood = Array(String(repeating: "state\n", count: 2000).utf8)
    while deaf.descriptor.write(flood) ?? 0 > 0 {}
    #expect(try room.stranger().asked("clear") == "fault gone")
    let crowd = try (0..<100).map { _ in try room.stranger() }
    #expect(crowd.last?.asked("clear") == "fault gone")
    try await twin.send(Query.info1.bytes, timeoutMilliseconds: 1000)
    #expect(try await twin.receive(64, timeoutMilliseconds: 1000).count == 32)
    await running.stop()
  }

  @Test func `time is held at the speed asked for, and at a thousand it still answers at once`()
    async throws
  {
    for speed in [1.0, 1000.0] {
      let room = try ServedRoom()
      let running = try room.serve(speed: speed)
      let stranger = try room.stranger()
      func elapsed() throws -> Double {
        let json = try ServedTwin.state(path: room.path)
        guard case .number(let seconds)? = try Self.state(json)["seconds"] else { return -1 }
        return seconds
      }
      let (start, real) = (try elapsed(), ContinuousClock.now)
      var slowest = Duration.zero
      while ContinuousClock.now - real < .milliseconds(400) {
        let asked = ContinuousClock.now
        _ = stranger.asked("clear")
        slowest = max(slowest, ContinuousClock.now - asked)
        try await Task.sleep(for: .milliseconds(10))
      }
      let passed = (try elapsed() - start) / speed
      let wall = (ContinuousClock.now - real) / .seconds(1)
      #expect(passed > wall * 0.1 - 0.04 && passed < wall + 0.15, "\(passed) in \(wall)")
      #expect(slowest < .seconds(2), "\(slowest)")
      await running.stop()
    }
  }
}
