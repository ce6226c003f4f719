import Fixtures
import FoundationEssentials
import Glibc
import Roaster
import Testing

/// `roast pilot` beside a daemon, as people start it.
struct PilotCommandTests {
  private static let golden = Fixtures.path("../../Specs/golden/medium-400.json")

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a schedule is played by proposals, each with the moment that it has`() async throws {
    let daemon = ServingDaemon(
      folder: folder, device: "twin:unattended", more: ["--speed", "20"])
    let there = ["--socket", daemon.socket]
    try await daemon.asking {
      let raised = try await Built.roast(
        ["autonomy", "set", "L5", "--override", "30", "--because", "a test"] + there)
      #expect(raised.end == .exit(0), "\(raised.stderr)")
      let pilot = try Program(
        Built.roastPath,
        ["pilot", "--target", Self.golden, "--mode", "schedule", "--json"] + there,
        environment: Built.plainly)
      var done: [JSON] = []
      let deadline = ContinuousClock.now.advanced(by: .seconds(60))
      while done.isEmpty, ContinuousClock.now < deadline {
        _ = try await Built.roast(["presence"] + there)
        let listed = try await Built.roast(["proposals", "--json"] + there)
        done =
          (try JSON(reading: Array(listed.stdout.utf8.dropLast()))["proposals"]?.arrayValue)?
          .filter { $0["status"]?.stringValue == "completed" } ?? []
        try await Task.sleep(for: .milliseconds(200))
      }
      pilot.send(SIGINT)
      let said = await pilot.outcome()
      #expect(said.end == .exit(0), "\(said.stderr)")
      // Which it is first depends on how busy this computer is.
      let reason = done.first?["reason"]?.stringValue ?? ""
      #expect(reason.contains(" to ") && reason.contains(": the plan has it at "), "\(reason)")
      #expect(said.stdout.contains(reason) && !reason.isEmpty, "\(said.stdout)")
      // The token that was made for it is taken back.
      let tokens = try await Built.roast(["token", "list"] + there)
      #expect(tokens.stdout.hasPrefix("There are no tokens"), "\(tokens.stdout)")
    }
  }

  @Test(arguments: [
    (["--mode", "fly"], "expected advise, steer or schedule"),
    (["--mode", "schedule"], "has no levels that could be played"),
  ])
  func `what cannot be played is named`(_ words: [String], _ problem: String) async throws {
    let target = try JSON(reading: Fixtures.bytes("../../Specs/golden/medium-400.json"))["target"]
    let bare = try folder.put(Array((target?.text ?? "").utf8), as: "target.json")
    let run = try await Built.roast(
      ["pilot", "--target", bare, "--socket", folder.file("none")] + words)
    #expect(run.end == .exit(64))
    #expect(run.stderr.contains(problem), "\(run.stderr)")
  }
}
