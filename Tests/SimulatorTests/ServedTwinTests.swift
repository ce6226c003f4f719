import Fixtures
import FoundationEssentials
import Roaster
import Testing

@testable import Simulator

/// The transport's side: faults, cancelling, clocks, a server that comes and goes.
struct ServedTwinTests {
  private static func fault(
    _ body: () async throws(TransportFault) -> Void
  ) async -> TransportFault? {
    do throws(TransportFault) { try await body() } catch { return error }
    return nil
  }

  private static func opening(_ twin: ServedTwin, serial: String? = nil) async -> TransportFault? {
    await fault { () async throws(TransportFault) in
      _ = try await twin.open(serial: serial, skipping: 0)
    }
  }

  private static func asking(
    _ twin: ServedTwin, _ query: Query = .info1
  ) async throws(TransportFault) -> [UInt8] {
    try await twin.send(query.bytes, timeoutMilliseconds: 1000)
    return try await twin.receive(64, timeoutMilliseconds: 1000)
  }

  @Test func `a request is answered as the twin in the same process answers it`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 10)
    let twin = ServedTwin(path: room.path)
    let device = try await twin.open(serial: nil, skipping: 0)
    #expect(device == Device(product: 0xA27E, serial: "TWIN-1001", bus: 0, address: 1))
    let direct = Bullet(Bullet.Setup(isNoisy: false))
    for query in [Query.info1, .info2] {
      var copy = direct
      #expect(try await Self.asking(twin, query) == copy.answer(query.bytes))
    }
    try await twin.clearStall()
    #expect(
      await Self.fault { () async throws(TransportFault) in
        try await twin.send(Query.status1.bytes, timeoutMilliseconds: 1000)
        _ = try await twin.receive(8, timeoutMilliseconds: 1000)
      } == .overflow)
    #expect(
      await Self.fault { () async throws(TransportFault) in
        try await twin.send([UInt8](repeating: 1, count: 3000), timeoutMilliseconds: 1000)
      } == .failed(code: 90))
    await running.stop()
  }

  @Test func `only its own serial numbers open it, and there is only one`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 10)
    let twin = ServedTwin(path: room.path)
    for serial in ["1001", "TWIN-1001"] { #expect(await Self.opening(twin, serial: serial) == nil) }
    for serial in ["", "7", "a b", "a\nclose", "Ü"] {
      #expect(await Self.opening(twin, serial: serial) == .absent, "\(serial)")
    }
    #expect(
      await Self.fault { () async throws(TransportFault) in
        _ = try await twin.open(serial: nil, skipping: 1)
      } == .absent)
    await running.stop()
  }

  @Test func `a second client finds it busy until the first closes or dies`() async throws {
    let room = try ServedRoom()
    let running = try room.serve(speed: 10)
    var first: ServedTwin? = ServedTwin(path: room.path)
    let second = ServedTwin(path: room.path)
    #expect(await Self.opening(try #require(first)) == nil)
    #expect(await Self.opening(second) == .busy)
    #expect(
      await Self.fault { () async throws(TransportFault) in _ = try await Self.asking(second) }
        == .gone)
    #expect(try await Self.asking(try #require(first)).count == Query.info1.replyLength)
    await first?.close()
    #expect(await Self.opening(second) == nil)
    #expect(await Self.opening(try #require(first)) == .busy)
    await second.close()
    #expect(await Self.opening(try #require(first)) == nil)
    first = nil
    var last: TransportFault? = .busy
    for _ in 0..<100 where last == .busy {
      last = await Self.opening(second)
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(last == nil)
    await running.stop()
  }

  @Test func `a server that is killed and started again is gone, absent and there again`()
    async throws
  {
    let room = try ServedRoom()
    let twin = ServedTwin(path: room.path)
    #expect(await Self.opening(twin) == .absent)
    let first = try room.serve(speed: 100)
    #expect(await Self.opening(twin) == nil)
    try await Task.sleep(for: .milliseconds(50))
    let before = twin.now.monotonic
    await room.kill(first)
    #expect(
      await Self.fault { () async throws(TransportFault) in _ = try await Self.asking(twin) }
        == .gone)
    #expect(await Self.opening(twin) == .absent)
    let waiting = Task {
      await twin.wait(until: twin.now.monotonic.advanced(milliseconds: 10_000_000), orArrival: true)
    }
    try await Task.sleep(for: .milliseconds(150))
    let second = try room.serve(speed: 20)
    let since = ContinuousClock.now
    await waiting.value
    #expect(ContinuousClock.now - since < .seconds(50))
    let (again, met) = (twin.now.monotonic, ContinuousClock.now)
    #expect(again > before, "the new twin's time began at zero, ours goes on")
    #expect(await Self.opening(twin) == nil)
    let passed = twin.now.monotonic - again
    #expect(passed < (ContinuousClock.now - met) / .seconds(1) * 100 + 1, "and does not jump")
    await second.stop()
  }

  @Test func `cancelling ends a blocked read, closes the roaster, and close still works`()
    async throws
  {
    let room = try ServedRoom()
    let running = try room.serve(speed: 1)
    let twin = ServedTwin(path: room.path)
    let reading = Task {
      await Self.fault { () async throws(TransportFault) in
        _ = try await twin.open(serial: nil, skipping: 0)
        _ = try await twin.receive(64, timeoutMilliseconds: 60_000)
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    let since = ContinuousClock.now
    reading.cancel()
    #expect(await reading.value == .ended)
    await twin.close()
    #expect(ContinuousClock.now - since < .seconds(50))
    #expect(await Self.opening(twin) == nil)
    #expect(try await Self.asking(twin).count == Query.info1.replyLength)
    let waiting = Task {
      await twin.wait(until: twin.now.monotonic.advanced(milliseconds: 60_000), orArrival: false)
    }
    waiting.cancel()
    await waiting.value
    #expect(ContinuousClock.now - since < .seconds(55))
    #expect(try await Self.asking(twin).count == Query.info1.replyLength, "nothing was in flight")
    await running.stop()
  }

  @Test func `an unplugged twin is gone, then absent, and its return is noticed`() async throws {
    let plan = FaultPlan([TimedFault(.unplugged, from: 40, lasting: 15)])
    let room = try ServedRoom()
    let clock = HandClock()
    let workshop = Workshop(Bullet.Setup(isNoisy: false, faults: plan))
    let running = try room.serve(workshop, speed: 50) { clock.now() }
    let twin = ServedTwin(path: room.path) { clock.now() }
    #expect(await Self.opening(twin) == nil)
    let reading = Task {
      await Self.fault { () async throws(TransportFault) in
        _ = try await twin.receive(64, timeoutMilliseconds: 600_000)
      }
    }
    clock.set(seconds: 0.9)
    #expect(await reading.value == .gone)
    #expect(await Self.opening(twin) == .absent)
    await twin.close()
    let waiting = Task {
      await twin.wait(until: twin.now.monotonic.advanced(milliseconds: 600_000), orArrival: true)
    }
    try await Task.sleep(for: .milliseconds(150))
    clock.set(seconds: 1.2)
    await waiting.value
    #expect(await Self.opening(twin) == nil)
    await running.stop()
  }

  @Test func `time passes at the twin's speed, forwards only, also while nobody asks`()
    async throws
  {
    let room = try ServedRoom()
    let running = try room.serve(speed: 50)
    let twin = ServedTwin(path: room.path)
    let (wall, asked) = (twin.now.wall.milliseconds, ContinuousClock.now)
    #expect(await Self.opening(twin) == nil)
    let (start, real) = (twin.now, ContinuousClock.now)
    let meeting = (real - asked) / .seconds(1)
    #expect(Double(start.wall.milliseconds - wall) / 1000 < meeting * 50 + 0.1, "no jump")
    #expect(
      await Self.fault { () async throws(TransportFault) in
        _ = try await twin.receive(64, timeoutMilliseconds: 5000)
      } == .timeout)
    #expect(twin.now.monotonic - start.monotonic > 4.9)
    await twin.wait(until: start.monotonic.advanced(milliseconds: 20_000), orArrival: false)
    let (end, elapsed) = (twin.now, (ContinuousClock.now - real) / .seconds(1))
    let passed = end.monotonic - start.monotonic
    #expect(passed >= 20 && passed < elapsed * 50 + 1, "\(passed) in \(elapsed)")
    #expect(abs(Double(end.wall.milliseconds - start.wall.milliseconds) / 1000 - passed) < 0.01)
    var last = twin.now.monotonic
    for _ in 0..<200 {
      _ = try await Self.asking(twin)
      #expect(twin.now.monotonic >= last)
      last = twin.now.monotonic
    }
    await running.stop()
  }

  @Test func `what the system says about a connection is told apart`() {
    #expect([2, 20, 111].map { TransportFault(connecting: $0) } == [.absent, .absent, .absent])
    #expect([13, 1].map { TransportFault(connecting: $0) } == [.denied, .denied])
    #expect(TransportFault(connecting: 24) == .failed(code: 24))
    #expect([2, 111].map { ServedTwinError(connecting: $0) } == [.absent, .absent])
    #expect(ServedTwinError(connecting: 13) == .denied)
  }

  @Test func `a server that talks nonsense is an error, never a crash`() async throws {
    let longest = "4000000000000000000 10000.0 opened a27e TWIN-1 life"
    let answers: [(String, TransportFault?)] = [
      ("hello\n", .failed(code: 71)), ("", .gone), ("1 2\n", .failed(code: 71)),
      ("-1 1.0 sent\n", .failed(code: 71)), ("9999999999999999999 1.0 sent\n", .failed(code: 71)),
      ("1 nan sent\n", .failed(code: 71)), ("1 1e300 sent\n", .failed(code: 71)),
      ("1 1.0 sent\n", .failed(code: 71)), ("1 1.0 opened xyz s l\n", .failed(code: 71)),
      (longest + "a\n", nil), (longest + "b\n", nil), (longest + "c\n", nil),
      ("1 1.0 fault absent\n", .absent), (String(repeating: "a", count: 9000), .failed(code: 71)),
    ]
    let room = try ServedRoom()
    try room.impostor(saying: answers.map { Array($0.0.utf8) })
    let twin = ServedTwin(path: room.path)
    var last = twin.now.monotonic
    for (answer, fault) in answers {
      #expect(await Self.opening(twin) == fault, "\(answer)")
      #expect(twin.now.monotonic >= last)
      last = twin.now.monotonic
      if fault == nil || fault == .absent { await twin.close() }
    }
  }

  @Test func `no line of random words or bytes is an answer that traps`() {
    for seed in 0..<UInt64(2000 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let words = [
        "1", "-5", "4000000000000000001", "1.0", "nan", "opened", "a27e", "received", "zz", "fault",
        "gone", "error", "too-long", "time", "state", "{}", "", "\u{7f}",
      ]
      let line = (0..<Int.random(in: 0...6, using: &random))
        .map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
        .joined(separator: " ")
      if let answer = StampedAnswer(line: Array(line.utf8)) {
        #expect(StampedAnswer(line: Array(answer.text.utf8)) == answer, "seed \(seed): \(line)")
      }
      _ = StampedAnswer(line: random.bytes(Int.random(in: 0...100, using: &random)))
    }
  }
}
