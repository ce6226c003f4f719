import Fixtures
import Roaster
import Testing

/// `roast evaluate` as people run it, and what a daemon keeps of it.
struct EvaluateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func cases(_ pattern: String) -> [String] {
    ["--cases", Fixtures.path("../../Specs/golden/" + pattern), "--trials", "1"]
  }

  private func document(_ words: [String]) async throws -> JSON {
    let run = try await Built.roast(words + ["--json"])
    try #require(run.end == .exit(0), "\(words): \(run.stderr)")
    return try JSON(reading: Array(run.stdout.utf8.dropLast()))
  }

  @Test func `what is kept is in the history and speaks for readiness`() async throws {
    let daemon = ServingDaemon(folder: folder)
    let there = ["--socket", daemon.socket]
    try await daemon.asking {
      let nothing = try await Built.roast(["evaluate", "history"] + there)
      #expect(nothing.stdout == "Nothing was kept yet: 'roast evaluate --keep'.\n")

      let kept = try await Built.roast(["evaluate", "--keep"] + cases("refuse-[a-f]*") + there)
      #expect(kept.end == .exit(0), "\(kept.stderr)")
      #expect(kept.stderr.contains("Kept by the daemon"))
      let history = try await document(["evaluate", "history"] + there)
      let runs = history["evaluations"]?.arrayValue ?? []
      #expect(runs.count == 1 && runs.first?["passed"]?.boolValue == true)
      #expect(runs.first?["pilot"]?.stringValue == "steer")
      let lines = history["cases"]?.arrayValue ?? []
      #expect(lines.count > 5)
      for line in lines {
        #expect(line["trials"]?.integerValue == 1 && line["trials_passed"]?.integerValue == 1)
      }
      let shown = try await Built.roast(["evaluate", "history"] + there)
      #expect(shown.stdout.contains("steer  passed") && shown.stdout.contains("TOO EASY"))
      let ready = try await Built.roast(["autonomy", "readiness"] + there)
      #expect(ready.stdout.contains("to succeed with this machine's parameters, m1: 0"))
      let other = try await document(["evaluate", "history", "--pilot", "pid"] + there)
      #expect(other["evaluations"]?.arrayValue?.isEmpty == true)

      // A part of a sweep says nothing of the whole.
      let part = try await Built.roast(
        ["evaluate", "--keep", "--shard", "1/2"] + cases("refuse-[a-f]*") + there)
      #expect(part.end == .exit(64) && part.stderr.contains("a part of a sweep is not kept"))
    }
  }

  @Test func `shards that are merged are one run, byte for byte, whatever the jobs`() async throws {
    let words = cases("refuse-[df]*")
    let whole = try await Built.roast(["evaluate", "--jobs", "1", "--json"] + words)
    #expect(whole.end == .exit(0))
    var files: [String] = []
    for number in 1...3 {
      let part = try await Built.roast(
        ["evaluate", "--jobs", "2", "--shard", "\(number)/3", "--json"] + words)
      #expect(part.end == .exit(0))
      files.append(try folder.put(Array(part.stdout.utf8), as: "\(number).json"))
    }
    let merged = try await Built.roast(["evaluate", "merge"] + files + ["--json"])
    #expect(merged.end == .exit(0) && merged.stdout == whole.stdout)
    let short = try await Built.roast(["evaluate", "merge"] + files.dropLast() + ["--json"])
    #expect(short.end == .exit(64), "\(short.stderr)")
  }

  @Test func `a case that got worse is named against the baseline, and drawn in the report`()
    async throws
  {
    let words = cases("refuse-he*")
    let good = try await Built.roast(["evaluate", "--json"] + words)
    #expect(good.end == .exit(0), "\(good.stderr)")
    let baseline = try folder.put(Array(good.stdout.utf8), as: "baseline.json")
    let report = folder.file("report.html")
    let again = try await Built.roast(
      ["evaluate", "--baseline", baseline, "--report", report] + words)
    #expect(again.end == .exit(0))
    let page = folder.text("report.html")
    #expect(
      page.hasPrefix("<!doctype html>") && !page.contains("http://") && !page.contains("<link"))
    // The same case, which now wants another rule to have spoken.
    let file = Fixtures.bytes("../../Specs/golden/refuse-heat-at-232.json")
    let wrong = String(decoding: file, as: UTF8.self)
      .replacing("\"bean_ceiling\"", with: "\"nobody_present\"")
    let spoilt = try folder.put(Array(wrong.utf8), as: "other.json")
    let worse = try await Built.roast(
      ["evaluate", "--baseline", baseline, "--cases", spoilt, "--trials", "1"])
    #expect(worse.end == .exit(1), "\(worse.stdout)\(worse.stderr)")
    #expect(worse.stdout.contains("refuse-heat-at-232"))
  }
}
