import Analysis
import FoundationEssentials
import Glibc
import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

/// How near each pilot keeps BT to its course on machines that it does not know
/// (Specs/pilot.md, S30 to S33).
@Suite(.serialized) struct PilotBenchTests {
  /// A slice in every run, all where time is no matter (ROAST_SOAK=1).
  private static let plants =
    ProcessInfo.processInfo.environment["ROAST_SOAK"] == nil ? 1 : 30

  private struct Score {
    var sum = 0.0
    var count = 0.0
    var changes = 0
    var mean: Double { sum / max(1, count) }

    mutating func add(_ run: PilotRun, _ target: Target) {
      sum += run.error(target)
      count += 1
      changes += run.changes.values.reduce(0) { $0 + $1.count }
    }
  }

  @Test func `Steering beats the schedule and the PID follower by 30 percent`() throws {
    var scores = [Score(), Score(), Score()]
    for (place, recipe) in PilotRun.Recipe.all.enumerated() {
      let target = try recipe.target()
      var own = [Score(), Score(), Score()]
      for index in 0..<PilotBenchTests.plants {
        let seed = UInt64(100 * place + index + 1)
        var runs = try (0..<3).map { _ in try PilotRun(recipe, .drawn(seed), seed: seed) }
        let plan = LevelPlan(recipe.steps)
        var steer = Steersman(target: target, start: recipe.start)
        try runs[0].roast(&steer)
        var clerk = ScheduleClerk(plan: plan, target: target, start: recipe.start)
        try runs[1].roast(&clerk)
        var pid = PIDFollower(target: target, start: recipe.start, fanPlan: plan)
        try runs[2].roast(&pid)
        for (which, run) in runs.enumerated() {
          own[which].add(run, target)
          scores[which].add(run, target)
          #expect(run.droppedSeconds != nil, "\(recipe.name), seed \(seed)")
        }
        #expect(runs[0].refusals == [], "\(recipe.name), seed \(seed)")
        #expect(
          runs[0].words.allSatisfy {
            switch $0.word {
            case .propose, .ask: true
            case .advise, .handBack: false
            }
          }, "it doubts nothing on \(recipe.name), seed \(seed)")
        #expect(runs[0].changes[.heater, default: []].count <= target.restraint.heaterChanges)
        #expect(runs[0].changes[.fan, default: []].count <= target.restraint.fanChanges)
      }
      print(row(recipe.name, own))
    }
    print(row("all", scores))
    #expect(scores[0].mean <= 0.7 * scores[1].mean)
    #expect(scores[0].mean <= 0.7 * scores[2].mean)
  }

  private func row(_ name: String, _ scores: [Score]) -> String {
    "| \(name) | "
      + scores.map {
        "\(hundredth($0.mean)) (\(tenth(Double($0.changes) / max(1, $0.count))))"
      }.joined(separator: " | ") + " |"
  }

  private func hundredth(_ value: Double) -> String {
    let hundredths = Int((100 * value).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  @Test func `A plan takes no more than its time`() throws {
    let recipe = PilotRun.Recipe.all[3]
    let target = try recipe.target()
    var run = try PilotRun(recipe, .drawn(1), seed: 1)
    var first = Steersman(target: target, start: recipe.start)
    try run.roast(&first)
    var (whole, watching) = (0.0, 0.0)
    for _ in 0..<3 {
      var pilot = Steersman(target: target, start: recipe.start)
      whole += spent { for sight in run.sights { _ = pilot.step(sight) } }
      var estimator = Estimator(
        past: run.sights.prefix(2).map(\.sample), machine: .m1, grams: recipe.grams,
        roomCelsius: 22)
      watching += spent { for sight in run.sights { estimator?.observe(sight.sample) } }
    }
    let each = { (seconds: Double) in 1e6 * seconds / Double(3 * run.sights.count) }
    print("microseconds a simulated second: \(each(whole)), of them watching \(each(watching))")
    #if !DEBUG
      #expect(each(whole) - each(watching) < 100)
    #endif
  }

  /// Seconds of this thread's own work: others share the cores.
  private func spent(_ work: () -> Void) -> Double {
    var (begin, end) = (timespec(), timespec())
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin)
    work()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
    return Double(end.tv_sec - begin.tv_sec) + Double(end.tv_nsec - begin.tv_nsec) / 1e9
  }
}
