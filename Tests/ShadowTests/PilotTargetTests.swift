import Analysis
import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

/// Targets as files, and what is refused before anything moves (Specs/pilot.md, S20 to S22).
@Suite struct PilotTargetTests {
  static let start = PilotStart(grams: 400, charge: Celsius(230))

  /// A target with everything said, that can be roasted.
  static var whole: Target {
    var target = Target(name: "whole \"one\"")
    target.yellowing = Target.Goal(seconds: 250, bean: Celsius(150))
    target.firstCrack = Target.Goal(seconds: 440, within: 15, bean: Celsius(188), withinCelsius: 2)
    target.drop = Target.Goal(seconds: 540, bean: Celsius(203))
    target.developmentRatio = 0.18
    target.largestRise = CelsiusPerMinute(22.5)
    target.riseAtFirstCrack = CelsiusPerMinute(9)
    target.restraint.fanChanges = 5
    target.course = stride(from: 0, through: 540, by: 10).map {
      Target.Point(
        seconds: Double($0), bean: Celsius(Course(target, start).bean(at: Double($0)) ?? 0))
    }
    return target
  }

  @Test func `A target is read as it was written`() throws {
    for target in [PilotTargetTests.whole, Target(name: "bare")] {
      let text = target.json.text
      #expect(try Target(reading: text.utf8) == target)
      #expect(try Target(reading: text.utf8).json.text == text)
    }
  }

  @Test func `What is left out has the usual value`() throws {
    let target = try Target(reading: #"{"name":"a","drop":{"bean_celsius":200}}"#.utf8)
    #expect(target.drop == Target.Goal(bean: Celsius(200)))
    #expect(target.restraint == Target.Restraint())
    #expect(target.isFalling)
  }

  @Test(arguments: [
    ("", "the file", "is not JSON: endedEarly at byte 0"),
    ("[1]", "the file", "must be an object"),
    ("{}", "name", "must be a text of 1 to 200 characters"),
    (#"{"name":7}"#, "name", "must be a text of at most 200 characters"),
    (#"{"name":"a","schema":2}"#, "schema", "must be a number from 1.0 to 1.0"),
    (
      #"{"name":"a","course":[{"seconds":1,"bean_celsius":20},{"seconds":2}]}"#,
      "course[1].bean_celsius", "is missing: a number from -50.0 to 1000.0"
    ),
    (
      #"{"name":"a","course":[{"seconds":2,"bean_celsius":20},{"seconds":2,"bean_celsius":2}]}"#,
      "course[1].seconds", "is 2.0, not after the 2.0 before it"
    ),
    (
      #"{"name":"a","drop":{"bean_celsius":"hot"}}"#, "drop.bean_celsius",
      "must be a number from -50.0 to 1000.0"
    ),
    (#"{"name":"a","drop":[]}"#, "drop", "must be an object"),
    (#"{"name":"a","course":{}}"#, "course", "must be a list of objects"),
    (#"{"name":"a","is_falling":1}"#, "is_falling", "must be true or false"),
    (
      #"{"name":"a","restraint":{"heater_changes":1.5}}"#, "restraint.heater_changes",
      "must be a whole number from 0 to 1000"
    ),
    (
      #"{"name":"a","restraint":{"kettle":1}}"#, "restraint.kettle",
      "is not known; known: fan_changes, heater_changes, seconds_between"
    ),
  ])
  func `An error names the place and the problem`(text: String, place: String, problem: String) {
    #expect(throws: TargetError(place: place, problem: problem)) {
      try Target(reading: text.utf8)
    }
  }

  @Test func `Hostile bytes are an error and nothing worse`() {
    var random = SeededGenerator(seed: 11)
    let good = Array(PilotTargetTests.whole.json.text.utf8)
    for round in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch round % 3 {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place...min(place + 9, bytes.count - 1))
        default: bytes.insert(contentsOf: Array("1e308,-0.0]{".utf8), at: place)
        }
        if bytes.isEmpty { break }
      }
      // Whatever can be read can be judged, and steered by or refused.
      if let target = try? Target(reading: bytes) {
        _ = target.refusals(PilotTargetTests.start)
        _ = Steersman(target: target, start: PilotTargetTests.start)
        var landmarks = target
        landmarks.course = []
        _ = Steersman(target: landmarks, start: PilotTargetTests.start)
      }
    }
    #expect(throws: TargetError.self) {
      try Target(reading: Array(repeating: UInt8(ascii: "["), count: 2_000_000))
    }
    #expect(throws: TargetError.self) {
      try Target(reading: Array(repeating: UInt8(ascii: "["), count: 900_000))
    }
  }

