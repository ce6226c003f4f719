import Analysis
import Roaster
import Testing

struct TargetFollowingTests {
  private func curve(until end: Double?, turning: Bool = true) -> RoastCurve {
    let samples = (0...500).map { second in
      RoastCurve.Sample(
        seconds: Double(second), bean: Celsius(100 + Double(second) / 5), state: .roasting)
    }
    func event(_ name: String, _ seconds: Double) -> RoastCurve.Event {
      RoastCurve.Event(
        name: name, category: .landmark, source: .marked, seconds: seconds,
        bean: Celsius(100 + seconds / 5))
    }
    return RoastCurve(
      samples: samples,
      events: (turning ? [event("turning_point", 60)] : []) + [event("first_crack", 400)],
      endSeconds: end)
  }

  @Test func `a roast is followed by its course and its landmarks to the drop`() throws {
    let target = try #require(Target(following: curve(until: 480), name: "again"))
    #expect(target.name == "again" && target.course.count == 49)
    #expect(target.bean(at: 205) == 141 && target.dropSeconds == 480)
    #expect(target.firstCrack?.seconds == 400 && target.firstCrack?.bean == Celsius(180))
    #expect(target.drop?.bean == Celsius(196) && target.yellowing == nil)
    let ratio = try #require(target.developmentRatio)
    #expect(abs(ratio - 80 / 480) < 0.001)
    #expect(try Target(target.json) == target)
  }

  @Test func `one that did not end, or did not turn, is no target`() {
    #expect(Target(following: curve(until: nil), name: "a") == nil)
    #expect(Target(following: curve(until: 480, turning: false), name: "a") == nil)
    #expect(Target(following: RoastCurve(), name: "a") == nil)
  }
}
