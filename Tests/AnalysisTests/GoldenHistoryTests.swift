import Analysis
import Roaster
import Testing

struct GoldenHistoryTests {
  private func run(_ name: String, _ passes: [Bool], _ expectation: String = "succeed")
    -> [[GoldenOutcome]]
  {
    passes.map {
      [
        GoldenOutcome(
          name: name, expectation: expectation, machine: $0 ? "m1" : nil, isPassed: $0, trials: 4,
          passedTrials: $0 ? 4 : 1)
      ]
    }
  }

  private func line(_ passes: [Bool], _ expectation: String = "succeed") -> GoldenHistory.Line? {
    GoldenHistory(run("a", passes, expectation)).lines.first
  }

  @Test func `a case that passed in over 80 percent of at least five runs is too easy`() {
    let yes = true
    #expect(line([yes, yes, yes, yes])?.isSaturated == false)
    #expect(line([yes, yes, yes, yes, yes])?.isSaturated == true)
    #expect(line([yes, yes, yes, yes, false])?.isSaturated == false)
    #expect(line([yes, yes, yes, yes, yes, false])?.isSaturated == true)
    #expect(line([yes, yes, yes, yes, yes], "refuse")?.isSaturated == false)
  }

  @Test func `what somebody should look at is said with why`() {
    #expect(line([true, true])?.attention == nil)
    #expect(line([false, true])?.attention == "it passed before")
    #expect(line([false, false, false, false, false])?.attention == "it never passes")
    #expect(line([true, false, true, false])?.attention == "it comes and goes")
    #expect(line([false], "refuse")?.attention == "what must be refused was done")
  }

  @Test func `only the last ten count, by name`() {
    let runs =
      zip(run("b", Array(repeating: true, count: 12)), run("a", [false])).map { $0 + $1 }
      + run("b", Array(repeating: true, count: 11))
    let lines = GoldenHistory(runs).lines
    #expect(lines.map(\.name) == ["a", "b"] && lines.map(\.runs) == [1, 10])
    #expect(lines[0].trials == 4 && lines[0].passedTrials == 1)
  }

  @Test func `an outcome is read as it is written, and nothing else is`() {
    for outcome in run("a", [true, false]).joined() {
      #expect(GoldenOutcome(outcome.json) == outcome)
    }
    #expect(GoldenOutcome(.null) == nil)
    #expect(
      GoldenOutcome(
        .object([
          ("name", .string("a")), ("expectation", .string("x")), ("passed", .bool(true)),
          ("trials", .integer(2)), ("trials_passed", .integer(3)),
        ])) == nil)
  }
}
