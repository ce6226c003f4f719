import Fixtures
import FoundationEssentials
import Glibc
import Roaster
import Testing

/// `roast evaluate --judge`, with real programs as judges.
struct OutsideJudgeTests {
  private let folder: TemporaryFolder
  /// One that fails, for it expects another reason, and one that passes: in that order, and quick.
  private let cases: [String]

  private static let good =
    "cat >/dev/null; echo '{\"scores\": {"
    + ["plan_clarity", "physics_plausibility", "constraint_respect", "safety"]
    .map { "\"\($0)\": {\"score\": 75, \"reason\": \"as it should be\"}" }.joined(separator: ", ")
    + "}}'"

  init() throws {
    folder = try TemporaryFolder()
    let failing = try Self.golden("refuse-at-assist").split(separator: "\n").map { line in
      line.contains("\"reasons\"") ? "\"reasons\": [\"bean_ceiling\"]," : String(line)
    }
    cases = [
      try folder.put(Array(failing.joined(separator: "\n").utf8), as: "failing.json"),
      Fixtures.root + "/Specs/golden/refuse-ten-kilograms.json",
    ]
  }

  private static func golden(_ name: String) throws -> String {
    let path = Fixtures.root + "/Specs/golden/\(name).json"
    return String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
  }

  private func evaluate(
    _ words: String..., trials: Int = 1, cases: [String]? = nil
  ) async throws -> Program.Outcome {
    try await Built.roast(
      ["evaluate", "--pilot", "schedule", "--trials", "\(trials)"]
        + (cases ?? self.cases).flatMap { ["--cases", $0] } + words)
  }

  private func json(_ run: Program.Outcome) throws -> JSON {
    try JSON(reading: Array(run.stdout.utf8))
  }

  private func opinions(_ json: JSON) -> [JSON] {
    (json["cases"]?.arrayValue ?? []).compactMap { $0["opinion"] }
  }

  private func withoutOpinions(_ json: JSON) -> JSON {
    let cases = (json["cases"]?.arrayValue ?? []).map { item in
      JSON.object((item.members ?? []).filter { $0.key != "opinion" })
    }
    return .object(
      (json.members ?? []).map { ($0.key, $0.key == "cases" ? .array(cases) : $0.value) })
  }

  @Test(arguments: [
    (good, "scored", ""),
    ("no-such-program --at all", "absent", "it could not be started: "),
    ("/", "absent", "it could not be started: "),
    ("sleep 60", "slow", "it took longer than 1 s"),
    // It closes all that it has, and stays.
    ("exec <&- >&- 2>&-; sleep 60", "slow", "it took longer than 1 s"),
    ("yes >&2", "slow", "it took longer than 1 s"),
    ("", "wrong", "it answered nothing"),
    ("echo I would give it an 80", "wrong", "its answer is no JSON"),
    ("echo '{\"scores\": {}}'", "wrong", "plan_clarity is missing"),
    ("echo '{\"passed\": false, \"exit\": 1}'", "wrong", "its answer has no scores"),
    ("yes", "wrong", "it answered more than 64 kB"),
    ("echo one >&2; printf 'two \\033[31m' >&2; exit 2", "wrong", "it ended with 2: two "),
    (good + "; exit 3", "wrong", "it ended with 3"),
    ("kill -9 $$", "wrong", "signal 9 ended it"),
    // No signal is held back from it.
    ("grep SigBlk /proc/self/status | grep -q '[1-9a-f]' || (\(good))", "scored", ""),
    // What it leaves behind is not waited for.
    ("sleep 60 & \(good)", "scored", ""),
  ])
  func `whatever a judge does is shown as such, and changes nothing else`(
    command: String, status: String, why: String
  ) async throws {
    // What is in time is so on a busy computer too.
    let limit = status == "slow" ? "1" : "30"
    let plain = try await evaluate("--json")
    #expect(plain.end == .exit(1))
    let run = try await evaluate("--json", "--judge", command, "--judge-timeout", limit)
    #expect(run.end == .exit(1))
    let told = try json(run)
    #expect(withoutOpinions(told).text + "\n" == plain.stdout)
    let opinions = opinions(told)
    #expect(opinions.count == 2)
    for opinion in opinions {
      #expect(opinion["status"]?.stringValue == status)
      #expect(opinion["problem"]?.stringValue?.hasPrefix(why) ?? why.isEmpty, "\(opinion.text)")
    }
    let passing = try await evaluate(
      "--judge", command, "--judge-timeout", limit, cases: [cases[1]])
    #expect(passing.end == .exit(0))
    let line = passing.lines.first { $0.hasPrefix("Judge: ") } ?? ""
    if status == "scored" {
      #expect(line.hasPrefix("Judge: 1 scored (plan clarity 75, "))
    } else {
      #expect(line == "Judge: 0 scored, 1 \(status).")
    }
    #expect(!passing.stdout.contains("\u{1B}"))
  }

