import Fixtures
import Testing

/// Every fault that a bus or a roaster can have, through the real libusb: each ends in true telemetry
/// again (Specs/wire.md W13 to W16).
struct FaultTests {
  /// What goes wrong, and what must be found in the account of the bus.
  struct Case: CustomTestStringConvertible {
    var fault: String
    var logged: [String] = []
    var testDescription: String { fault }

    init(_ fault: String, _ logged: String...) { (self.fault, self.logged) = (fault, logged) }
  }

  private static let silence = [
    Case("silent@info1#1"), Case("silent@info2#1"), Case("silent@status1#5", "IN discarded"),
    Case("silent@status2#5", "IN discarded"),
  ]

  private static let stalls = [
    Case("stall@info1#1", "CLEAR_HALT 81"), Case("stall@info2#1", "CLEAR_HALT 81"),
    Case("stall@status1#5", "IN stall", "CLEAR_HALT 81"),
    Case("stall@status2#5", "IN stall", "CLEAR_HALT 81"),
    Case("stall@status1#5=queued", "CLEAR_HALT 81"),
    Case("stall@status2#5=queued", "CLEAR_HALT 81"),
    Case("outstall@info1#1", "OUT 3002 stall", "CLEAR_HALT 03"),
    Case("outstall@status1#5", "OUT 3001 stall", "CLEAR_HALT 03"),
    Case("outstall@status2#5", "OUT 3003 stall", "CLEAR_HALT 03"),
  ]

  private static let lengths = [
    Case("short@info1#1=5"), Case("short@info2#1=10"), Case("short@status1#5=0", "IN 0"),
    Case("short@status1#5=17", "IN 17"), Case("short@status2#5=17", "IN 17"),
    Case("short@status2#5=63"), Case("long@info1#1=33"), Case("long@info1#1=64"),
    Case("long@info1#1=65"), Case("long@info1#1=200"), Case("long@info2#1=64"),
    Case("long@status1#5=65", "IN 1"), Case("long@status1#5=128"), Case("long@status2#5=65"),
    Case("long@status2#5=1000"),
  ]

  private static let lateness = [
    Case("late@info1#1=1300"), Case("late@info2#1=1300"), Case("late@status1#5=300"),
    Case("late@status1#5=1200", "IN discarded"), Case("late@status2#5=1500", "IN discarded"),
    Case("late@status1#5=2300", "IN discarded"), Case("late@status2#5=2300"),
  ]

  private static let others = [
    Case("doubled@info1#1"), Case("doubled@info2#1"), Case("doubled@status1#5"),
    Case("doubled@status2#5"), Case("nonsense@status1#5"), Case("nonsense@status2#5"),
    Case("nonsense@info2#1"), Case("ioerror@info1#1", "IN error"),
    Case("ioerror@status1#5", "IN error"), Case("ioerror@status2#5", "IN error"),
    Case("shortwrite@info1#1=1", "OUT 3002 short"),
    Case("shortwrite@status1#5=1", "OUT 3001 short"),
    Case("shortwrite@status1#5=0", "OUT 3001 short"),
    Case("shortwrite@status2#5=1", "OUT 3003 short"),
  ]

  @Test(arguments: silence + stalls + lengths + lateness + others)
  func `one fault ends in true telemetry again`(_ one: Case) async throws {
    let met = try await EmulatedRoaster(fault: one.fault).watch { lines in
      (lines.last?.number ?? 0) >= 9
    }
    #expect(met.end == .exit(0))
    try met.expectTrueTelemetry()
    #expect(try met.lines.last?.link == "up")
    for what in one.logged { #expect(met.log.has(what), "\(what) in \(met.log.tail)") }
    #expect(!met.log.has("RESET"))
  }

  @Test func `a lost poll leaves a hole in the sequence, and nothing else`() async throws {
    let met = try await EmulatedRoaster(fault: "silent@status1#5").watch { lines in
      (lines.last?.number ?? 0) >= 8
    }
    let lines = try met.lines.filter { $0.number != nil }
    #expect(lines.allSatisfy { $0.seq == $0.number.map { $0 - 1 } })
    #expect(lines.prefix(7).compactMap(\.number) == [1, 2, 3, 4, 6, 7, 8])
    #expect(!(try met.links.contains("stale")))
  }

  @Test func `a short write is never followed by the rest`() async throws {
    let met = try await EmulatedRoaster(fault: "shortwrite@status1#5=1").watch { lines in
      (lines.last?.number ?? 0) >= 6
    }
    let writes = met.log.order(of: "OUT")
    let short = try #require(writes.firstIndex(of: "OUT 3001 short"))
    #expect(
      Array(writes[short...].prefix(4)) == [
        "OUT 3001 short", "OUT 3002", "OUT 3001", "OUT 3003",
      ])
  }

  @Test func `an answer of any length fits the read, so none can overflow`() async throws {
    for length in [64, 65, 4096] {
      let met = try await EmulatedRoaster(fault: "long@info1#1=\(length)").watch { lines in
        (lines.last?.number ?? 0) >= 2
      }
      #expect(met.log.order(of: "IN overflow").isEmpty, "\(length)")
      try met.expectTrueTelemetry()
    }
  }

  @Test func `the idle message is no reading, and no fault`() async throws {
    var frames = NumberedFrames.bytes(60)
    for number in [3, 4, 9] { frames[(number - 1) * 128 + 41] = 0 }
    let met = try await EmulatedRoaster(frames: frames).watch { lines in
      (lines.last?.number ?? 0) >= 12
    }
    let lines = try met.lines.filter { $0.seq != nil }
    #expect(lines.prefix(12).map(\.valid) == (1...12).map { ![3, 4, 9].contains($0) })
    #expect(lines[2].preheatTargetCelsius == 3)
    #expect(lines[2].beanCelsius == nil)
    #expect(try met.links == ["up"])
    try met.expectTrueTelemetry()
  }

  @Test func `faults in a row, of every kind, are all got over`() async throws {
    let faults = [
      "stall@status1#3", "doubled@status1#6", "shortwrite@status2#8=1", "long@status1#11=65",
      "ioerror@status1#14", "short@status2#17=9", "late@status1#20=1200", "outstall@status1#23",
      "doubled@status2#26",
    ]
    let met = try await EmulatedRoaster(faults.flatMap { ["--fault", $0] }).watch { lines in
      (lines.last?.number ?? 0) >= 32
    }
    try met.expectTrueTelemetry()
    #expect(met.log.order(of: "CLAIM").count == 1, "no fault but three in a row reopens")
    #expect(try met.numbers.count >= 18)
  }
}
