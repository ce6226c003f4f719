import Driver
import Fixtures
import FoundationEssentials
import Roaster
import Simulator
import Synchronization
import Testing

/// A whole roast through the session under each fault there is (Specs/twin.md T20 to T28).
struct FaultedRoastTests {
  static let faults: [(name: String, fault: TimedFault)] = [
    ("late", TimedFault(.late(milliseconds: 1300), from: 200, lasting: 2)),
    ("lost", TimedFault(.lost, from: 200, lasting: 4)),
    ("short", TimedFault(.short(bytes: 20), from: 200, lasting: 1)),
    ("long", TimedFault(.long(bytes: 7), from: 200, lasting: 1)),
    ("corrupted", TimedFault(.corrupted, from: 200, lasting: 3)),
    ("stall", TimedFault(.stall, from: 200, lasting: 1)),
    ("unplugged", TimedFault(.unplugged, from: 200, lasting: 5)),
    ("knob", TimedFault(.knob(.fan, by: 2), from: 200)),
    ("beans-never-loaded", TimedFault(.beansNeverLoaded, from: 0)),
    ("door-never-opened", TimedFault(.doorNeverOpened, from: 0)),
    ("probe-open", TimedFault(.probeOpen, from: 200, lasting: 20)),
    ("probe-stuck", TimedFault(.probeStuck, from: 200, lasting: 60)),
    ("probe-drift", TimedFault(.probeDrift(degreesPerMinute: 5), from: 200)),
    ("probe-noisy", TimedFault(.probeNoisy(degrees: 1), from: 200, lasting: 60)),
    ("window-dirty", TimedFault(.windowDirty(share: 0.8), from: 0)),
    ("fan-weak", TimedFault(.fanWeak(share: 0.5), from: 200)),
    ("heater-stuck", TimedFault(.heaterStuck(level: 9), from: 300)),
    ("mains-sag", TimedFault(.mainsSag(share: 0.85), from: 200)),
    ("clock-jump", TimedFault(.clockJump(seconds: -30), from: 200)),
  ]

  private final class Tape: Sendable {
    private let content = Mutex<[UInt8]>([])
    var bytes: [UInt8] { content.withLock { $0 } }
    func append(_ bytes: [UInt8]) { content.withLock { $0 += bytes } }
  }

  @Test(arguments: faults.map(\.name))
  func `a roast under a fault tells the story it always told, and only reads`(
    name: String
  ) async throws {
    let fault = try #require(Self.faults.first { $0.name == name }?.fault)
    var scenario = try #require(try ShippedScenarios.named("medium"))
    scenario.faults = FaultPlan([fault])
    scenario.limitSeconds = 900
    let twin = Twin(
      scenario.workshop(seed: 1, isNoisy: true), pace: .unlimited,
      endingAfter: scenario.limitSeconds, endsWithScript: true)
    let tape = Tape()
    let recorder = Recorder(twin, origin: .synthetic, program: "test") { tape.append($0) }
    let told = await ScenarioTests.told(recorder)
    recorder.finish()
    try expectOnlyReads(tape.bytes)
    let file = "scenarios/fault-\(name).txt"
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(told.utf8).write(to: URL(filePath: Fixtures.path(file)))
    }
    let golden = String(decoding: Fixtures.bytes(file), as: UTF8.self)
    #expect(told == golden, "refresh with ROAST_REFRESH=1 swift test")
  }

  private func expectOnlyReads(_ recording: [UInt8]) throws {
    let queries = Query.allCases.map(\.bytes)
    var reader = try RecordingReader(recording)
    while let transfer = reader.next() {
      #expect(transfer.kind != .send || queries.contains(transfer.payload))
    }
    #expect(reader.end == .complete)
  }

  @Test func `no storm on the cable keeps a roast from its landmarks`() async throws {
    let seeds = UInt64(0)..<UInt64(3 * Fixtures.effort)
    // A pause of more than 5 s right at the turn hides it (Specs/machine.md M9).
    var hidden: [UInt64] = []
    for seed in seeds {
      var scenario = try #require(try ShippedScenarios.named("medium"))
      scenario.faults = .stormOnTheCable(seed: seed, perMinute: 4, seconds: 600)
      let twin = Twin(
        scenario.workshop(seed: seed, isNoisy: true), pace: .unlimited, endingAfter: 900,
        endsWithScript: true)
      let told = await ScenarioTests.told(twin)
      if !told.contains("turning_point") { hidden.append(seed) }
      for landmark in ["yellowing", "first_crack", "cooling"] {
        #expect(told.contains(landmark), "seed \(seed)")
      }
    }
    #expect(hidden.count <= seeds.count / 50, "no turning point with seeds \(hidden)")
  }
}
