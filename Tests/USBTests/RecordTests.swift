import Fixtures
import FoundationEssentials
import Glibc
import Testing

/// `roast record` before a roaster, and what its recordings say when they are played.
struct RecordTests {
  /// What `roast record --json` says at its end.
  struct Summary: Decodable {
    var file: String
    var seconds: Double
    var readings, failures, bytes: Int
    var link: String
  }

  /// Records until the roaster's log shows enough polls, and tells the summary.
  private func record(_ roaster: EmulatedRoaster, polls: Int) async throws -> Summary {
    let words = ["record", "--json", "--for", "40", "--out", roaster.file("roast.rec")]
    let met = try await roaster.run(words) { program in
      _ = await program.until { _ in roaster.log.order(of: "OUT 3003").count >= polls }
      program.send(SIGINT)
    }
    #expect(met.end == .exit(0), "\(met.outcome.stderr)")
    return try JSONDecoder().decode(Summary.self, from: Data(met.outcome.stdout.utf8))
  }

  private func play(_ roaster: EmulatedRoaster) async throws -> [WatchLine] {
    let device = "replay:" + roaster.file("roast.rec")
    let played = try await Built.roast(["watch", "--json", "--speed", "max", "--device", device])
    #expect(played.end == .exit(0))
    #expect(played.stderr.isEmpty)
    return try WatchLine.lines(of: played.stdout)
  }

  /// The last poll may have been recorded after the end was asked for, and then is not counted.
  private func expectAll(
    _ summary: Summary, in readings: [WatchLine],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      (0...1).contains(readings.count - summary.readings), sourceLocation: sourceLocation)
  }

  /// What `roast decode --json` says of each frame.
  private func decoded(_ frames: [UInt8]) async throws -> [Substring] {
    try await Built.roast(["decode", "--json"], input: frames).lines
  }

  @Test func `a recording plays the readings that were recorded, value by value`() async throws {
    let roaster = try EmulatedRoaster()
    let summary = try await record(roaster, polls: 15)
    #expect(summary.failures == 0 && summary.link == "up")
    #expect(summary.bytes == roaster.bytes("roast.rec").count)
    let readings = try await play(roaster).filter { $0.seq != nil }
    expectAll(summary, in: readings)
    #expect(readings.count >= 14)
    #expect(readings.compactMap(\.number) == (1...readings.count).map { $0 })
    let expected = try await decoded(NumberedFrames.bytes(readings.count))
    for (line, values) in zip(readings, expected) {
      #expect(line.text.hasSuffix("," + values.dropFirst()))
    }
  }

  @Test func `the times of a recording are those of the wall`() async throws {
    let roaster = try EmulatedRoaster()
    _ = try await record(roaster, polls: 12)
    let readings = try await play(roaster).filter { $0.seq != nil }
    let again = try await play(roaster).filter { $0.seq != nil }
    #expect(readings.map(\.text) == again.map(\.text), "the same at every playing")
    #expect(readings.map(\.time) == readings.map(\.time).sorted())
  }

  @Test(arguments: [
    ["--fault", "unplug@status1#5=600"], ["--fault", "silent@status2#5"],
    ["--fault", "doubled@status1#5"], ["--fault", "stall@status1#5"],
    ["--fault", "shortwrite@status1#5=1"], ["--fault", "late@status1#5=1300"],
    ["--unplug-at", "1550:600"],
  ])
  func `faults are recorded too, and play to the same readings`(
    _ options: [String]
  ) async throws {
    let roaster = try EmulatedRoaster(options)
    let summary = try await record(roaster, polls: 20)
    #expect(summary.failures > 0)
    let lines = try await play(roaster)
    let readings = lines.filter { $0.seq != nil }
    #expect(readings.count { $0.valid == true } >= 10)
    expectAll(summary, in: readings)
    #expect(lines.allSatisfy { $0.number != -1 })
    let numbers = lines.compactMap(\.number)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(numbers)")
  }

  @Test func `a recorder that is killed leaves a recording that plays`() async throws {
    let roaster = try EmulatedRoaster()
    let met = try await roaster.shell(
      """
      $ROAST record --out $FOLDER/roast.rec & recorder=$!
      sleep 1.2; kill -9 $recorder; wait $recorder
      """)
    #expect(met.end == .exit(137))
    let bytes = roaster.bytes("roast.rec")
    try roaster.put(bytes.dropLast(5), as: "roast.rec")
    let device = "replay:" + roaster.file("roast.rec")
    let played = try await Built.roast(["watch", "--json", "--speed", "max", "--device", device])
    #expect(played.end == .exit(0))
    #expect(played.stderr.contains("the recording was cut short in the transfer at byte"))
    let numbers = try WatchLine.lines(of: played.stdout).compactMap(\.number)
    #expect(numbers.count >= 3 && numbers == (1...numbers.count).map { $0 })
  }

  @Test func `a recording says which roaster it is of`() async throws {
    let roaster = try EmulatedRoaster()
    _ = try await record(roaster, polls: 3)
    let header = String(
      decoding: roaster.bytes("roast.rec").dropFirst(12).prefix(300), as: UTF8.self)
    for line in [
      "origin: captured\n", "bus-serial: BR1-0001\n", "serial: 1001\n", "firmware: 562\n",
      "roasts: 321\n",
    ] {
      #expect(header.contains(line))
    }
  }

  @Test func `without a roaster there is nothing to keep: exit code 4`() async throws {
    let roaster = try EmulatedRoaster(["--absent"])
    let met = try await roaster.run(
      "record", "--json", "--for", "2", "--out", roaster.file("roast.rec"))
    #expect(met.end == .exit(4))
    let summary = try JSONDecoder().decode(Summary.self, from: Data(met.outcome.stdout.utf8))
    #expect(summary.readings == 0 && summary.link == "absent")
  }
}
