import Analysis
import Evaluation
import Roaster
import Synchronization
import Testing

/// Runs a sweep, or a part of it.
private func run(
  _ sweep: Sweep, _ shard: Sweep.Shard? = nil, jobs: Int = 2
) async throws -> SweepResult {
  let results = Mutex<[TrialResult]>([])
  try await Sweep.run(sweep.units(shard), jobs: jobs) { result in
    results.withLock { $0.append(result) }
  }
  return SweepResult(sweep, results.withLock { $0 })
}

struct SweepTests {
  private func slice() throws -> [GoldenCase] {
    try ["light-400", "refuse-full-heat-no-air", "refuse-ten-kilograms", "failure-rushed-drop"]
      .map(GoldenCases.named)
  }

  @Test func `the result is the same byte for byte whatever the jobs, and a repeat too`()
    async throws
  {
    let sweep = Sweep(try slice(), pilot: .schedule, trials: 2)
    let one = try await run(sweep, jobs: 1).json.text
    #expect(try await run(sweep, jobs: 3).json.text == one)
    let other = Sweep(try slice(), pilot: .schedule, seed: 2, trials: 2)
    #expect(try await run(other).json.text != one)
  }

  @Test func `shards that were merged are one run byte for byte`() async throws {
    let sweep = Sweep(try slice(), pilot: .schedule, trials: 2)
    let whole = try await run(sweep).json.text
    var parts: [SweepResult] = []
    for number in 1...3 {
      let shard = try #require(Sweep.Shard("\(number)/3"))
      let text = try await run(sweep, shard).json.text
      // As files are: through their text.
      parts.append(try #require(SweepResult(try JSON(reading: Array(text.utf8)))))
    }
    #expect(try SweepResult.merge(parts.reversed()).json.text == whole)
    #expect(throws: SweepResult.MergeError.self) { try SweepResult.merge([parts[0], parts[1]]) }
    #expect(throws: SweepResult.MergeError.self) { try SweepResult.merge(parts + [parts[2]]) }
    #expect(throws: SweepResult.MergeError.self) { try SweepResult.merge([]) }
    let other = SweepResult(Sweep(try slice(), pilot: .schedule, seed: 9, trials: 2), [])
    #expect(throws: SweepResult.MergeError.self) { try SweepResult.merge(parts + [other]) }
  }

  @Test func `a case's trials do not depend on the others`() async throws {
    let golden = try GoldenCases.named("failure-rushed-drop")
    let alone = try await run(Sweep([golden], pilot: .schedule, trials: 1))
    let among = try await run(Sweep(try slice(), pilot: .schedule, trials: 1))
    let trial = among.trials.first { $0.golden == golden.name }
    #expect(trial?.json.text == alone.trials.first?.json.text)
  }

  @Test(arguments: PilotKind.allCases)
  func `each pilot is judged, and refuses what must be refused`(pilot: PilotKind) async throws {
    let result = try await run(Sweep(try slice(), pilot: pilot, trials: 2))
    #expect(result.missedRefusals.isEmpty)
    #expect(result.breaches == 0)
    for item in result.cases where item.golden.expectation != .succeed {
      #expect(item.isPassed, "\(item.golden.name): \(item.complaints)")
    }
    let roast = try #require(result.cases.first { $0.golden.name == "light-400" })
    for trial in roast.trials {
      #expect(trial.dropSeconds != nil)
      #expect(trial.courseError != nil)
      #expect(trial.commands.done > 0)
      #expect(trial.judgement.isPassed == (trial.judgement.ending == .succeeded))
    }
    #expect(!SweepReport(result).html.contains("<script"))
  }

  @Test func `a shard names which part of how many it is`() {
    #expect(Sweep.Shard("2/8") != nil)
    for text in ["0/2", "3/2", "1", "a/b", "1/2/3", "", "-1/2", "1/0"] {
      #expect(Sweep.Shard(text) == nil, "\(text)")
    }
  }
}

struct RefusalTests {
  @Test func `a refusal that is missed fails everything`() async throws {
    // Nothing speaks against one step of the fan: as a case that should be refused it is missed.
    var golden = try GoldenCases.named("refuse-full-heat-no-air")
    golden.commands = []
    golden.proposals[0].steps[0].kind = "fan"
    golden.proposals[0].steps[0].level = 3
    let good = try GoldenCases.named("refuse-ten-kilograms")
    let result = try await run(Sweep([golden, good], pilot: .schedule, trials: 1))
    #expect(result.missedRefusals == [golden.name])
    #expect(!result.isPassed)
    #expect(result.cases.allSatisfy { $0.golden.name == golden.name ? !$0.isPassed : $0.isPassed })
    #expect(result.json["passed"]?.boolValue == false)
  }

  @Test func `a target that is not refused is missed`() async throws {
    var golden = try GoldenCases.named("refuse-ten-kilograms")
    golden.grams = 400
    let result = try await run(Sweep([golden], pilot: .schedule, trials: 1))
    #expect(result.missedRefusals == [golden.name])
  }

  @Test func `a refusal for another reason fails, and is not missed`() async throws {
    var golden = try GoldenCases.named("refuse-full-heat-no-air")
    golden.reasons = ["bean_ceiling"]
    let result = try await run(Sweep([golden], pilot: .schedule, trials: 1))
    #expect(result.missedRefusals.isEmpty)
    #expect(!result.isPassed)
  }

  @Test func `a case that became worse is named`() async throws {
    let golden = try GoldenCases.named("refuse-ten-kilograms")
    let before = try await run(Sweep([golden], pilot: .schedule, trials: 1))
    let missed = TrialResult(
      Trial(golden, number: 0, runSeed: 1, pilot: .schedule), TrialRecord())
    let now = SweepResult(Sweep([golden], pilot: .schedule, trials: 1), [missed])
    #expect(Regression(now, against: before).worse == [golden.name])
    #expect(Regression(before, against: now).worse.isEmpty)
    #expect(Regression(before, against: before).lines.map(\.change) == [.same])
  }
}
