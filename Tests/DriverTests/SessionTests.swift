import Driver
import Fixtures
import Roaster
import Testing

/// Specs/wire.md W13 to W18.
struct SessionTests {
  private let queries = Query.allCases.map(\.bytes)

  /// Both halves of a reading are of one poll, and polls come in order. A device that sends more than it was
  /// asked for can have its garbage taken for a second half, once; then it reads as unknown.
  private func expectTrue(_ points: [Telemetry], _ note: Comment = "") {
    let readings = points.filter(\.status.isValid)
    for point in readings {
      let poll = WireStatus(point.frame).unverified12.bitPattern
      let isWhole = point.frame == ScriptedRoaster.frame(poll: poll)
      let hasGarbage = point.frame.secondHalf.allSatisfy { $0 == ScriptedRoaster.garbage }
      let isHonest = point.status.preheatTarget == nil && point.status.coilFan2Percent == nil
      #expect(isWhole || (hasGarbage && isHonest), note)
    }
    let polls = readings.map { WireStatus($0.frame).unverified12.bitPattern }
    #expect(zip(polls, polls.dropFirst()).allSatisfy { $0 < $1 }, note)
  }

  @Test func `a quiet minute is identified once and polled 600 times, ten a second`() async {
    let roaster = ScriptedRoaster(seconds: 60)
    let seen = await Witness.watching(roaster)
    #expect(seen.failures == [.transport(.ended)])
    #expect((598...600).contains(seen.points.count))
    #expect(seen.link.identification == Identification(serial: 1234, firmware: 562, roasts: 99))
    expectTrue(seen.points)
    let polls = zip(roaster.sent, roaster.sentSeconds).filter { $0.0 == Query.status1.bytes }
    for (index, poll) in polls.enumerated() {
      #expect(abs(poll.1 - polls[0].1 - Double(index) * 0.1) < 0.002)
    }
    #expect(roaster.sent.prefix(4) == [[0x30, 0x02], [0x89, 0x01], [0x30, 0x01], [0x30, 0x03]])
    #expect(seen.points.map(\.sequence) == (0..<UInt64(seen.points.count)).map { $0 })
  }

  @Test(arguments: [
    ScriptedRoaster.Fault.silent, .late(1050), .late(1500), .late(2600), .short(0), .short(17),
    .long(1), .long(64), .long(65), .doubled, .receiveFails(.stalled), .receiveFails(.overflow),
    .receiveFails(.failed(code: -1)), .sendFails(.stalled), .sendFails(.timeout),
    .sendFails(.shortWrite(taken: 1)), .unplugged(forMilliseconds: 3000),
  ])
  func `every fault at every query ends in true telemetry again`(
    fault: ScriptedRoaster.Fault
  ) async {
    for query in Query.allCases {
      let occurrence = query == .info1 || query == .info2 ? 1 : 20
      let roaster = ScriptedRoaster(seconds: 20)
      roaster.script(query, occurrence, fault)
      let seen = await Witness.watching(roaster)
      expectTrue(seen.points, "\(fault) at \(query)")
      #expect(seen.points.count > 120, "\(fault) at \(query): \(seen.points.count)")
      #expect((seen.points.last?.moment.monotonic ?? .init(seconds: 0)) > .init(seconds: 19.8))
      #expect(roaster.sent.allSatisfy(queries.contains), "\(fault) at \(query)")
      #expect(!roaster.isOpen)
    }
  }

  @Test func `a stall is cleared before anything else is asked`() async {
    let roaster = ScriptedRoaster(seconds: 5)
    roaster.script(.status2, 3, .receiveFails(.stalled))
    let seen = await Witness.watching(roaster)
    #expect(roaster.stallsCleared == 1)
    #expect(seen.failures == [.transport(.stalled), .transport(.ended)])
  }

  @Test func `any chunking of a reply gives the same telemetry`() async {
    let whole = await Witness.watching(ScriptedRoaster(seconds: 3))
    for seed in UInt64(0)..<UInt64(40 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let roaster = ScriptedRoaster(seconds: 3)
      for query in Query.allCases {
        for occurrence in 1...40 {
          var sizes: [Int] = []
          while sizes.reduce(0, +) < query.replyLength {
            let room = query.replyLength - sizes.reduce(0, +)
            sizes.append(.random(in: 1...room, using: &random))
          }
          roaster.script(query, occurrence, .pieces(sizes))
        }
      }
      let seen = await Witness.watching(roaster)
      #expect(seen.failures == [.transport(.ended)], "seed \(seed)")
      #expect(seen.points.map(\.frame) == whole.points.map(\.frame), "seed \(seed)")
    }
  }

