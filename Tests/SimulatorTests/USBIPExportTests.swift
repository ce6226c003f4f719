import Fixtures
import Roaster
import Testing

@testable import Simulator

/// Specs/twin.md U1 to U4 and U10 to U13: who may have the roaster, and what no bytes from a
/// network can do.
struct USBIPExportTests {
  private let status1 = Query.status1.bytes

  /// A session from the first byte to the last, with every kind of message in it.
  private let session: [[UInt8]] = [
    USBIPWire.listRequest, USBIPWire.importRequest("7-7"), USBIPWire.importRequest(),
    USBIPWire.control(1, 0x80, 6, value: 0x0100, length: 18),
    USBIPWire.write(2, Query.info1.bytes), USBIPWire.read(3, 64), USBIPWire.read(4, 64),
    USBIPWire.write(5, Query.status1.bytes), USBIPWire.read(6, 64), USBIPWire.unlink(7, of: 6),
    USBIPWire.unlink(8, of: 3), USBIPWire.write(9, Query.status2.bytes), USBIPWire.read(10, 64),
  ]
  private let reads: Set<UInt32> = [1, 3, 4, 6, 10]

  /// Everything a session brings when its bytes come in these pieces.
  private func outcome(_ pieces: [[UInt8]]) -> [UInt8] {
    // So slow a twin that every reply is due at once and says the same.
    var host = USBIPHost(importing: false, speed: 0.01)
    _ = host.wait(0.15)
    return pieces.flatMap { host.ask($0) }
  }

