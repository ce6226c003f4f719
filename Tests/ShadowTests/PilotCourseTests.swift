import Analysis
import FoundationEssentials
import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

@Suite struct PilotCourseTests {
  @Test func `The bench`() throws {
    let count = 20
    for recipe in PilotRun.Recipe.all {
      let target = try recipe.target()
      let rises = stride(from: 90.0, to: target.dropSeconds ?? 0, by: 60).map {
        tenth(Course(target, recipe.start).rise(at: $0))
      }
      print(recipe.name, target.dropSeconds ?? 0, rises.joined(separator: " "),
        target.refusals(recipe.start).map(\.text))
      var errors = [0.0, 0, 0]
      for index in 0..<count {
        let seed = UInt64(1000 + index)
        let plant = PilotRun.Plant.drawn(seed)
        var run = try PilotRun(recipe, plant, seed: seed)
        var clerk = ScheduleClerk(
          plan: LevelPlan(recipe.steps), target: target, start: recipe.start)
        try run.roast(&clerk)
        errors[0] += run.error(target)
        run = try PilotRun(recipe, plant, seed: seed)
        var pid = PIDFollower(
          target: target, start: recipe.start, fanPlan: LevelPlan(recipe.steps))
        try run.roast(&pid)
        errors[1] += run.error(target)
        run = try PilotRun(recipe, plant, seed: seed)
        var steer = Steersman(target: target, start: recipe.start)
        try run.roast(&steer)
        errors[2] += run.error(target)
        if index == 0 {
          for word in run.words { print("  ", clock(word.seconds), word.word.text) }
        }
      }
      print("  schedule", errors[0] / Double(count), "pid", errors[1] / Double(count), "steer", errors[2] / Double(count))
    }
  }
}
