import Analysis
import FoundationEssentials
import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

@Suite struct PilotTuning {
  @Test func `Tune steer`() throws {
    let targets = try PilotRun.Recipe.all.map { ($0, try $0.target()) }
    var all: [(String, Planner.Weights)] = []
    func add(_ name: String, _ change: (inout Planner.Weights) -> Void) {
      var w = Planner.Weights()
      change(&w); all.append((name, w))
    }
    add("default") { _ in }
    for p in [0.06, 0.25, 0.5] { add("price \(p)") { $0.heaterPrice = p; $0.fanPrice = p } }
    for h in [100.0, 140, 170] { add("horizon \(h)") { $0.horizon = h } }
    for h in [0.5, 0.8] { add("size \(h)") { $0.size = h } }
    for h in [0.1, 0.3, 1] { add("growth \(h)") { $0.growth = h } }
    for h in [0.02, 0.15] { add("fan \(h)") { $0.fan = h } }
    add("mix") { $0.growth = 0.2; $0.size = 0.6; $0.heaterPrice = 0.2; $0.fanPrice = 0.2 }
    print("= nominal schedule bumps", try PilotRun.Recipe.all.map { recipe in
      var run = try PilotRun(recipe, .nominal)
      var clerk = ScheduleClerk(plan: LevelPlan(recipe.steps), target: try recipe.target(), start: recipe.start)
      try run.roast(&clerk)
      return tenth(run.bump())
    })
    do {
      var line = ""
      var (mean, bumps) = (0.0, 0.0)
      for (place, (recipe, target)) in targets.enumerated() {
        var sum = 0.0
        for index in 1...6 {
          let seed = UInt64(7000 + 100 * place + index)
          var run = try PilotRun(recipe, .drawn(seed), seed: seed)
          var pid = PIDFollower(target: target, start: recipe.start, fanPlan: LevelPlan(recipe.steps))
          try run.roast(&pid)
          sum += run.error(target)
          bumps += run.bump() / 42
        }
        mean += sum / 42
        line += " \(tenth(sum / 6 * 10))"
      }
      print("= pid", tenth(10 * mean), "bump", tenth(bumps), ":", line)
    }
    for (name, weights) in all {
      var line = ""
      var (mean, bumps) = (0.0, 0.0)
      for (place, (recipe, target)) in targets.enumerated() {
        var sum = 0.0
        var changes = 0
        for index in 1...6 {
          let seed = UInt64(7000 + 100 * place + index)
          var run = try PilotRun(recipe, .drawn(seed), seed: seed)
          var steer = Steersman(target: target, start: recipe.start, weights: weights)
          try run.roast(&steer)
          sum += run.error(target)
          bumps += run.bump() / 42
          changes += run.changes.values.reduce(0) { $0 + $1.count }
        }
        mean += sum / 42
        line += " \(tenth(sum / 6 * 10)) (\(changes / 6))"
      }
      print("=", name, tenth(10 * mean), "bump", tenth(bumps), ":", line)
    }
  }
}
