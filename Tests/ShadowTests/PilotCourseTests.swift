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
}
