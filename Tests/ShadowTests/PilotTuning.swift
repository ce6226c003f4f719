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
    var all: [(String, Planner.Weights)] = [("default", Planner.Weights())]
    func add(_ name: String, _ change: (inout Planner.Weights) -> Void) {
      var w = Planner.Weights(); w.heaterPrice = 0.06; w.fanPrice = 0.06
      change(&w); all.append((name, w))
    }
    for p in [0.03, 0.06, 0.12, 0.25] { add("price \(p)") { $0.heaterPrice = p; $0.fanPrice = p } }
    for h in [100.0, 120, 140] { add("horizon \(h)") { $0.horizon = h } }
    for h in [100.0, 120, 140] { add("price .12 horizon \(h)") { $0.horizon = h; $0.heaterPrice = 0.12; $0.fanPrice = 0.12 } }
    for h in [40, 150] { add("looks \(h)") { $0.mostLooks = h } }
    for h in [0.3] { add("end \(h)") { $0.end = h } }
    for h in [0.02, 0.15] { add("fan \(h)") { $0.fan = h } }
    for (name, weights) in all {
      var line = ""
      var mean = 0.0
      for (recipe, target) in targets {
        var sum = 0.0
        var changes = 0
        for seed in 1...4 {
          var run = try PilotRun(recipe, PilotRun.Plant(isNoisy: true), seed: UInt64(seed))
          var steer = Steersman(target: target, start: recipe.start, weights: weights)
          try run.roast(&steer)
          sum += run.error(target)
          changes += run.changes.values.reduce(0) { $0 + $1.count }
        }
        mean += sum / 4 / 7
        line += " \(tenth(sum / 4 * 10)) (\(changes / 4))"
      }
      print("=", name, tenth(10 * mean), ":", line)
    }
  }
}

@Suite struct ZTrace {
  @Test func `Trace`() throws {
    for (index, horizon) in [(0, 90.0), (6, 120.0), (4, 170)] {
      let recipe = PilotRun.Recipe.all[index]
      let target = try recipe.target()
      var w = Planner.Weights(); w.heaterPrice = 0.06; w.fanPrice = 0.06; w.horizon = horizon
      var run = try PilotRun(recipe, PilotRun.Plant(isNoisy: true), seed: 1)
      var steer = Steersman(target: target, start: recipe.start, weights: w)
      try run.roast(&steer)
      print("=", recipe.name, run.error(target), run.refusals)
      for word in run.words { print("=  ", clock(word.seconds), word.word.text) }
      for s in run.samples where Int(s.seconds) % 20 == 0 {
        print("=", clock(s.seconds), tenth((s.bean?.degrees ?? 0) - (target.bean(at: s.seconds) ?? 0)), s.heater, s.fan) }
    }
  }
}
