import Analysis
import Governor
import Roaster
import Testing

@testable import Store

/// How the pilot did in golden cases is kept, and earns levels (Specs/governor.md R2).
@Suite(.timeLimit(.minutes(1)))
struct EvaluationsTests {
  private static func evaluation(
    days: Double, pilot: String = "steer", passes: Bool = true
  ) -> EvaluationRow {
    let cases = (0..<40).map { number in
      GoldenOutcome(
        name: "case-\(number)", expectation: number < 12 ? "refuse" : "succeed",
        machine: number < 30 ? "m1" : nil, isPassed: number > 0 || passes, trials: 3,
        passedTrials: passes ? 3 : 1)
    }
    return EvaluationRow(
      at: Sample.moment(days * 86_400).wall, author: "alice", pilot: pilot, fingerprint: "f",
      isPassed: passes, cases: cases)
  }

  @Test func `evaluations are kept, the newest first, each as it was`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let rows = [
      Self.evaluation(days: 1), Self.evaluation(days: 2, pilot: "pid"),
      Self.evaluation(days: 3, passes: false),
    ]
    await journal.write(rows.map(Entry.evaluation))
    #expect(try room.archive.evaluations() == rows.reversed())
    #expect(try room.archive.evaluations(of: "steer") == [rows[2], rows[0]])
    #expect(try room.archive.evaluations(limit: 1) == [rows[2]])
  }

  @Test func `readiness asks for the last of the pilot that steers`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    func golden(_ days: Double) throws -> GoldenStanding? {
      try room.archive.readiness(
        at: .approve, on: "m1", now: Sample.moment(days * 86_400).wall
      ).golden
    }
    await journal.write([.evaluation(Self.evaluation(days: 1, pilot: "pid"))])
    #expect(try golden(2) == nil)
    await journal.write([.evaluation(Self.evaluation(days: 2))])
    let passed = GoldenStanding(
      days: 3, isPassed: true, cases: 40, refusals: 12, missedRefusals: 0, machine: "m1",
      onMachine: 18)
    #expect(try golden(5) == passed)
    let elsewhere = try room.archive.readiness(
      at: .approve, on: "m2", now: Sample.moment(5 * 86_400).wall)
    #expect(elsewhere.golden?.machine == "m2" && elsewhere.golden?.onMachine == 0)
    await journal.write([.evaluation(Self.evaluation(days: 4, passes: false))])
    #expect(try golden(5)?.isPassed == false && golden(5)?.missedRefusals == 1)
  }
}