  @Test func `a judge is heard though whoever started us ignores the end of children`() async throws
  {
    let words =
      ["evaluate", "--trials", "1", "--cases", cases[1], "--judge", Self.good]
      + ["--judge-timeout", "5"]
    let run = try await Program.run(
      "/usr/bin/python3",
      [
        "-c",
        "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
          + "os.execv(sys.argv[1], sys.argv[1:])",
        Built.roastPath,
      ] + words, environment: Built.plainly)
    #expect(run.stdout.contains("Judge: 1 scored"), "\(run.stdout)\(run.stderr)")
  }

  @Test func `a judge gets the case and its first roast, as one JSON object`() async throws {
    let command = "cat >>'\(folder.file("asked"))'; \(Self.good)"
    let run = try await evaluate("--judge", command, "--jobs", "1", trials: 2)
    #expect(run.end == .exit(1))
    let asked = try folder.text("asked").split(separator: "\n")
      .map { try JSON(reading: Array($0.utf8)) }
    #expect(asked.count == 2)
    for question in asked {
      #expect(question.members?.map(\.key) == ["schema", "case", "roast", "scores_wanted"])
      #expect(question["roast"]?["case"] == question["case"]?["name"])
      #expect(question["roast"]?["trial"]?.integerValue == 0)
    }
    #expect(asked.compactMap { $0["roast"]?["passed"]?.boolValue } == [false, true])
  }

  @Test func `a judge that does not listen is heard, however much there is to say`() async throws {
    let course = (0..<9000).map { "{\"seconds\": \(Double($0) / 10), \"bean_celsius\": 150}" }
    let large = try Self.golden("refuse-ten-kilograms").replacing(
      "\"course_tol", with: "\"course\": [\(course.joined(separator: ","))], \"course_tol")
    let path = try folder.put(Array(large.utf8), as: "large.json")
    for (deaf, status) in [
      (Self.good.replacing("cat >/dev/null; ", with: ""), "scored"),
      (Self.good.replacing("cat >/dev/null", with: "exec <&-; sleep 0.2"), "scored"),
      ("sleep 60", "slow"),
    ] {
      let limit = status == "slow" ? "1" : "30"
      let run = try await evaluate(
        "--json", "--judge", deaf, "--judge-timeout", limit, cases: [path])
      #expect(try opinions(json(run)).map { $0["status"]?.stringValue } == [status])
    }
  }