  @Test func `the list shows one full-speed device of two interfaces`() {
    var host = USBIPHost(importing: false)
    let reply = host.ask(USBIPWire.listRequest)
    #expect(reply.count == USBIPWire.listReplySize)
    #expect(reply.prefix(12) == [0x01, 0x11, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(Array(reply[268..<272]) == Array("1-1".utf8) + [0])
    #expect(
      Array(reply[300...]) == [
        0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0x04, 0x83, 0x57, 0x41, 0x02, 0x00, 0xEF, 2, 1, 1, 1,
        2, 0xFF, 0, 0, 0, 0xFF, 0, 0, 0,
      ])
    #expect(host.ask(USBIPWire.listRequest) == reply)
  }

  @Test func `one client has it, and every other is refused until that one is gone`() {
    var host = USBIPHost(importing: false)
    let first = host.client
    let imported = host.ask(USBIPWire.importRequest())
    #expect(imported.count == USBIPWire.importReplySize)
    #expect(imported.prefix(8) == [0x01, 0x11, 0, 3, 0, 0, 0, 0])
    host.client = host.export.connect() ?? 0
    #expect(host.ask(USBIPWire.listRequest).count == USBIPWire.listReplySize)
    #expect(host.ask(USBIPWire.importRequest()) == [0x01, 0x11, 0, 3, 0, 0, 0, 2])
    host.export.disconnect(first)
    #expect(!host.export.isImported)
    #expect(host.ask(USBIPWire.importRequest()) == imported)
    #expect(host.export.takeEvents() == [.imported, .refused(busID: "1-1"), .released, .imported])
  }

  @Test func `a name that it does not have is refused`() {
    for name in ["", "1-2", "1-1.1", String(repeating: "x", count: 32), "\u{FFFD}"] {
      var host = USBIPHost(importing: false)
      #expect(host.ask(USBIPWire.importRequest(name)) == [0x01, 0x11, 0, 3, 0, 0, 0, 4])
      #expect(host.ask(USBIPWire.importRequest()).count == USBIPWire.importReplySize)
    }
  }

  @Test func `who lets go of it leaves nothing behind`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.write(1, status1))
    _ = host.command(USBIPWire.control(2, 0x02, 3, index: 0x81))
    _ = host.command(USBIPWire.read(3, 64))
    host.export.disconnect(host.client)
    host.client = host.export.connect() ?? 0
    _ = host.ask(USBIPWire.importRequest())
    #expect(host.command(USBIPWire.read(3, 64)) == [])
    #expect(host.wait(5) == [])
  }

  @Test func `any cutting of a session into pieces brings the same bytes`() throws {
    let whole = outcome(session)
    let commands = whole.dropFirst(USBIPWire.listReplySize + 8 + USBIPWire.importReplySize)
    let answers = try #require(USBIPAnswer.all(in: Array(commands), reads: reads))
    #expect(answers.map(\.sequence) == [1, 2, 3, 5, 4, 7, 8, 9, 10])
    #expect(answers.map(\.status) == [0, 0, 0, 0, 0, -104, 0, 0, 0])
    #expect(outcome(session.flatMap(\.self).map { [$0] }) == whole)
    for seed in UInt64(0)..<UInt64(100 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var rest = session.flatMap(\.self)[...]
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...150, using: &random))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      #expect(outcome(pieces) == whole, "seed \(seed)")
    }
  }

  @Test func `every truncation brings a part of the same bytes, and is given up on in time`() {
    let bytes = session.flatMap(\.self)
    let whole = outcome([bytes])
    var ends: Set<Int> = []
    for count in session.map(\.count) { ends.insert((ends.max() ?? 0) + count) }
    let imports = session.prefix(3).map(\.count).reduce(0, +)
    for count in 0..<bytes.count {
      var host = USBIPHost(importing: false, speed: 0.01)
      _ = host.wait(0.15)
      let reply = host.ask(Array(bytes.prefix(count)))
      #expect(whole.starts(with: reply), "\(count)")
      _ = host.wait(USBIPExport.patienceSeconds - 0.2)
      let wasCut = host.isCut
      _ = host.wait(0.3)
      let (isCut, isImported) = (host.isCut, host.export.isImported)
      #expect(!wasCut && isCut == !(count >= imports && ends.contains(count)), "\(count)")
      #expect(isImported != isCut, "\(count)")
    }
  }

  @Test(arguments: [
    (USBIPWire.submit(1, endpoint: 1, isIn: true, length: 65537), USBIPViolation.length(65537)),
    (USBIPWire.submit(1, endpoint: 3, isIn: false, length: 0xFFFF_FFFF), .length(0xFFFF_FFFF)),
    (USBIPWire.submit(1, endpoint: 0, isIn: true, length: 0x8000_0000), .length(0x8000_0000)),
    (USBIPWire.submit(1, endpoint: 1, isIn: true, length: 64, packets: 1), .isochronous),
    (USBIPWire.submit(1, endpoint: 16, isIn: true, length: 64), .endpoint(16)),
    (USBIPWire.submit(1, endpoint: 1, isIn: true, length: 64, device: 3), .device(3)),
    ([0, 0, 0, 3], .command(3)), ([0, 0, 0, 0], .command(0)),
    ([1, 0x11, 0x80, 5], .command(0x01118005)),
    (USBIPWire.submit(1, endpoint: 1, isIn: true, length: 64).replacing(15, by: 2), .direction(2)),
  ])
  func `a command that cannot be ends the connection, and the roaster is free`(
    bytes: [UInt8], violation: USBIPViolation
  ) {
    var host = USBIPHost()
    _ = host.export.takeEvents()
    #expect(host.ask(bytes) == [])
    #expect(host.isCut && !host.export.isImported)
    #expect(host.export.takeEvents() == [.hungUp(violation), .released])
    #expect(host.ask(USBIPWire.importRequest()) == [])
  }

  @Test func `another version and another operation are hung up on`() {
    for (bytes, violation) in [
      ([1, 6], USBIPViolation.version(0x0106)), ([0x01, 0x11, 0x80, 4], .operation(0x8004)),
      (Array("GET / HTTP/1.1".utf8), .version(0x4745)),
    ] {
      var host = USBIPHost(importing: false)
      #expect(host.ask(bytes) == [])
      #expect(host.isCut)
      #expect(host.export.takeEvents() == [.hungUp(violation)])
    }
  }

  @Test func `the longest transfer allowed is carried`() {
    var host = USBIPHost()
    let bytes = [UInt8](repeating: 0x55, count: 65536)
    #expect(host.command(USBIPWire.write(1, bytes)) == [.submit(1, length: 65536)])
    #expect(host.command(USBIPWire.read(2, 65536)) == [])
    #expect(!host.isCut)
  }

  @Test func `who asks without end and reads nothing is hung up on`() {
    var host = USBIPHost()
    for sequence in UInt32(0)..<5000 where !host.isCut {
      _ = host.command(USBIPWire.write(sequence, status1))
    }
    #expect(host.isCut)
    var reader = USBIPHost()
    for sequence in UInt32(0)..<5000 where !reader.isCut {
      _ = reader.command(USBIPWire.read(sequence, 64))
    }
    #expect(reader.isCut)
    #expect(host.export.takeEvents().contains(.hungUp(.repliesUnread)))
    #expect(reader.export.takeEvents().contains(.hungUp(.tooManyReads)))
  }

  @Test func `nothing more is wanted from a client that takes nothing`() {
    var host = USBIPHost()
    var sent = 0
    let ask = USBIPWire.control(1, 0x80, 6, value: 0x0200, length: 41)
    while host.export.connections[host.client]?.isWanted == true, sent < 100_000 {
      host.export.receive(ask, from: host.client)
      sent += 1
    }
    #expect(sent < 10_000)
    #expect((host.export.connections[host.client]?.outgoing.count ?? 0) < 300_000)
  }

  @Test func `there are only so many clients`() {
    var host = USBIPHost(importing: false)
    var clients: [Int] = []
    while let client = host.export.connect() { clients.append(client) }
    #expect(clients.count == USBIPExport.mostClients - 1)
    host.export.disconnect(clients[0])
    #expect(host.export.connect() != nil)
    _ = host.wait(USBIPExport.patienceSeconds + 1)
    let waiting = host.export.connections.values.filter { !$0.isOver }
    #expect(waiting.isEmpty)
  }

  @Test func `unplugged, it is on no list and in nobody's hands until it is plugged in again`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.read(1, 64))
    host.export.unplug()
    #expect(host.isCut)
    host.export.disconnect(host.client)
    for _ in 0..<2 {
      host.client = host.export.connect() ?? 0
      #expect(host.ask(USBIPWire.listRequest) == [0x01, 0x11, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0])
      #expect(host.ask(USBIPWire.importRequest()) == [0x01, 0x11, 0, 3, 0, 0, 0, 4])
      host.export.unplug()
      #expect(!host.isCut)
    }
    host.export.replug()
    #expect(host.ask(USBIPWire.importRequest()).count == USBIPWire.importReplySize)
    #expect(
      host.export.takeEvents() == [
        .imported, .unplugged, .refused(busID: "1-1"), .refused(busID: "1-1"), .pluggedIn,
        .imported,
      ])
  }

  @Test func `a planned fault unplugs it too, however short`() {
    for (speed, wait) in [(1.0, 0.05), (100, 0.5)] {
      var host = USBIPHost([TimedFault(.unplugged, from: 5, lasting: 2)], speed: speed)
      while host.now * speed < 10 { _ = host.wait(wait) }
      #expect(host.isCut && !host.export.isImported)
      #expect(host.export.takeEvents() == [.imported, .unplugged, .pluggedIn])
      host.client = host.export.connect() ?? 0
      #expect(host.ask(USBIPWire.importRequest()).count == USBIPWire.importReplySize)
    }
  }

  @Test func `the twin roasts on, held or not, as fast as it was told`() {
    for speed in [1.0, 7.5, 20] {
      var host = USBIPHost(speed: speed)
      host.export.perform(.prs)
      _ = host.wait(1)
      host.export.disconnect(host.client)
      for _ in 0..<10 { _ = host.wait(0.5) }
      let bullet = host.export.device.workshop.bullet
      #expect(bullet.state == .roasting)
      #expect(abs(bullet.clockSeconds - 6 * speed) < 0.31, "\(bullet.clockSeconds)")
    }
  }

  @Test func `a computer that slept does not make the twin run after it`() {
    var host = USBIPHost()
    _ = host.wait(36000)
    #expect(host.export.device.seconds == 100)
    _ = host.wait(-5)
    #expect(host.export.device.seconds == 100)
  }

  @Test func `a late reply is waited for no longer than it takes`() {
    var host = USBIPHost([TimedFault(.late(milliseconds: 1500), from: 0)])
    _ = host.command(USBIPWire.write(1, status1))
    #expect(host.export.nextWait == 0.05)
    _ = host.command(USBIPWire.read(2, 64))
    var slept = 0.0
    while host.wait(host.export.nextWait) == [] { slept = host.now }
    #expect((1.4...1.502).contains(slept) && host.now < 1.56)
  }
}

extension [UInt8] {
  fileprivate func replacing(_ index: Int, by byte: UInt8) -> [UInt8] {
    var bytes = self
    bytes[index] = byte
    return bytes
  }
}
