import Analysis
import FoundationEssentials
import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

/// What a pilot says, and when it is silent (Specs/pilot.md).
@Suite struct PilotTests {
  private static let recipe = PilotRun.Recipe.all[3]
  private static let seeds = Array(UInt64(1)...2)

  private func steered(
    _ recipe: PilotRun.Recipe = PilotTests.recipe, seed: UInt64 = 1,
    _ change: (inout Target, inout PilotRun) -> Void = { _, _ in }
  ) throws -> PilotRun {
    var target = try recipe.target()
    var run = try PilotRun(recipe, .drawn(seed), seed: seed)
    change(&target, &run)
    var pilot = Steersman(target: target, start: recipe.start)
    try run.roast(&pilot)
    return run
  }

  @Test func `The same sights give the same words`() throws {
    let run = try steered()
    let target = try PilotTests.recipe.target()
    var again = Steersman(target: target, start: PilotTests.recipe.start)
    let words = run.sights.flatMap { again.step($0) }
    #expect(words == run.words.map(\.word))
    #expect(words.count > 4)
  }

  @Test(arguments: seeds) func `The restraint is never exceeded`(seed: UInt64) throws {
    for recipe in [PilotRun.Recipe.all[0], PilotRun.Recipe.all[5]] {
      for (most, between) in [(12, 20.0), (2, 60)] {
        let run = try steered(recipe, seed: seed) { target, _ in
          target.restraint.heaterChanges = most
          target.restraint.fanChanges = min(most, 8)
          target.restraint.secondsBetween = between
        }
        for (control, times) in run.changes {
          #expect(times.count <= (control == .heater ? most : min(most, 8)))
          #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= between - 0.8 })
        }
        #expect(run.refusals == [], "the governor is asked for nothing that it refuses")
      }
    }
  }

  @Test func `Every proposal is one sentence with its numbers`() throws {
    for recipe in PilotRun.Recipe.all {
      let run = try steered(recipe)
      for (_, word) in run.words {
        guard case .propose(let command, let reason) = word, let setting = command.setting else {
          continue
        }
        #expect(reason.hasPrefix("\(setting.control.name) "))
        #expect(reason.contains(" to \(setting.level): "))
        let figures = reason.split(separator: " ").filter { Double($0) != nil }
        #expect(figures.count >= 4, "\(reason)")
        #expect(reason.count < 160 && !reason.contains(". ") && !reason.contains("\n"))
      }
    }
  }

  @Test func `The rate of rise at first crack is spoken of where the target names it`() throws {
    let run = try steered { target, _ in target.riseAtFirstCrack = CelsiusPerMinute(4.5) }
    let spoken = run.words.map(\.word.text).filter { $0.contains("at first crack") }
    #expect(!spoken.isEmpty)
    #expect(spoken.allSatisfy { $0.contains("C/min at first crack") && $0.contains(" target, ") })
  }

  @Test func `What was refused is not asked for again so soon`() throws {
    let target = try PilotTests.recipe.target()
    var pilot = Steersman(target: target, start: PilotTests.recipe.start)
    var asked: [(Double, Command)] = []
    for old in try steered(seed: 3).sights {
      var sight = old
      // Nothing is done, so that there is always something to be wished for.
      sight.sample = Rehearsal.Sample(
        seconds: old.sample.seconds, bean: old.sample.bean, infrared: old.sample.infrared,
        heater: 7, fan: 2, drum: 9)
      sight.hasOpenProposal = false
      sight.lastOutcome = asked.isEmpty ? nil : .refused(["rehearsed_breach"])
      for word in pilot.step(sight) {
        if case .propose(let command, _) = word { asked.append((sight.sample.seconds, command)) }
      }
    }
    #expect(asked.count > 3)
    for (index, item) in asked.enumerated() {
      let next = asked.dropFirst(index + 1).first { $0.1 == item.1 }
      #expect((next?.0 ?? .infinity) - item.0 >= 45)
    }
  }

