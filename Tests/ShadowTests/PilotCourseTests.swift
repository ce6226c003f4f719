import Analysis
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

/// The course that is followed (Specs/pilot.md, S6).
@Suite struct PilotCourseTests {
  private let start = PilotTargetTests.start

  @Test func `A course is followed as it is given, and goes on as it ended`() throws {
    var target = Target(name: "line")
    target.course = [
      Target.Point(seconds: 0, bean: Celsius(150)), Target.Point(seconds: 100, bean: Celsius(90)),
      Target.Point(seconds: 400, bean: Celsius(180)),
    ]
    let course = Course(target, start)
    #expect(course.bean(at: 50) == 120)
    #expect(abs((course.bean(at: 250.5) ?? 0) - 135.15) < 1e-9)
    #expect(abs((course.bean(at: 420) ?? 0) - 186) < 1e-9)
    #expect(course.bean(at: -1) == nil)
    #expect(course.endSeconds == 400)
    #expect(course.crack.bean == 187)
    #expect(abs(course.rise(at: 300) - 18) < 1e-9)
  }

  @Test func `A course made of landmarks goes through them with a falling rise`() {
    var target = PilotTargetTests.whole
    target.course = []
    for yellowing in [target.yellowing, nil] {
      target.yellowing = yellowing
      for wanted in [target.riseAtFirstCrack, nil] {
        target.riseAtFirstCrack = wanted
        let course = Course(target, start)
        for goal in [target.yellowing, target.firstCrack, target.drop].compactMap(\.self) {
          let bean = course.bean(at: goal.seconds ?? 0) ?? 0
          #expect(abs(bean - (goal.bean?.degrees ?? 0)) < 0.3, "\(goal)")
        }
        let rises = stride(from: course.beginSeconds + 70, to: 530, by: 10).map {
          course.rise(at: $0)
        }
        #expect(zip(rises, rises.dropFirst()).allSatisfy { $1 <= $0 + 0.3 }, "\(rises)")
        #expect((rises.last ?? 0) > 1)
      }
    }
  }

  @Test func `What landmarks leave open is filled in`() {
    var target = Target(name: "hot enough")
    target.drop = Target.Goal(bean: Celsius(205))
    let course = Course(target, start)
    #expect((450...700).contains(course.endSeconds))
    #expect(abs((course.bean(at: course.endSeconds) ?? 0) - 205) < 0.5)
    target.developmentRatio = 0.25
    #expect(Course(target, start).endSeconds > course.endSeconds)
  }

  @Test func `The levels of a roast are a plan from its charge to its drop`() {
    func sample(_ seconds: Double, _ heater: Int, _ fan: Int) -> RoastCurve.Sample {
      RoastCurve.Sample(
        seconds: seconds, bean: Celsius(150), infrared: nil, heater: heater, fan: fan, drum: 9,
        state: .roasting)
    }
    let curve = RoastCurve(
      batch: 1, origin: nil, spacingSeconds: 1,
      samples: [
        sample(-3, 1, 1), sample(1, 1, 1), sample(6, 8, 2), sample(100.4, 8, 2),
        sample(120.2, 7, 2), sample(180, 7, 4), sample(300, 0, 9),
      ],
      events: [
        RoastCurve.Event(
          name: Landmark.dropped.name, category: .landmark, source: .machine, seconds: 290)
      ], endSeconds: 290)
    #expect(
      LevelPlan(replaying: curve).steps == [
        LevelPlan.Step(seconds: 0, heater: 8, fan: 2, drum: 9),
        LevelPlan.Step(seconds: 120, heater: 7), LevelPlan.Step(seconds: 180, fan: 4),
      ])
    #expect(
      LevelPlan(
        replaying: RoastCurve(batch: 1, origin: nil, spacingSeconds: 1, samples: [], events: [])
      ).steps.isEmpty)
  }
}
