import Driver
import Fixtures
import FoundationEssentials
import Roaster
import Simulator
import Testing

/// Every shipped scenario, from the twin's bytes through the session to events.
struct ScenarioTests {
  /// What a session and a roast machine make of a scenario, as lines.
  static func told(_ name: String, seed: UInt64 = 1) async throws -> String {
    let scenario = try #require(try ShippedScenarios.named(name))
    let twin = Twin(
      scenario.workshop(seed: seed, isNoisy: true), pace: .unlimited,
      endingAfter: scenario.limitSeconds, endsWithScript: true)
    return await told(twin)
  }

  /// What they make of a transport.
  static func told<Carrier: Transport>(_ transport: Carrier) async -> String {
    var runner = SessionRunner(Session(), over: transport)
    var machine = RoastMachine()
    var (lines, points, failures) = ([String](), 0, 0)
    await runner.run { report, _ in
      switch report {
      case .telemetry(let point):
        points += 1
        lines += machine.step(point).map { line(of: $0) }
      case .failure: failures += 1
      case .linkChanged: break
      }
    }
    return (lines + ["points \(points) failures \(failures)"]).joined(separator: "\n") + "\n"
  }

  private static func line(of event: RoastEvent) -> String {
    let seconds = event.roastSeconds.map { "\(Int($0.rounded()))" } ?? "-"
    let bean = event.bean.map { "\(Int($0.degrees.rounded()))" } ?? "-"
    let level =
      if case .levelChanged(let change) = event.kind {
        " \(change.control.name) \(change.from)-\(change.to) \(change.origin?.rawValue ?? "")"
      } else if case .anomaly(let anomaly) = event.kind { " " + anomaly.code } else { "" }
    return "\(seconds) \(event.kind.name)\(level) \(bean)"
  }

  @Test(arguments: ShippedScenarios.names)
  func `a scenario tells the story it always told`(name: String) async throws {
    let told = try await Self.told(name)
    let file = "scenarios/\(name).txt"
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(told.utf8).write(to: URL(filePath: Fixtures.path(file)))
    }
    let golden = String(decoding: Fixtures.bytes(file), as: UTF8.self)
    #expect(told == golden, "refresh with ROAST_REFRESH=1 swift test")
  }

  @Test func `the same seed gives the same story, another seed another`() async throws {
    let first = try await Self.told("medium", seed: 7)
    #expect(try await Self.told("medium", seed: 7) == first)
    #expect(try await Self.told("medium", seed: 8) != first)
  }

  @Test func `every file in the folder is shipped`() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Fixtures.root + "/Simulator/scenarios")
    #expect(Set(files) == Set(ShippedScenarios.names.map { $0 + ".json" }))
  }
}
