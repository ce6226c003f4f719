import Driver
import Fixtures
import Roaster
import Synchronization
import Testing

/// Specs/recording.md.
struct RecordingTests {
  /// Collects what a recorder writes.
  private final class Tape: Sendable {
    private let content = Mutex<[UInt8]>([])
    var bytes: [UInt8] { content.withLock { $0 } }
    func append(_ bytes: [UInt8]) { content.withLock { $0 += bytes } }
  }

  /// A stormy recording, and what the session that was recorded saw.
  private func stormy(
    seed: UInt64, seconds: Double = 20
  ) async -> (bytes: [UInt8], seen: Witness) {
    var random = SeededGenerator(seed: seed)
    let roaster = ScriptedRoaster(seconds: seconds)
    for query in Query.allCases {
      for occurrence in 2...200 where Int.random(in: 0..<10, using: &random) == 0 {
        let faults: [ScriptedRoaster.Fault] = [
          .silent, .late(1300), .short(9), .long(3), .doubled, .receiveFails(.stalled),
          .receiveFails(.failed(code: -99)), .sendFails(.shortWrite(taken: 1)),
          .unplugged(forMilliseconds: 700),
        ]
        if let fault = faults.randomElement(using: &random) {
          roaster.script(query, occurrence, fault)
        }
      }
    }
    let tape = Tape()
    let recorder = Recorder(roaster, origin: .synthetic, program: "test") { tape.append($0) }
    var seen = Witness()
    var runner = SessionRunner(Session(), over: recorder)
    await runner.run { report, link in
      if let identity = link.identification { recorder.identified(identity) }
      seen.take(report, link)
    }
    recorder.finish()
    return (tape.bytes, seen)
  }

  private func replayed(_ bytes: [UInt8]) async throws -> Witness {
    await Witness.watching(Replay(try RecordingReader(bytes), pace: .unlimited))
  }

  @Test func `a recording of any storm replays to the same telemetry at the same times`()
    async throws
  {
    for seed in UInt64(0)..<UInt64(20 * Fixtures.effort) {
      let (bytes, seen) = await stormy(seed: seed)
      let again = try await replayed(bytes)
      #expect(again.points.map(\.frame) == seen.points.map(\.frame), "seed \(seed)")
      #expect(again.points.map(\.moment) == seen.points.map(\.moment), "seed \(seed)")
      #expect(again.points.map(\.sequence) == seen.points.map(\.sequence), "seed \(seed)")
      #expect(again.phases == seen.phases, "seed \(seed)")
    }
  }

  @Test func `the header tells where a recording comes from`() async throws {
    let (bytes, _) = await stormy(seed: 1)
    let header = try RecordingReader(bytes).header
    #expect(header.origin == .synthetic)
    #expect(header.program == "test")
    #expect(header.started == WallTime(milliseconds: 1_700_000_000_000))
    #expect(header.device == ScriptedRoaster.device)
    #expect(header.identification == Identification(serial: 1234, firmware: 562, roasts: 99))
  }

  @Test func `a recording cut at any byte plays up to the cut, or says why it cannot`()
    async throws
  {
    let (bytes, _) = await stormy(seed: 2, seconds: 3)
    var whole = try RecordingReader(bytes)
    var transfers: [RecordedTransfer] = []
    while let transfer = whole.next() { transfers.append(transfer) }
    #expect(whole.end == .complete)
    for length in 0..<bytes.count {
      do {
        var reader = try RecordingReader(Array(bytes[..<length]))
        var kept: [RecordedTransfer] = []
        while let transfer = reader.next() { kept.append(transfer) }
        #expect(kept.elementsEqual(transfers.prefix(kept.count)))
        let isCut = if case .cut? = reader.end { true } else { false }
        #expect(isCut || reader.end == .complete)
      } catch {
        #expect(error == RecordingReader.Refusal.headerCut, "at \(length)")
      }
    }
  }

  @Test func `a changed byte is noticed, and everything before it still plays`() async throws {
    let (bytes, _) = await stormy(seed: 3, seconds: 3)
    for seed in UInt64(0)..<300 {
      var random = SeededGenerator(seed: seed)
      var damaged = bytes
      let place = Int.random(in: 0..<bytes.count, using: &random)
      damaged[place] ^= UInt8.random(in: 1...255, using: &random)
      do {
        var reader = try RecordingReader(damaged)
        while reader.next() != nil {}
        switch reader.end {
        case .damaged(let offset)?, .cut(let offset)?: #expect(offset <= place, "seed \(seed)")
        default: Issue.record("seed \(seed): the change at \(place) went unnoticed")
        }
      } catch {
        #expect(place < 400, "seed \(seed)")
      }
    }
  }

  @Test func `what is not a recording is refused by name`() {
    #expect(throws: RecordingReader.Refusal.notARecording) {
      try RecordingReader(Array("PNG, or something else".utf8))
    }
    #expect(throws: RecordingReader.Refusal.headerCut) { try RecordingReader([]) }
    #expect(throws: RecordingReader.Refusal.newerVersion(2)) {
      try RecordingReader(Array("ROASTREC".utf8) + [2, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test func `a device's own text cannot break the header`() throws {
    let roaster = ScriptedRoaster(
      seconds: 1,
      devices: [Device(product: 1, serial: "evil\norigin: captured", bus: 1, address: 1)])
    let tape = Tape()
    let recorder = Recorder(roaster, origin: .synthetic, program: "a\nb") { tape.append($0) }
    recorder.finish()
    let header = try RecordingReader(tape.bytes).header
    #expect(header.origin == .synthetic)
    #expect(header.program == "a b")
  }

  @Test func `the shipped recording is what its generator makes`() async throws {
    let made = await SyntheticRoast.recording()
    let name = "recordings/synthetic-roast.rec"
    if SyntheticRoast.isRefresh { try SyntheticRoast.write(made, to: Fixtures.path(name)) }
    #expect(Fixtures.bytes(name) == made, "refresh with ROAST_REFRESH=1 swift test")
    let seen = try await replayed(made)
    #expect(seen.link.identification?.firmware == 562)
    #expect(seen.points.count > 600)
  }
}