  @Test func `shards that were judged, and a merge that is, give what one run gives`() async throws
  {
    // What it says depends on what it is asked.
    let judge =
      "sum=$(cksum | cut -c1-2); "
      + Self.good.replacing("cat >/dev/null; ", with: "")
      .replacing("75", with: "'$sum'")
    let whole = try await evaluate("--json", "--judge", judge, trials: 2).stdout
    #expect(try opinions(json(await evaluate("--json", "--judge", judge, trials: 2))).count == 2)
    for (name, words) in [("judged", ["--judge", judge]), ("plain", [])] {
      for number in 1...2 {
        let run = try await Built.roast(
          ["evaluate", "--pilot", "schedule", "--trials", "2", "--json", "--shard", "\(number)/2"]
            + cases.flatMap { ["--cases", $0] } + words)
        try folder.put(Array(run.stdout.utf8), as: "\(name)\(number).json")
      }
    }
    func merge(_ name: String, _ words: String...) async throws -> String {
      let parts = (1...2).map { folder.file("\(name)\($0).json") }
      return try await Built.roast(["evaluate", "merge", "--json"] + parts + words).stdout
    }
    #expect(try await merge("judged") == whole)
    #expect(try await merge("plain", "--judge", judge) == whole)
    #expect(try opinions(JSON(reading: Array(await merge("plain").utf8))).isEmpty)
    // Those that have scores are not asked about again.
    #expect(try await merge("judged", "--judge", "exit 9") == whole)
  }

  @Test func `as many are asked at a time as jobs are allowed`() async throws {
    for (jobs, said) in [("2", "Judge: 2 scored"), ("1", "Judge: 1 scored")] {
      // Each stays until another has come, and has heard all that it is asked by then.
      let meeting = try TemporaryFolder()
      let judge =
        "cat >/dev/null; cd '\(meeting.path)'; touch $$; "
        + "until [ $(ls | wc -l) -ge 2 ]; do sleep 0.05; done; " + Self.good
      let run = try await evaluate("--judge", judge, "--jobs", jobs, "--judge-timeout", "3")
      #expect(run.stdout.contains(said), "\(run.stdout)")
      #expect(run.stdout.contains(", 1 slow") == (jobs == "1"))
    }
  }

  @Test(arguments: [good, "exit 1", "wait"])
  func `what a judge leaves behind ends with it`(command: String) async throws {
    let judge = "cd '\(folder.path)'; sleep 60 & echo $! >child; " + command
    let run = try await evaluate("--judge", judge, "--judge-timeout", "2", cases: [cases[1]])
    #expect(run.end == .exit(0))
    try await Self.expectEnd(of: folder.text("child"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal ends the judge and all that it started with the run`(signal: Int32) async throws {
    let words = ["evaluate", "--pilot", "schedule", "--trials", "1", "--cases", cases[1]]
    let command = "cd '\(folder.path)'; echo $$ >judge; sleep 60 & echo $! >child; wait"
    let run = try Program(
      Built.roastPath, words + ["--judge", command], environment: Built.plainly)
    while folder.text("child").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    run.send(signal)
    #expect(await run.outcome().end == .signal(signal))
    for name in ["judge", "child"] { try await Self.expectEnd(of: folder.text(name)) }
  }

  private static func expectEnd(of number: String) async throws {
    let process = try #require(pid_t(number.filter(\.isNumber)))
    for _ in 0..<100 where lives(process) { try await Task.sleep(for: .milliseconds(50)) }
    #expect(!lives(process))
  }

  /// One that was killed may still wait for whoever reaps orphans here.
  private static func lives(_ process: pid_t) -> Bool {
    let facts = FileManager.default.contents(atPath: "/proc/\(process)/stat")
    return facts.map { !String(decoding: $0, as: UTF8.self).contains(") Z ") } ?? false
  }

  @Test func `a time out of its bounds, or for no judge, is a word of usage`() async throws {
    for (words, said) in [
      (["--judge", "true", "--judge-timeout", "0"], "expected a whole number from 1 to 3600"),
      (["--judge", "true", "--judge-timeout", "3601"], "expected a whole number from 1 to 3600"),
      (["--judge-timeout", "5"], "--judge-timeout needs --judge"),
    ] {
      let run = try await Built.roast(["evaluate"] + words)
      #expect(run.end == .exit(64))
      #expect(run.stderr.contains(said))
    }
  }
}