  @Test func `under any storm of faults no two polls are mixed and nothing but reads is sent`()
    async
  {
    for seed in UInt64(0)..<UInt64(150 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let roaster = ScriptedRoaster(seconds: 40)
      for query in Query.allCases {
        for occurrence in 1...400 where Int.random(in: 0..<12, using: &random) == 0 {
          let faults: [ScriptedRoaster.Fault] = [
            .silent, .late(.random(in: 900...3500, using: &random)), .short(9), .long(3),
            .long(64), .doubled, .receiveFails(.stalled), .receiveFails(.failed(code: -99)),
            .sendFails(.shortWrite(taken: 1)),
            .unplugged(forMilliseconds: .random(in: 0...4000, using: &random)),
          ]
          if let fault = faults.randomElement(using: &random) {
            roaster.script(query, occurrence, fault)
          }
        }
      }
      let seen = await Witness.watching(roaster)
      expectTrue(seen.points, "seed \(seed)")
      #expect(roaster.sent.allSatisfy(queries.contains), "seed \(seed)")
    }
  }

  @Test func `two packets too many in one poll leave no answer a poll behind`() async {
    let roaster = ScriptedRoaster(seconds: 20)
    roaster.script(.status1, 50, .long(64))
    roaster.script(.status2, 50, .doubled)
    let seen = await Witness.watching(roaster)
    let readings = seen.points.filter(\.status.isValid)
    #expect(readings.count > 190)
    for point in readings {
      #expect(UInt64(WireStatus(point.frame).unverified12.bitPattern) == point.sequence + 1)
    }
  }

  @Test func `attempts to open back off to 30 seconds, and start over after readings`() async {
    let roaster = ScriptedRoaster(seconds: 200)
    roaster.refuseToOpen(Array(repeating: .busy, count: 7))
    let seen = await Witness.watching(roaster)
    let pauses = zip(roaster.openSeconds, roaster.openSeconds.dropFirst()).map { $1 - $0 }
    #expect(pauses.prefix(7).map { $0.rounded() } == [1, 2, 4, 8, 16, 30, 30])
    #expect(seen.phases.prefix(7).allSatisfy { $0 == .busy })
    #expect(seen.link.phase == .up)
  }

  @Test func `a roaster that comes back is opened at once`() async {
    let roaster = ScriptedRoaster(seconds: 60)
    roaster.keepAway(untilSecond: 23.4)
    let seen = await Witness.watching(roaster)
    #expect(seen.phases.first == .absent)
    #expect(roaster.openSeconds.contains { abs($0 - 23.4) < 0.001 })
    #expect((seen.points.first?.moment.monotonic).map { $0 < .init(seconds: 23.6) } == true)
  }

  @Test(arguments: [
    (TransportFault.denied, Link.Phase.denied), (.busy, .busy), (.absent, .absent),
    (.unsupported(product: 0xA4CD), .unsupported), (.failed(code: -12), .connecting),
  ])
  func `a refusal to open is told as what it is`(
    fault: TransportFault, phase: Link.Phase
  ) async {
    let roaster = ScriptedRoaster(seconds: 3)
    roaster.refuseToOpen([fault])
    let seen = await Witness.watching(roaster)
    #expect(seen.phases.first == phase)
    #expect(seen.link.phase == .up)
  }

  @Test func `a device that answers nonsense is called unsupported, and tried again`() async {
    let roaster = ScriptedRoaster(seconds: 30)
    for occurrence in 1...3 { roaster.script(.info1, occurrence, .short(5)) }
    let seen = await Witness.watching(roaster)
    #expect(seen.phases.contains(.unsupported))
    #expect(seen.link.phase == .up)
    #expect(seen.points.count > 200)
  }

  @Test func `of several roasters the one with the wanted number is kept`() async {
    let devices = ["one", "two", "three"].enumerated().map { index, serial in
      Device(product: 0xA27E, serial: serial, bus: 1, address: UInt8(index))
    }
    let byMachine = await Witness.watching(
      ScriptedRoaster(seconds: 3, devices: devices), serial: "1234")
    #expect(byMachine.link.device == devices[0])
    #expect(!byMachine.points.isEmpty)
    let missing = await Witness.watching(
      ScriptedRoaster(seconds: 3, devices: devices), serial: "77")
    #expect(missing.link.phase == .absent)
    #expect(missing.points.isEmpty)
  }

  @Test func `readings older than two seconds are stale, and a failed poll alone is not`() async {
    let roaster = ScriptedRoaster(seconds: 10)
    roaster.script(.status1, 20, .silent)
    let seen = await Witness.watching(roaster)
    let ages = zip(seen.points, seen.points.dropFirst()).map {
      $1.moment.monotonic - $0.moment.monotonic
    }
    #expect((ages.max() ?? 9) < Link.freshSeconds)
    let last = seen.points.last?.moment.monotonic ?? .init(seconds: 0)
    #expect(seen.link.state(at: last.advanced(milliseconds: 2000)) == .up)
    #expect(seen.link.state(at: last.advanced(milliseconds: 2001)) == .stale)
  }

  @Test func `a cancelled session gives the device back`() async {
    let roaster = ScriptedRoaster(seconds: 1e6)
    let task = Task { await Witness.watching(roaster) }
    task.cancel()
    _ = await task.value
    #expect(!roaster.isOpen)
  }
}
