import Fixtures
import Testing

@testable import Roaster

/// Specs/wire.md W2 to W10.
struct WireTests {
  @Test func `every query has the bytes and the reply length of the protocol note`() {
    #expect(Query.info1.bytes == [0x30, 0x02])
    #expect(Query.info2.bytes == [0x89, 0x01])
    #expect(Query.status1.bytes == [0x30, 0x01])
    #expect(Query.status2.bytes == [0x30, 0x03])
    #expect(Query.allCases.map(\.replyLength) == [32, 36, 64, 64])
  }

  @Test func `every actuation has the bytes of the protocol note`() {
    #expect(Actuation.prs.bytes == [0x30, 0x01, 0x00, 0x00])
    #expect(Actuation.heaterUp.bytes == [0x34, 0x01, 0xAA, 0xAA])
    #expect(Actuation.heaterDown.bytes == [0x34, 0x02, 0xAA, 0xAA])
    #expect(Actuation.fanUp.bytes == [0x31, 0x01, 0xAA, 0xAA])
    #expect(Actuation.fanDown.bytes == [0x31, 0x02, 0xAA, 0xAA])
    for number in 1...9 {
      #expect(
        DrumLevel(number).map { Actuation.drum($0).bytes } == [0x32, 0x01, UInt8(number), 0x00])
    }
    #expect(DrumLevel(0).flatMap { Actuation.drum($0).bytes } == nil)
  }

  @Test func `bytes are read back as the request they are, and as no other`() {
    for query in Query.allCases {
      #expect(Query(bytes: query.bytes) == query)
      #expect(Actuation(bytes: query.bytes) == nil)
    }
    for actuation in Actuation.all {
      #expect(actuation.bytes.flatMap { Actuation(bytes: $0) } == actuation)
      #expect(actuation.bytes.flatMap { Query(bytes: $0) } == nil)
    }
    #expect(Query(bytes: [0x30, 0x01, 0x00]) == nil)
    #expect(Actuation(bytes: [0x32, 0x01, 0x0A, 0x00]) == nil)
  }

  @Test func `every one of 256 state codes has a state that gives the code back`() {
    let known: [UInt8: RoasterState] = [
      0: .off, 2: .preheating, 3: .stabilising, 4: .ready, 6: .roasting, 7: .ending, 8: .cooling,
      9: .shuttingDown,
    ]
    for code in UInt8.min...UInt8.max {
      let state = RoasterState(code: code)
      #expect(state.code == code)
      #expect(state == known[code] ?? .unknown(code))
    }
    #expect(RoasterState.known.count == known.count)
  }

  @Test func `fields that are encoded and decoded are the same, bit for bit`() throws {
    for seed in 0..<UInt64(500 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let frame = try #require(StatusFrame(random.bytes(StatusFrame.size)))
      let wire = WireStatus(frame)
      let again = WireStatus(wire.frame)
      #expect(again.frame == wire.frame, "seed \(seed)")
      #expect(Self.bits(again) == Self.bits(wire), "seed \(seed)")
    }
  }

  @Test func `a frame needs 128 bytes, and each half 64`() throws {
    #expect(StatusFrame([UInt8](repeating: 0, count: 127)) == nil)
    #expect(StatusFrame([UInt8](repeating: 0, count: 129)) == nil)
    let bytes = (0..<128).map { UInt8($0) }
    let frame = try #require(
      StatusFrame(firstHalf: Array(bytes[..<64]), secondHalf: Array(bytes[64...])))
    #expect(frame.bytes == bytes)
    #expect(frame.firstHalf + frame.secondHalf == bytes)
    #expect(StatusFrame(firstHalf: Array(bytes[..<63]), secondHalf: Array(bytes[64...])) == nil)
  }

  @Test func `a first half in place of the second is recognised`() {
    let frame = WireStatus().frame
    #expect(StatusFrame.isFirstHalf(secondReply: frame.firstHalf))
    for target in UInt16(0)...350 {
      var wire = WireStatus()
      wire.preheatTarget = target
      #expect(!StatusFrame.isFirstHalf(secondReply: wire.frame.secondHalf))
    }
  }

  @Test func `an identification survives its two replies`() {
    for seed in UInt64(0)..<100 {
      var random = SeededGenerator(seed: seed)
      let identity = Identification(
        serial: .random(in: .min ... .max, using: &random),
        firmware: .random(in: .min ... .max, using: &random),
        roasts: .random(in: .min ... .max, using: &random))
      let (info1, info2) = (identity.info1, identity.info2)
      #expect(Identification(info1: info1, info2: info2) == identity, "seed \(seed)")
      #expect(Identification(info1: Array(info1.dropLast()), info2: info2) == nil)
      #expect(Identification(info1: info1, info2: info2 + [0]) == nil)
    }
  }

  @Test func `the count of roasts is big-endian at 27, the rest little-endian`() {
    var info1 = [UInt8](repeating: 0, count: 32)
    var info2 = [UInt8](repeating: 0, count: 36)
    (info1[0], info1[1], info1[24], info1[25]) = (0x39, 0x30, 0x32, 0x02)
    (info2[27], info2[28], info2[29], info2[30]) = (0x00, 0x01, 0x02, 0x03)
    #expect(
      Identification(info1: info1, info2: info2)
        == Identification(serial: 12345, firmware: 562, roasts: 66051))
  }

  private static func bits(_ wire: WireStatus) -> [UInt64] {
    [
      wire.bean, wire.beanRateOfRise, wire.infrared, wire.unverified12, wire.exhaust,
      wire.unverified20, wire.infraredBoard, wire.controlBoard,
    ].map { UInt64($0.bitPattern) }
      + [
        wire.clockMinutes, wire.clockSeconds, wire.fan, wire.heater, wire.drum, wire.state,
        wire.validity,
      ].map { UInt64($0) }
      + [
        Int64(wire.fanSpeed), Int64(wire.mainsVolts), Int64(wire.coilFan1), Int64(wire.coilFan2),
        Int64(wire.preheatTarget),
      ].map { UInt64(bitPattern: $0) }
  }
}
