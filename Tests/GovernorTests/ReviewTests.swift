import Governor
import Roaster
import Testing

/// What a verdict rests on where nothing special is so.
struct ReviewTests {
  @Test func `of nothing known all is missing`() {
    let bare = Circumstances(now: MonotonicTime(seconds: 100), level: .approve)
    let verdict = Policy().review(
      .heater(6), by: Bench.actor(.agent), approver: nil, words: [], bare)
    #expect(
      verdict.rules == [
        .linkDown, .notIdentified, .notCommissioned, .staleTelemetry, .unknownState, .wrongState,
      ])
    #expect(verdict.text.contains("no status was heard"))
    var stale = Bench.circumstances(.approve)
    stale.heard = Bench.ago(0.7)
    let old = Policy().review(
      .heater(6), by: Bench.actor(.agent), approver: nil, words: [], stale)
    #expect(old.rules == [.staleTelemetry] && old.text == "the last status is 0.7 s old")
  }

  @Test func `the second step is not judged by the moment, even if it is done at once`() {
    let proposal = Bench.proposal([.init(.heater(6)), .init(.press(.shutDown))])
    let verdict = Policy().review(
      proposal, approver: .person(Bench.person), words: [], Bench.circumstances(.approve))
    #expect(verdict.rules == [])
  }

  @Test(arguments: [([180.0, 235, 180], [200.0]), ([180], [200, 270, 200])])
  func `a ceiling is a ceiling anywhere on the way`(bean: [Double], infrared: [Double]) {
    let forecast = Forecast(bean: bean, infrared: infrared, steepestRise: 10, misfit: 1)
    let findings = Policy().foresee(forecast, .heater(6), Bench.circumstances(.audit))
    #expect(findings.map(\.rule) == [.rehearsedBreach])
  }
}
