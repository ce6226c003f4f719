import Fixtures
import FoundationEssentials
import Glibc
import Testing

/// `roast simulate` and what connects to it, as a person or a program calls it.
struct SimulateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func roast(_ words: String...) async throws -> Program.Outcome {
    try await Program(Built.roastPath, words, environment: Built.plainly).outcome()
  }

  @Test func `every shipped scenario is listed, with its title`() async throws {
    let run = try await roast("simulate", "--list")
    #expect(run.end == .exit(0))
    for name in ["light", "medium", "dark", "stalled", "scorched", "back-to-back", "lost-steps"] {
      #expect(run.lines.contains { $0.hasPrefix(name) })
    }
    #expect(run.lines.count >= 8)
  }

  @Test func `a scenario gives a table, a drawing, a recording and a summary`() async throws {
    let (table, drawing, recording) = (
      folder.file("r.csv"), folder.file("r.svg"), folder.file("r.rec")
    )
    let run = try await roast(
      "simulate", "--scenario", "medium", "--out", table, "--plot", drawing, "--record", recording,
      "--json")
    #expect(run.end == .exit(0))
    #expect(run.stdout.contains(#""batches":[{"summary":{"#))
    #expect(run.stdout.contains(#""weight_loss_percent":13."#))
    let rows = folder.text("r.csv").split(separator: "\n")
    #expect(
      rows.first?.hasPrefix("t_s,bt_c,ibts_c,power,fan,drum,state,event,drum_metal_c") == true)
    #expect(rows.count > 500)
    for event in ["CHARGE", "TP", "YELLOW", "FC", "DROP"] {
      #expect(rows.filter { $0.contains(",\(event),") }.count == 1, "\(event)")
    }
    #expect(folder.text("r.svg").hasPrefix("<svg "))
    let played = try await roast(
      "watch", "--device", "replay:\(recording)", "--speed", "max", "--json")
    #expect(played.end == .exit(0))
    #expect(played.lines.filter { $0.contains(#""valid":true"#) }.count > 5000)
  }

  @Test func `the same seed gives the same table, another seed another, no noise the same`()
    async throws
  {
    func table(_ words: String...) async throws -> [UInt8] {
      let path = folder.file("t\(words.joined()).csv")
      let run = try await Program(
        Built.roastPath, ["simulate", "--out", path] + words, environment: Built.plainly
      ).outcome()
      #expect(run.end == .exit(0))
      return folder.bytes("t\(words.joined()).csv")
    }
    #expect(try await table("--seed", "3") == table("--seed=3"))
    #expect(try await table("--seed", "3") != table("--seed", "4"))
  }

  @Test func `a schedule is followed open loop, from charge to 20 s after the drop`() async throws {
    let plan = try folder.put(
      Array("t_s,power,fan,drum,note\n-5,1,1,0,x\n0,7,2,9,\n240,5,3,9,\n".utf8), as: "plan.csv")
    let out = folder.file("out.csv")
    let run = try await roast(
      "simulate", "--schedule", plan, "--grams", "380", "--drop-at", "500", "--out", out)
    #expect(run.end == .exit(0))
    let rows = folder.text("out.csv").split(separator: "\n").dropFirst()
    #expect(rows.count == 521)
    #expect(rows.first?.hasPrefix("0.0,156.000,25.000,7,2,9,6,") == true)
    #expect(rows.last?.hasPrefix("520.0,") == true)
    #expect(rows.allSatisfy { $0.split(separator: ",").count >= 17 })
  }

  @Test(arguments: [
    ("t_s,power\n0,7\n", "line 1"), ("t_s,power,fan,drum\n0,7,2,nine\n", "line 2: drum is 'nine'"),
    ("t_s,power,fan,drum\n0,7,2,9\n-4,7,2,9\n", "line 3: t_s goes back"),
    ("t_s,power,fan,drum\n0,11,2,9\n", "line 2: power is '11'"), ("t_s,power,fan,drum\n", "no row"),
    ("t_s,power,fan,drum\ninf,1,1,1\n", "line 2: t_s is 'inf'"),
  ])
  func `a bad schedule is named by line`(text: String, problem: String) async throws {
    let plan = try folder.put(Array(text.utf8), as: "plan.csv")
    let run = try await roast("simulate", "--schedule", plan)
    #expect(run.end == .exit(64))
    #expect(run.stderr.contains(problem))
  }

  @Test(arguments: [
    ("[]", "the file"), ("{", "the file"), (#"{"name":"x","speed":3}"#, "speed is not known"),
    (#"{"name":"x","grams":9000}"#, "grams must be a number from 50"),
    (#"{"name":"x","script":[{"when":{"state":"hot"}}]}"#, "script[0].when.state is 'hot'"),
    (#"{"name":"x","script":[{"do":["heater -9223372036854775808"]}]}"#, "script[0].do has"),
    (#"{"name":"x","faults":[{"kind":"late"}]}"#, "faults[0].milliseconds is missing"),
  ])
  func `a bad scenario is named by its place`(text: String, problem: String) async throws {
    let file = try folder.put(Array(text.utf8), as: "scenario.json")
    let run = try await roast("simulate", "--scenario", file)
    #expect(run.end == .exit(64))
    #expect(run.stderr.contains(problem), "\(run.stderr)")
  }

  @Test func `a twin in its own process is watched, acted on, and survives its watchers`()
    async throws
  {
    let socket = folder.file("bullet")
    let twin = try Program(
      Built.roastPath, ["simulate", "--serve", "unix:\(socket)", "--speed", "20"],
      environment: Built.plainly)
    var tries = 0
    while try await roast("panel", "--twin", socket, "prs").end != .exit(0), tries < 50 {
      tries += 1
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(try await roast("panel", "--twin", socket, "load", "400").end == .exit(0))
    #expect(try await roast("panel", "--twin", socket, "knob", "heater", "-1").end == .exit(0))
    for _ in 0..<2 {
      let seen = try await roast(
        "watch", "--device", "twin@\(socket)", "--for", "20", "--json")
      #expect(seen.end == .exit(0))
      #expect(seen.stdout.contains(#""state":"roasting""#))
      #expect(seen.stdout.contains(#""heater_level":6"#))
    }
    let other = try await roast("panel", "--twin", socket, "dance")
    #expect(other.end == .exit(64))
    twin.send(SIGTERM)
    #expect(await twin.outcome().end == .exit(0))
    #expect(try await roast("panel", "--twin", socket, "prs").end == .exit(4))
  }
}
