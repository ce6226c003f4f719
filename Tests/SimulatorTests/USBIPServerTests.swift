import Fixtures
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Simulator

/// Specs/twin.md U1 to U13 over real sockets.
struct USBIPServerTests {
  private let log = Log()

  /// What the server has told, from its own thread.
  final class Log: Sendable {
    private let events = Mutex<[USBIPEvent]>([])
    func note(_ event: USBIPEvent) { events.withLock { $0.append(event) } }
    var all: [USBIPEvent] { events.withLock { $0 } }
  }

  private func serving(
    _ faults: [TimedFault] = [], address: String = "127.0.0.1", speed: Double = 1,
    _ body: (USBIPServer) throws -> Void
  ) throws {
    var setup = Bullet.Setup()
    setup.faults = FaultPlan(faults)
    let server = try USBIPServer(
      Workshop(setup), address: address, port: 0, speed: speed, log: log.note)
    try server.start()
    defer { server.stop() }
    try body(server)
  }

  /// Waits for something that another thread brings about.
  private func eventually(_ isSo: () -> Bool) -> Bool {
    for _ in 0..<400 {
      if isSo() { return true }
      usleep(5000)
    }
    return false
  }

  @Test func `it is listed, imported, described and polled`() throws {
    try serving { server in
      let client = try #require(USBIPClient(port: server.port))
      #expect(client.list().count == USBIPWire.listReplySize)
      #expect(client.importRoaster() == 0)
      let device = client.command(
        USBIPWire.control(1, 0x80, 6, value: 0x0100, length: 64), isRead: true)
      #expect(device?.bytes.count == 18 && device?.bytes[8...11] == [0x83, 0x04, 0x41, 0x57])
      #expect(client.command(USBIPWire.control(2, 0, 9, value: 1)) == .submit(2))
      let first = try #require(client.ask(Query.status1.bytes))
      let second = try #require(client.ask(Query.status2.bytes))
      let frame = try #require(StatusFrame(first + second))
      let status = Status(frame)
      #expect(status.isValid && status.state == .ready && status.suspicion.all.isEmpty)
      #expect(abs((status.infrared?.degrees ?? 0) - server.bullet.shown.infrared) < 3)
    }
  }

  @Test func `300 polls in a row lose nothing`() throws {
    try serving(speed: 100) { server in
      let client = try #require(USBIPClient(port: server.port))
      #expect(client.importRoaster() == 0)
      server.perform(.prs)
      for _ in 0..<300 {
        #expect(client.ask(Query.status1.bytes)?.count == 64)
        #expect(client.ask(Query.status2.bytes)?.count == 64)
      }
      #expect(server.bullet.state == .roasting)
    }
  }

  @Test func `it listens on both addresses of localhost`() throws {
    try serving(address: "localhost") { server in
      #expect(USBIPClient(port: server.port)?.list().count == USBIPWire.listReplySize)
      let six = USBIPClient(port: server.port, isIPv6: true)
      #expect(six == nil || six?.list().count == USBIPWire.listReplySize)
    }
  }

  @Test func `two clients list it, one has it, and it is free when that one vanishes`() throws {
    try serving { server in
      let (first, second) = (USBIPClient(port: server.port), USBIPClient(port: server.port))
      #expect(first?.importRoaster() == 0)
      #expect(second?.list().count == USBIPWire.listReplySize)
      #expect(second?.importRoaster() == 2)
      first?.send(USBIPWire.read(1, 64))
      first?.send(Array(USBIPWire.write(2, Query.status1.bytes).prefix(49)))
      first?.vanish()
      #expect(eventually { !server.isImported })
      #expect(second?.importRoaster() == 0)
      #expect(second?.ask(Query.info1.bytes)?.count == 32)
      #expect(log.all == [.imported, .refused(busID: "1-1"), .released, .imported])
    }
  }

  @Test func `a client that dawdles keeps nobody waiting`() throws {
    try serving { server in
      let slow = (0..<10).compactMap { _ in USBIPClient(port: server.port) }
      #expect(slow.count == 10)
      for client in slow { client.send([0x01, 0x11, 0x80]) }
      let quick = try #require(USBIPClient(port: server.port))
      #expect(quick.importRoaster() == 0)
      for client in slow { client.send([0x03]) }
      #expect(quick.ask(Query.status1.bytes)?.count == 64)
      slow[0].send(Array(USBIPWire.importRequest().dropFirst(4)))
      #expect(slow[0].receive(8) == [0x01, 0x11, 0, 3, 0, 0, 0, 2])
    }
  }

  @Test func `a read waits for its reply, and can be taken back`() throws {
    try serving([TimedFault(.late(milliseconds: 150), from: 0)]) { server in
      let client = try #require(USBIPClient(port: server.port))
      _ = client.importRoaster()
      client.send(USBIPWire.read(1, 64))
      #expect(client.command(USBIPWire.unlink(2, of: 1)) == .unlink(2, status: -104))
      let began = SuspendingClock().now
      #expect(client.ask(Query.status1.bytes, sequence: 3)?.count == 64)
      #expect((.milliseconds(40)...(.seconds(1))).contains(SuspendingClock().now - began))
      #expect(client.command(USBIPWire.unlink(5, of: 4)) == .unlink(5, status: 0))
    }
  }