  @Test func `It waits for a hand at the panel, and hands back the second time`() throws {
    let run = try steered { _, run in
      run.hands = [(200, .heater, 5), (203, .heater, 4), (300, .heater, 7)]
    }
    let waiting = run.words.filter {
      $0.word.text.hasPrefix("waiting 10 s: a hand is at the panel")
    }
    #expect(waiting.map(\.seconds) == [201])
    let proposals = run.words.filter { if case .propose = $0.word { true } else { false } }
    #expect(proposals.allSatisfy { !(200.5...213).contains($0.seconds) })
    #expect(proposals.contains { $0.seconds > 213 })
    let last = try #require(run.words.last)
    #expect(last.seconds == 301)
    #expect(
      last.word
        == .handBack(
          "handing back: a hand was at the panel 2 times; the levels stay at "
            + "P7 F\(run.samples.last { $0.seconds == 301 }?.fan ?? 0) D9"))
  }

  @Test func `What it cannot explain it does not steer by, and hands back after a minute`() throws {
    let target = try PilotTests.recipe.target()
    let sights = try steered().sights
    var words: [(seconds: Double, word: PilotWord)] = []
    var pilot = Steersman(target: target, start: PilotTests.recipe.start)
    for sight in sights {
      let now = sight.sample.seconds
      // Lost for a moment, and later for good.
      let isLost = (150..<190).contains(now) || now >= 240
      words += pilot.step(sight, trust: isLost ? .notTrusted(reason: .beanProbe) : .trusted).map {
        (now, $0)
      }
    }
    let why = "BT does what the model cannot explain, IBTS does not"
    let doubts = words.filter { $0.word == .advise("not steering for now: \(why)", .urgent) }
    #expect(doubts.map(\.seconds) == [150, 240])
    #expect(words.first { $0.word.text.hasPrefix("steering again") }?.seconds == 190)
    #expect(
      words.allSatisfy {
        !(151..<190).contains($0.seconds) && !(241..<300).contains($0.seconds)
      })
    let last = try #require(words.last)
    #expect(last.seconds == 300)
    let levels = sights.first { $0.sample.seconds == 300 }?.sample
    #expect(
      last.word
        == .handBack(
          "handing back: \(why) for 60 s; the levels stay at P\(levels?.heater ?? 0) "
            + "F\(levels?.fan ?? 0) D9"))
  }

  @Test func `A probe that comes loose is handed back`() throws {
    let target = try PilotTests.recipe.target()
    var pilot = Steersman(target: target, start: PilotTests.recipe.start)
    var words: [(seconds: Double, word: PilotWord)] = []
    for sight in try steered().sights {
      var sight = sight
      let now = sight.sample.seconds
      if now > 240 {
        sight.sample = Rehearsal.Sample(
          seconds: now, bean: Celsius(60 + now.remainder(dividingBy: 20)),
          infrared: sight.sample.infrared, heater: sight.sample.heater, fan: sight.sample.fan,
          drum: 9)
      }
      words += pilot.step(sight).map { (now, $0) }
    }
    let doubt = try #require(
      words.first { $0.word.text.hasPrefix("not steering for now: ") }, "\(words.suffix(2))")
    #expect((241...300).contains(doubt.seconds))
    let last = try #require(words.last)
    #expect(last.word.text.hasPrefix("handing back: ") && last.seconds <= doubt.seconds + 120)
  }

  @Test func `Without a shadow it hands back`() throws {
    let start = PilotStart(grams: 5000, charge: Celsius(230))
    var pilot = Steersman(target: PilotTargetTests.whole, start: start)
    let words = try steered().sights.flatMap { pilot.step($0) }
    #expect(
      words == [
        .ask("load 5000 g now: the drum is at 233 C, 230 C wanted", .load),
        .handBack(
          "handing back: the model takes no batch of 5000 g; the levels stay at P7 F2 D9"),
      ])
  }

  @Test func `It asks for the beans when the drum is warm, and once`() {
    var pilot = Steersman(target: PilotTargetTests.whole, start: PilotTargetTests.start)
    var asked: [(Double, PilotWord)] = []
    for drum in [150.0, 200, 227, 229, 231, 232, 230] {
      let sample = Rehearsal.Sample(
        seconds: 0, bean: Celsius(150), infrared: Celsius(drum), heater: 1, fan: 1, drum: 0)
      asked += pilot.step(PilotSight(sample: sample, state: .ready)).map { (drum, $0) }
      #expect(pilot.step(PilotSight(sample: sample, state: .preheating)).isEmpty)
    }
    #expect(asked.map(\.0) == [229])
    #expect(
      asked.map(\.1) == [.ask("load 400 g now: the drum is at 229 C, 230 C wanted", .load)])
  }

  @Test func `It drops by temperature, development or time, and says which`() throws {
    let cases: [(String, String, (inout Target) -> Void)] = [
      ("drop in 20 s: BT ", "has reached the target's 203.0 C", { _ in }),
      (
        "drop in 20 s: development will be ", "% of the roast, the target's 15.0 %",
        {
          $0.drop = nil
          $0.developmentRatio = 0.15
        }
      ),
      (
        "drop in 20 s: the target is 8:40", "it is 8:40, the target's 8:40",
        {
          $0.drop = Target.Goal(seconds: 520)
        }
      ),
    ]
    for (notice, reason, change) in cases {
      let run = try steered { target, _ in change(&target) }
      let asked = run.words.filter { if case .ask(_, .drop) = $0.word { true } else { false } }
      #expect(asked.count == 2)
      let (first, last) = (try #require(asked.first), try #require(asked.last))
      #expect(first.word.text.hasPrefix(notice), "\(first.word.text)")
      #expect(last.word.text.hasPrefix("drop now: ") && last.word.text.hasSuffix(reason))
      #expect((14...28).contains(last.seconds - first.seconds), "\(last.seconds - first.seconds)")
    }
  }

  @Test func `A spike of BT is no drop`() throws {
    let target = try PilotTests.recipe.target()
    var pilot = Steersman(target: target, start: PilotTests.recipe.start)
    var asked: [Double] = []
    for sight in try steered().sights {
      var sight = sight
      let now = sight.sample.seconds
      if [200, 300, 302].contains(now) {
        sight.sample = Rehearsal.Sample(
          seconds: now, bean: Celsius(240), infrared: sight.sample.infrared,
          heater: sight.sample.heater, fan: sight.sample.fan, drum: 9)
      }
      for word in pilot.step(sight) where word.text.hasPrefix("drop now") { asked.append(now) }
    }
    #expect(asked.count == 1 && asked[0] > 400, "\(asked)")
  }

  @Test func `Advice is seldom, and good for who follows it`() throws {
    let recipe = PilotTests.recipe
    let target = try recipe.target()
    var idle = 0.0
    var advised = 0.0
    for seed in PilotTests.seeds {
      var run = try PilotRun(recipe, .drawn(seed), seed: seed)
      run.follows = true
      var pilot = Steersman(target: target, start: recipe.start, mode: .advise)
      try run.roast(&pilot)
      advised += run.error(target)
      let advice = run.words.filter { if case .advise = $0.word { true } else { false } }
      #expect((2...12).contains(advice.count))
      #expect(advice.allSatisfy { $0.seconds >= 90 })
      for (before, after) in zip(advice, advice.dropFirst()) {
        guard case .advise(_, .calm) = after.word else { continue }
        #expect(after.seconds - before.seconds >= 45)
      }
      #expect(
        run.words.allSatisfy {
          switch $0.word {
          case .propose, .handBack: false
          case .advise, .ask: true
          }
        })
      run = try PilotRun(recipe, .drawn(seed), seed: seed)
      var nobody = ScheduleClerk(plan: LevelPlan(), target: target, start: recipe.start)
      try run.roast(&nobody)
      idle += run.error(target)
    }
    #expect(advised < 0.5 * idle, "\(advised) against \(idle)")
  }

  @Test func `Landmarks alone are met in time`() throws {
    let course = Course(try PilotTests.recipe.target(), PilotTests.recipe.start)
    let time = { (celsius: Double) in
      stride(from: 120.0, to: course.endSeconds, by: 1).first {
        (course.bean(at: $0) ?? 0) >= celsius
      }
    }
    for seed in PilotTests.seeds {
      var wanted = Target(name: "landmarks")
      wanted.yellowing = Target.Goal(seconds: time(150), bean: Celsius(150))
      wanted.firstCrack = Target.Goal(seconds: time(187), bean: Celsius(187))
      wanted.drop = Target.Goal(seconds: course.endSeconds, bean: Celsius(203))
      let run = try steered(seed: seed) { target, _ in target = wanted }
      for goal in [wanted.yellowing, wanted.firstCrack, wanted.drop].compactMap(\.self) {
        let reached = run.samples.first { sample in
          sample.seconds > 120 && goal.bean.map { sample.bean ?? Celsius(0) >= $0 } ?? false
        }
        let miss = (reached?.seconds ?? .infinity) - (goal.seconds ?? 0)
        #expect(abs(miss) <= goal.secondsTolerance, "\(miss) s, seed \(seed)")
      }
    }
  }

  @Test func `It learns how long a veto takes and still keeps the course`() throws {
    let target = try PilotTests.recipe.target()
    var (at, late) = (0.0, 0.0)
    for seed in PilotTests.seeds {
      at += try steered(seed: seed).error(target)
      let run = try steered(seed: seed) { _, run in run.vetoSeconds = 20 }
      #expect(run.refusals == [])
      late += run.error(target)
    }
    #expect(late < 2 * at, "\(late) against \(at)")
  }

  @Test func `One that begins in the middle of a roast steers on`() throws {
    let target = try PilotTests.recipe.target()
    let sights = try steered().sights
    let past = sights.filter { $0.sample.seconds <= 250 }.map(\.sample)
    var pilot = Steersman(target: target, start: PilotTests.recipe.start, past: past)
    let words = sights.filter { $0.sample.seconds > 250 }.flatMap { pilot.step($0) }
    #expect(words.contains { if case .propose = $0 { true } else { false } })
    #expect(words.contains { $0.text.hasPrefix("drop now") })
  }

  @Test
  func
    `A schedule that is joined late begins with what it would have by now, and says what it leaves out`()
  {
    let plan = LevelPlan([
      LevelPlan.Step(seconds: 0, heater: 8, fan: 2, drum: 9),
      LevelPlan.Step(seconds: 100, heater: 7), LevelPlan.Step(seconds: 200, heater: 6),
    ])
    var clerk = ScheduleClerk(
      plan: plan, target: Target(name: "again"), start: PilotStart(grams: 400, charge: Celsius(230))
    )
    func sight(_ seconds: Double) -> PilotSight {
      PilotSight(
        sample: Rehearsal.Sample(
          seconds: seconds, bean: Celsius(120), infrared: Celsius(150), heater: 5, fan: 2, drum: 9),
        state: .roasting)
    }
    func proposed(_ words: [PilotWord]) -> [Command] {
      words.compactMap { if case .propose(let command, _) = $0 { command } else { nil } }
    }
    let first = clerk.step(sight(150))
    #expect(proposed(first).map(\.text) == ["heater 7"])
    #expect(first.contains { $0.text == "heater 5 to 7: the plan has it at 1:40" })
    var left: [String] = []
    for second in 151...270 {
      var next = sight(Double(second))
      next.lastOutcome = .rejected
      for word in clerk.step(next) {
        if case .advise(let text, .urgent) = word { left.append("\(second): \(text)") }
      }
    }
    #expect(
      left == [
        "211: heater 7, which the plan has at 1:40, could not be set and is left out",
        "261: heater 6, which the plan has at 3:20, could not be set and is left out",
      ])
  }
}
