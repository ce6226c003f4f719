import Analysis
import Evaluation
import Roaster
import Testing

struct TrialTests {
  @Test func `a medium roast over the whole stack`() async throws {
    var target = Target(name: "medium")
    target.drop = Target.Goal(seconds: 500, bean: Celsius(198))
    var golden = GoldenCase(name: "medium", title: "medium", target: target)
    golden.commands = [
      .init(seconds: 90, fan: 2), .init(seconds: 230, fan: 3), .init(seconds: 250, heater: 6),
      .init(seconds: 270, fan: 4), .init(seconds: 330, heater: 5), .init(seconds: 360, heater: 4),
      .init(seconds: 440, heater: 3),
    ]
    let clock = ContinuousClock()
    for number in 0..<3 {
      let began = clock.now
      let record = try await Trial(golden, number: number, runSeed: 1, pilot: .schedule).run()
      print(clock.now - began)
      let summary = RoastSummary(try #require(record.curve))
      print(summary.json.text)
      print(record.commands.map { "\($0.kind) \($0.seconds) \($0.state) \($0.rules)" })
      print(record.trips, record.alarms, record.lowered, record.handedBack ?? "-", record.isAuditWhole)
    }
  }
}