  @Test func `A target that can be roasted is not refused`() throws {
    #expect(PilotTargetTests.whole.refusals(PilotTargetTests.start) == [])
    for recipe in PilotRun.Recipe.all {
      #expect(try recipe.target().refusals(recipe.start) == [], "\(recipe.name)")
    }
  }

  /// What makes a good target a bad one, and what that is called.
  struct Spoil: Sendable {
    let code: TargetRefusal.Code
    let spoil: @Sendable (inout Target, inout PilotStart) -> Void

    init(
      _ code: TargetRefusal.Code,
      _ spoil: @escaping @Sendable (inout Target, inout PilotStart) -> Void
    ) {
      self.code = code
      self.spoil = spoil
    }
  }

  static let spoils: [Spoil] = [
    Spoil(.noGoal) { target, _ in target = Target(name: "nothing") },
    Spoil(.noGoal) { target, _ in
      (target.course, target.drop, target.developmentRatio) = ([], nil, nil)
    },
    Spoil(.courseTooShort) { target, _ in target.course = Array(target.course.prefix(8)) },
    Spoil(.courseOutOfOrder) { target, _ in target.course.swapAt(3, 9) },
    Spoil(.landmarksOutOfOrder) { target, _ in target.yellowing?.seconds = 450 },
    Spoil(.targetAboveCeiling) { target, _ in target.drop?.bean = Celsius(262) },
    Spoil(.targetNotRising) { target, _ in target.course[40].bean = Celsius(120) },
    Spoil(.targetNotRising) { target, _ in target.yellowing?.bean = Celsius(190) },
    Spoil(.impossibleRamp) { target, _ in
      for index in 20..<30 { target.course[index].bean = Celsius(180 + Double(index)) }
    },
    Spoil(.impossibleRamp) { target, _ in
      (target.course, target.yellowing) = ([], nil)
      target.firstCrack?.seconds = 200
      target.drop?.seconds = 260
    },
    Spoil(.impossibleRamp) { _, start in start.grams = 1000 },
    Spoil(.dropBeforeFirstCrack) { target, _ in target.drop?.seconds = 430 },
    Spoil(.dropBeforeFirstCrack) { target, _ in target.drop?.bean = Celsius(186) },
    Spoil(.developmentTooShort) { target, _ in target.drop?.seconds = 450 },
    Spoil(.developmentTooShort) { target, _ in target.developmentRatio = 0.02 },
    Spoil(.developmentTooLong) { target, _ in target.developmentRatio = 0.6 },
    Spoil(.roastTooLong) { target, _ in target.drop?.seconds = 2400 },
    Spoil(.riseLimitsUnusable) { target, _ in target.largestRise = CelsiusPerMinute(5) },
    Spoil(.riseLimitsUnusable) { target, _ in target.riseAtFirstCrack = CelsiusPerMinute(0) },
    Spoil(.restraintTooLoose) { target, _ in target.restraint.secondsBetween = 1 },
    Spoil(.batchTooSmall) { _, start in start.grams = 40 },
    Spoil(.batchTooSmall) { _, start in start.grams = .nan },
    Spoil(.batchTooLarge) { _, start in start.grams = 10_000 },
    Spoil(.chargeTooCold) { _, start in start.charge = Celsius(90) },
    Spoil(.chargeTooHot) { _, start in start.charge = Celsius(400) },
  ]

  @Test func `Each of these is refused by its code`() {
    for item in PilotTargetTests.spoils {
      var (target, start) = (PilotTargetTests.whole, PilotTargetTests.start)
      item.spoil(&target, &start)
      let refusals = target.refusals(start)
      #expect(refusals.contains { $0.code == item.code }, "\(item.code): \(refusals)")
      #expect(refusals.allSatisfy { !$0.text.isEmpty && $0.text.count < 200 })
    }
    #expect(Set(PilotTargetTests.spoils.map(\.code)) == Set(TargetRefusal.Code.allCases))
  }
}
