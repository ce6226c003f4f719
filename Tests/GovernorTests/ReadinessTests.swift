import Governor
import Roaster
import Testing

/// R1 of Specs/governor.md, on both sides of each demand.
struct ReadinessTests {
  static func record(
    _ level: Autonomy, confirmed: Int, failed: Int = 0, vetoed: Int = 0, abort: Int? = nil,
    trip: Int? = nil, golden: GoldenStanding? = Self.golden
  ) -> ReadinessRecord {
    var record = ReadinessRecord(level: level)
    record.golden = golden
    record.confirmed = confirmed
    record.failed = failed
    record.vetoed = vetoed
    record.commandsSinceAbort = abort
    record.commandsSinceTrip = trip
    return record
  }

  static let golden = GoldenStanding(
    days: 30, isPassed: true, cases: 40, refusals: 12, missedRefusals: 0, machine: "m1",
    onMachine: 5)

  @Test func `without the golden cases passed lately no level is earned`() {
    func isEarned(_ change: (inout GoldenStanding) -> Void) -> Bool {
      var golden = Self.golden
      change(&golden)
      return Self.isEarned(.veto, Self.record(.approve, confirmed: 30, golden: golden))
    }
    #expect(isEarned { _ in })
    #expect(!isEarned { $0.days = 30.01 } && !isEarned { $0.days = -0.01 })
    #expect(!isEarned { $0.isPassed = false } && !isEarned { $0.cases = 39 })
    #expect(!isEarned { $0.refusals = 11 } && !isEarned { $0.missedRefusals = 1 })
    #expect(!isEarned { $0.onMachine = 4 })
    #expect(!Self.isEarned(.veto, Self.record(.approve, confirmed: 30, golden: nil)))
  }

  static func isEarned(_ level: Autonomy, _ record: ReadinessRecord) -> Bool {
    let readiness = Readiness(of: record, for: level)
    let unmet = readiness.reasons.filter { !$0.isMet }
    #expect(unmet.count <= 1, "one demand at a time is tried")
    #expect(readiness.isEarned == unmet.isEmpty)
    return readiness.isEarned
  }

  @Test func `up to L3 nothing is asked`() {
    for level in [Autonomy.assist, .recommend, .approve] {
      let readiness = Readiness(of: ReadinessRecord(level: .assist), for: level)
      #expect(readiness.isEarned && readiness.reasons.isEmpty)
    }
  }

  @Test func `a record begins with nothing done`() {
    #expect(
      ReadinessRecord(level: .approve) == Self.record(.approve, confirmed: 0, golden: nil))
  }

  @Test func `L4 is earned at L3`() {
    #expect(Self.isEarned(.veto, Self.record(.approve, confirmed: 30)))
    #expect(Self.isEarned(.veto, Self.record(.audit, confirmed: 30, vetoed: 30)))
    #expect(!Self.isEarned(.veto, Self.record(.recommend, confirmed: 30)))
    #expect(!Self.isEarned(.veto, Self.record(.approve, confirmed: 29)))
    #expect(Self.isEarned(.veto, Self.record(.approve, confirmed: 49, failed: 1)))
    #expect(!Self.isEarned(.veto, Self.record(.approve, confirmed: 48, failed: 1)))
    #expect(Self.isEarned(.veto, Self.record(.approve, confirmed: 30, abort: 20, trip: 20)))
    #expect(!Self.isEarned(.veto, Self.record(.approve, confirmed: 30, abort: 19)))
    #expect(!Self.isEarned(.veto, Self.record(.approve, confirmed: 30, trip: 19)))
  }

  @Test func `L5 is earned at L4`() {
    #expect(Self.isEarned(.audit, Self.record(.veto, confirmed: 60)))
    #expect(!Self.isEarned(.audit, Self.record(.approve, confirmed: 60)))
    #expect(!Self.isEarned(.audit, Self.record(.veto, confirmed: 59)))
    #expect(Self.isEarned(.audit, Self.record(.veto, confirmed: 99, failed: 1)))
    #expect(!Self.isEarned(.audit, Self.record(.veto, confirmed: 98, failed: 1)))
    #expect(Self.isEarned(.audit, Self.record(.veto, confirmed: 95, vetoed: 5)))
    #expect(!Self.isEarned(.audit, Self.record(.veto, confirmed: 94, vetoed: 5)))
    #expect(Self.isEarned(.audit, Self.record(.veto, confirmed: 60, abort: 50, trip: 50)))
    #expect(!Self.isEarned(.audit, Self.record(.veto, confirmed: 60, abort: 49)))
    #expect(!Self.isEarned(.audit, Self.record(.veto, confirmed: 60, trip: 49)))
  }

  @Test func `it is told with each reason`() {
    let json = Readiness(of: Self.record(.veto, confirmed: 60, abort: 3), for: .audit).json
    #expect(json["level"]?.stringValue == "L5" && json["earned"]?.boolValue == false)
    let reasons = json["reasons"]?.arrayValue ?? []
    #expect(reasons.count == 10)
    #expect(reasons.filter { $0["met"]?.boolValue == false }.count == 1)
    #expect(reasons.contains { $0["text"]?.stringValue?.contains("3 commands ago") == true })
  }
}
