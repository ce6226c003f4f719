import Driver
import Fixtures
import Roaster
import Testing

@testable import Simulator

/// Specs/twin.md U5 to U9, over whole messages and without a socket.
struct USBIPDeviceTests {
  private let status1 = Query.status1.bytes

  @Test func `the descriptors are those of the mocked roaster`() {
    var host = USBIPHost()
    let device: [UInt8] = [
      18, 1, 0x00, 0x02, 0xEF, 2, 1, 64, 0x83, 0x04, 0x41, 0x57, 0x00, 0x02, 1, 2, 3, 1,
    ]
    let configuration: [UInt8] = [
      9, 2, 41, 0, 2, 1, 0, 0xC0, 50, 9, 4, 0, 0, 0, 0xFF, 0, 0, 0, 9, 4, 1, 0, 2, 0xFF, 0, 0, 0,
      7, 5, 0x03, 2, 64, 0, 0, 7, 5, 0x81, 2, 64, 0, 0,
    ]
    for length in [0, 1, 8, 9, 18, 41, 255, 4096] as [UInt16] {
      let count = Int(length)
      #expect(
        host.command(USBIPWire.control(1, 0x80, 6, value: 0x0100, length: length))
          == [.submit(1, Array(device.prefix(count)))])
      #expect(
        host.command(USBIPWire.control(2, 0x80, 6, value: 0x0200, length: length))
          == [.submit(2, Array(configuration.prefix(count)))])
    }
    let texts = (0...4).map { index in
      host.command(
        USBIPWire.control(9, 0x80, 6, value: 0x0300 + index, index: 0x0409, length: 255))?.first
    }
    #expect(texts[0] == .submit(9, [4, 3, 9, 4]))
    #expect(texts[3] == .submit(9, [14, 3] + "TWIN-1".utf8.flatMap { [$0, 0] }))
    #expect(texts[4] == .submit(9, status: -32))
  }

  @Test func `every standard request is answered, and every other one stalls`() {
    let answered: [(UInt8, UInt8, UInt16, UInt16, [UInt8])] = [
      (0x80, 0, 0, 0, [1, 0]), (0x81, 0, 0, 1, [0, 0]), (0x82, 0, 0, 0x81, [0, 0]),
      (0x82, 0, 0, 0x03, [0, 0]), (0x82, 0, 0, 0, [0, 0]), (0x00, 5, 7, 0, []),
      (0x80, 8, 0, 0, [1]), (0x00, 9, 1, 0, []), (0x81, 10, 0, 1, [0]), (0x01, 11, 0, 0, []),
      (0x01, 11, 0, 1, []), (0x02, 1, 0, 0x81, []), (0x02, 1, 0, 0x03, []),
    ]
    let refused: [(UInt8, UInt8, UInt16, UInt16)] = [
      (0x80, 6, 0x0600, 0), (0x80, 6, 0x0F00, 0), (0x80, 6, 0x0201, 0), (0x00, 9, 2, 0),
      (0x01, 11, 1, 0), (0x01, 11, 0, 2), (0x81, 0, 0, 2), (0x82, 0, 0, 0x82), (0x02, 1, 0, 0x01),
      (0x00, 3, 1, 0), (0x40, 1, 0, 0), (0xC0, 1, 0, 0), (0xA1, 0x21, 0, 0), (0x00, 7, 0x0100, 0),
    ]
    var host = USBIPHost()
    for (kind, request, value, index, bytes) in answered {
      let length = UInt16(bytes.count)
      let command = USBIPWire.control(
        5, kind, request, value: value, index: index, length: length)
      #expect(host.command(command) == [.submit(5, bytes)], "\(kind) \(request)")
    }
    for (kind, request, value, index) in refused {
      let command = USBIPWire.control(
        6, kind, request, value: value, index: index, length: kind & 0x80 == 0 ? 0 : 64)
      #expect(host.command(command) == [.submit(6, status: -32)], "\(kind) \(request)")
    }
    #expect(!host.isCut)
  }

  @Test func `no control request of any kind is left without its one answer`() {
    var host = USBIPHost()
    var random = SeededGenerator(seed: 3)
    for sequence in UInt32(1)...UInt32(5000 * Fixtures.effort) {
      let setup = random.bytes(8).map { Bool.random(using: &random) ? $0 : $0 % 12 }
      let isIn = Bool.random(using: &random)
      let length = Int.random(in: 0...80, using: &random)
      let command = USBIPWire.submit(
        sequence, endpoint: 0, isIn: isIn, length: length, setup: setup,
        payload: isIn ? [] : random.bytes(length))
      let answers = host.command(command)
      #expect(answers?.count == 1 && answers?.first?.sequence == sequence, "\(setup)")
      #expect((answers?.first?.bytes.count ?? 99) <= length)
    }
    #expect(!host.isCut)
  }

  @Test func `without its configuration the roaster is deaf`() {
    var host = USBIPHost()
    #expect(host.command(USBIPWire.control(1, 0, 9, value: 0)) == [.submit(1)])
    #expect(host.command(USBIPWire.control(2, 0x80, 8, length: 1)) == [.submit(2, [0])])
    #expect(host.command(USBIPWire.write(3, status1)) == [.submit(3, status: -32)])
    #expect(host.command(USBIPWire.read(4, 64)) == [.submit(4, status: -32)])
    #expect(host.command(USBIPWire.control(5, 0, 9, value: 1)) == [.submit(5)])
    #expect(host.command(USBIPWire.write(6, status1)) == [.submit(6, length: 2)])
  }

  @Test func `a poll brings 128 bytes, which are a status of the twin as it is`() throws {
    var host = USBIPHost()
    var halves: [[UInt8]] = []
    for (sequence, query) in [(1, Query.status1), (3, .status2)] as [(UInt32, Query)] {
      #expect(
        host.command(USBIPWire.write(sequence, query.bytes)) == [.submit(sequence, length: 2)])
      let answers =
        (host.command(USBIPWire.read(sequence + 1, 64)) ?? []) + (host.wait(0.001) ?? [])
      halves.append(answers.first?.bytes ?? [])
      #expect(answers == [.submit(sequence + 1, halves.last ?? [])])
    }
    let frame = try #require(StatusFrame(firstHalf: halves[0], secondHalf: halves[1]))
    #expect(frame == host.export.device.workshop.bullet.wireStatus.frame)
    #expect(Status(frame).state == .ready)
    #expect(Status(frame).suspicion.all.isEmpty)
  }

  @Test func `identification comes in its own lengths`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.write(1, Query.info1.bytes))
    _ = host.command(USBIPWire.write(2, Query.info2.bytes))
    _ = host.command(USBIPWire.read(3, 64))
    _ = host.command(USBIPWire.read(4, 36))
    let answers = host.wait(0.1) ?? []
    #expect(answers.map(\.bytes.count) == [32, 36])
    let known = Identification(info1: answers[0].bytes, info2: answers[1].bytes)
    #expect(known == Identification(serial: 1001, firmware: 562, roasts: 0))
  }

  @Test func `reads are served in order, and collect packets until one is short`() {
    var host = USBIPHost()
    for sequence in UInt32(1)...4 { _ = host.command(USBIPWire.read(sequence, 200)) }
    for (sequence, query) in [Query.status1, .status2, .info1, .info2, .info1].enumerated() {
      _ = host.command(USBIPWire.write(10 + UInt32(sequence), query.bytes))
    }
    let answers = host.wait(0.1) ?? []
    #expect(answers.map(\.sequence) == [1, 2, 3])
    #expect(answers.map(\.bytes.count) == [64 + 64 + 32, 36, 32])
    #expect(host.wait(5) == [])
  }

  @Test func `a packet longer than the room left is an overflow that hands over what fits`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.write(1, status1))
    _ = host.command(USBIPWire.read(2, 32))
    let answers = host.wait(0.1) ?? []
    #expect(answers.map(\.status) == [-75])
    #expect(answers.map(\.bytes.count) == [32])
    #expect(host.command(USBIPWire.read(3, 64)) == [])
  }

  @Test func `a short read that the host refuses says so`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.write(1, Query.info1.bytes))
    _ = host.command(USBIPWire.read(2, 64, flags: 1))
    #expect(host.wait(0.1)?.map(\.status) == [-121])
  }

  @Test func `a read can be taken back once, and what has ended cannot`() {
    var host = USBIPHost()
    _ = host.command(USBIPWire.read(1, 64))
    _ = host.command(USBIPWire.read(2, 64))
    #expect(host.command(USBIPWire.unlink(3, of: 1)) == [.unlink(3, status: -104)])
    #expect(host.command(USBIPWire.unlink(4, of: 1)) == [.unlink(4, status: 0)])
    _ = host.command(USBIPWire.write(5, status1))
    #expect(host.wait(0.1)?.map(\.sequence) == [2])
    #expect(host.command(USBIPWire.unlink(6, of: 2)) == [.unlink(6, status: 0)])
    #expect(host.command(USBIPWire.unlink(7, of: 7)) == [.unlink(7, status: 0)])
  }

  @Test func `a halted endpoint stays halted until it is cleared, and keeps its reply`() {
    var host = USBIPHost([TimedFault(.stall, from: 0, lasting: 1)])
    _ = host.command(USBIPWire.read(1, 64))
    #expect(
      host.command(USBIPWire.write(2, status1)) == [.submit(2, length: 2), .submit(1, status: -32)])
    #expect(host.command(USBIPWire.read(3, 64)) == [.submit(3, status: -32)])
    let halted = USBIPWire.control(4, 0x82, 0, index: 0x81, length: 2)
    #expect(host.command(halted) == [.submit(4, [1, 0])])
    #expect(host.command(USBIPWire.control(5, 0x02, 1, index: 0x81)) == [.submit(5)])
    #expect(host.command(halted) == [.submit(4, [0, 0])])
    _ = host.command(USBIPWire.read(6, 64))
    #expect(host.wait(0.1)?.map(\.bytes.count) == [64])
  }

  @Test func `an endpoint that the host halts is halted, in or out`() {
    var host = USBIPHost()
    for (endpoint, command) in [
      (0x81 as UInt16, USBIPWire.read(3, 64)), (0x03, USBIPWire.write(3, [1])),
    ] {
      _ = host.command(USBIPWire.control(1, 0x02, 3, index: endpoint))
      #expect(
        host.command(USBIPWire.control(2, 0x82, 0, index: endpoint, length: 2))
          == [.submit(2, [1, 0])])
      #expect(host.command(command) == [.submit(3, status: -32)])
      _ = host.command(USBIPWire.control(4, 0x02, 1, index: endpoint))
    }
    #expect(host.command(USBIPWire.write(5, status1)) == [.submit(5, length: 2)])
  }

  @Test func `a write reaches the roaster as it is and never padded`() {
    var host = USBIPHost()
    let press = Actuation.prs.bytes ?? []
    #expect(host.command(USBIPWire.write(1, press)) == [.submit(1, length: 4)])
    _ = host.wait(1)
    #expect(host.export.device.workshop.bullet.state == .roasting)
    for sequence in UInt32(2)...20 { _ = host.command(USBIPWire.write(sequence, status1)) }
    _ = host.command(USBIPWire.write(21, press + [0]))
    _ = host.command(USBIPWire.write(22, []))
    _ = host.wait(1)
    #expect(host.export.device.workshop.bullet.state == .roasting)
  }

  @Test func `endpoints that it does not have refuse`() {
    var host = USBIPHost()
    for endpoint in UInt32(1)..<16 {
      if endpoint != 1 {
        let read = USBIPWire.submit(1, endpoint: endpoint, isIn: true, length: 64)
        #expect(host.command(read) == [.submit(1, status: -32)])
      }
      if endpoint != 3 {
        let write = USBIPWire.submit(
          2, endpoint: endpoint, isIn: false, length: 1, payload: [0])
        #expect(host.command(write) == [.submit(2, status: -32)])
      }
    }
    #expect(!host.isCut)
  }
}