  @Test func `a stall is seen and cleared`() throws {
    try serving([TimedFault(.stall, from: 0)]) { server in
      let client = try #require(USBIPClient(port: server.port))
      _ = client.importRoaster()
      #expect(client.command(USBIPWire.write(1, Query.status1.bytes))?.status == 0)
      #expect(client.command(USBIPWire.read(2, 64), isRead: true) == .submit(2, status: -32))
      #expect(client.command(USBIPWire.control(3, 2, 1, index: 0x81)) == .submit(3))
      #expect(client.command(USBIPWire.read(4, 64), isRead: true)?.bytes.count == 64)
    }
  }

  @Test func `pulled out it is gone, plugged in it is there again`() throws {
    try serving { server in
      let client = try #require(USBIPClient(port: server.port))
      _ = client.importRoaster()
      client.send(USBIPWire.read(1, 64))
      server.unplug()
      #expect(client.isHungUpOn)
      let next = try #require(USBIPClient(port: server.port))
      #expect(next.list().count == 12)
      #expect(next.importRoaster() == 4)
      server.replug()
      #expect(next.importRoaster() == 0)
      #expect(next.ask(Query.status1.bytes)?.count == 64)
    }
  }

  @Test func `a planned fault pulls it out, and it comes back by itself`() throws {
    try serving([TimedFault(.unplugged, from: 16, lasting: 3)], speed: 20) { server in
      let client = try #require(USBIPClient(port: server.port))
      #expect(client.importRoaster() == 0)
      #expect(client.isHungUpOn)
      #expect(eventually { log.all == [.imported, .unplugged, .pluggedIn] })
      #expect(USBIPClient(port: server.port)?.importRoaster() == 0)
    }
  }

  @Test func `the roaster roasts on in nobody's hands`() throws {
    try serving(speed: 50) { server in
      USBIPClient(port: server.port)?.send(USBIPWire.importRequest())
      server.perform(.prs)
      #expect(eventually { server.bullet.clockSeconds > 5 })
    }
  }

  @Test func `garbage is hung up on, and the roaster is still there`() throws {
    try serving { server in
      for seed in UInt64(0)..<40 {
        var random = SeededGenerator(seed: seed)
        let client = try #require(USBIPClient(port: server.port))
        if seed % 2 == 0 { #expect(client.importRoaster() == 0, "seed \(seed)") }
        client.send(random.bytes(500))
        #expect(client.isHungUpOn, "seed \(seed)")
      }
      #expect(USBIPClient(port: server.port)?.importRoaster() == 0)
    }
  }

  @Test func `who reads nothing of what it asks for blocks nobody`() throws {
    try serving { server in
      let greedy = try #require(USBIPClient(port: server.port))
      _ = greedy.importRoaster()
      let asks = [[UInt8]](
        repeating: USBIPWire.control(1, 0x80, 6, value: 0x0200, length: 41), count: 1000)
      for _ in 0..<4 { greedy.send(asks.flatMap(\.self)) }
      #expect(USBIPClient(port: server.port)?.list().count == USBIPWire.listReplySize)
      #expect(greedy.receive(4000 * 89).count == 4000 * 89)
    }
  }

  @Test func `stopped, it hangs up on everybody and its port is free`() throws {
    var ports: [UInt16] = []
    var clients: [USBIPClient?] = []
    try serving { server in
      ports.append(server.port)
      clients = [USBIPClient(port: server.port), USBIPClient(port: server.port)]
      _ = clients[0]?.importRoaster()
      #expect(clients[1]?.list().isEmpty == false)
    }
    #expect(clients.allSatisfy { $0?.isHungUpOn == true })
    #expect(USBIPClient(port: ports[0]) == nil)
    let again = try USBIPServer(Workshop(Bullet.Setup()), port: ports[0])
    try again.start()
    #expect(USBIPClient(port: ports[0])?.list().count == USBIPWire.listReplySize)
    again.stop()
    again.stop()
  }

  @Test func `it says why it cannot listen`() throws {
    let workshop = Workshop(Bullet.Setup())
    #expect(throws: USBIPError.address("roaster.example")) {
      try USBIPServer(workshop, address: "roaster.example", port: 0)
    }
    #expect(throws: USBIPError.speed(0)) { try USBIPServer(workshop, port: 0, speed: 0) }
    let first = try USBIPServer(workshop, port: 0)
    #expect(
      throws: USBIPError.listening(address: "127.0.0.1", port: first.port, code: EADDRINUSE)
    ) { try USBIPServer(workshop, port: first.port) }
  }
}
