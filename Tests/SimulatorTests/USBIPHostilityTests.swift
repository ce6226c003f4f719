import Fixtures
import Roaster
import Testing

@testable import Simulator

/// Specs/twin.md U4: bytes from a network may be anything at all.
struct USBIPHostilityTests {
  /// Commands that mostly could be, in any order.
  private func command(_ random: inout SeededGenerator, _ sequence: UInt32) -> [UInt8] {
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1:
      let query = Query.allCases.randomElement(using: &random) ?? .info1
      return USBIPWire.write(sequence, query.bytes)
    case 2, 3: return USBIPWire.read(sequence, .random(in: 0...300, using: &random))
    case 4: return USBIPWire.unlink(sequence, of: .random(in: 0...sequence, using: &random))
    case 5:
      return USBIPWire.control(
        sequence, [0x00, 0x80, 0x02, 0x82, 0x01].randomElement(using: &random) ?? 0,
        .random(in: 0...11, using: &random), value: .random(in: 0...2, using: &random),
        index: [0, 1, 3, 0x81].randomElement(using: &random) ?? 0,
        length: .random(in: 0...64, using: &random))
    default: return USBIPWire.write(sequence, random.bytes(.random(in: 0...130, using: &random)))
    }
  }

  /// Whether the next client finds all in order.
  private func isSound(_ host: inout USBIPHost) -> Bool {
    host.export.disconnect(host.client)
    guard let client = host.export.connect() else { return false }
    host.client = client
    return host.ask(USBIPWire.importRequest()).count == USBIPWire.importReplySize
      && host.command(USBIPWire.write(1, Query.status2.bytes)) == [.submit(1, length: 2)]
  }

  @Test func `garbage is hung up on or waited for, and the next client finds all in order`() {
    for seed in UInt64(0)..<UInt64(500 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var host = USBIPHost(importing: seed % 2 == 0)
      for _ in 0..<20 { _ = host.ask(random.bytes(.random(in: 0...200, using: &random))) }
      #expect(host.isCut, "seed \(seed)")
      #expect(isSound(&host), "seed \(seed)")
    }
  }

  @Test func `a session with bytes turned is survived, and the next client finds all in order`() {
    for seed in UInt64(0)..<UInt64(500 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var host = USBIPHost()
      for sequence in UInt32(1)...40 where !host.isCut {
        var bytes = command(&random, sequence)
        if Int.random(in: 0..<4, using: &random) == 0 {
          bytes[.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
        host.export.receive(bytes, from: host.client)
        host.export.advance(to: Double(sequence) * 0.01)
      }
      #expect(isSound(&host), "seed \(seed)")
    }
  }

  @Test func `every submit is answered once, or taken back, or still waits`() {
    for seed in UInt64(0)..<UInt64(300 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var host = USBIPHost([TimedFault(.stall, from: 0.2, lasting: 0.1)], seed: seed)
      var open: Set<UInt32> = []
      for sequence in UInt32(1)...60 {
        let bytes = command(&random, sequence)
        let answered = host.command(bytes)
        let waited = host.wait(.random(in: 0...0.02, using: &random))
        #expect(answered != nil && waited != nil, "seed \(seed)")
        open.insert(sequence)
        for answer in (answered ?? []) + (waited ?? []) {
          #expect(open.remove(answer.sequence) != nil, "seed \(seed): \(answer)")
          if answer.command == 4, answer.status == -104 {
            open.remove(USBIPWire.number(bytes[20..<24]))
          }
        }
      }
      #expect(!host.isCut, "seed \(seed)")
      #expect(open.count < 60)
    }
  }
}
