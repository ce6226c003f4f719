import Analysis
import Roaster
import Testing

/// A curve that turns at 60 s and rises as it is told, so that every measure can be worked out by hand.
private func curve(
  until end: Double = 500, crackAt crack: Double? = 400, charge: Double = 230,
  rise: (Double) -> Double
) -> RoastCurve {
  var bean = 100.0
  var samples: [RoastCurve.Sample] = [
    RoastCurve.Sample(seconds: -5, bean: Celsius(156), infrared: Celsius(charge))
  ]
  for second in 0...Int(end) {
    let seconds = Double(second)
    let slope = seconds < 60 ? 0 : rise(seconds)
    bean += slope / 60
    samples.append(
      RoastCurve.Sample(
        seconds: seconds, bean: Celsius(bean), infrared: Celsius(bean + 12),
        rateOfRise: CelsiusPerMinute(slope), heater: 7, fan: 2, drum: 9, state: .roasting))
  }
  func event(_ name: String, _ seconds: Double) -> RoastCurve.Event {
    RoastCurve.Event(
      name: name, category: .landmark, source: .estimated, seconds: seconds,
      bean: samples[Int(seconds) + 1].bean)
  }
  var events = [event("turning_point", 60), event("yellowing", 150)]
  if let crack { events.append(event("first_crack", crack)) }
  return RoastCurve(samples: samples, events: events, endSeconds: end)
}

/// Those of the governor's envelope.
private let ceilings = Ceilings(
  bean: Celsius(230), infrared: Celsius(265), rise: CelsiusPerMinute(30))

struct RoastJudgeTests {
  private func got(_ name: String, _ target: Target, _ curve: RoastCurve) -> Measure? {
    RoastJudge(target).measures(curve).first { $0.name == name }
  }

  @Test func `times, temperatures and development are measured with their margins`() throws {
    var target = Target(name: "by hand")
    target.firstCrack = Target.Goal(seconds: 410, within: 20)
    target.drop = Target.Goal(seconds: 500, within: 20, bean: Celsius(200), withinCelsius: 20)
    target.developmentRatio = 0.25
    target.developmentTolerance = 0.1
    let roast = curve { 20 - $0 / 50 }
    let crack = try #require(got("first_crack_seconds", target, roast))
    #expect(crack.got == 400)
    #expect(crack.margin == 0.5)
    #expect(got("drop_seconds", target, roast)?.margin == 1)
    #expect(got("development_ratio", target, roast)?.got == 0.2)
    #expect(got("development_ratio", target, roast)?.margin == 0.5)
    // The sum of 20 - s/50 over 60...500, in C a minute, is 441 * (20 - 5.6) / 60.
    let bean = 100 + 441 * 14.4 / 60
    let drop = try #require(got("drop_bean_celsius", target, roast)?.got)
    #expect(abs(drop - bean) < 0.01)
  }

  @Test func `the course is compared from two minutes on`() throws {
    var target = Target(name: "flat")
    let roast = curve { _ in 0 }
    target.course = [
      .init(seconds: 0, bean: Celsius(20)), .init(seconds: 119, bean: Celsius(20)),
      .init(seconds: 120, bean: Celsius(98)), .init(seconds: 500, bean: Celsius(98)),
    ]
    let error = try #require(got("course_error_celsius", target, roast))
    #expect(error.got == 2)
    #expect(error.margin == 0.333)
  }

  @Test func `the edge of a tolerance is within it`() throws {
    var target = Target(name: "edge")
    target.drop = Target.Goal(seconds: 520, within: 20)
    let measure = try #require(got("drop_seconds", target, curve { 20 - $0 / 50 }))
    #expect(measure.margin == 0)
    #expect(measure.isMet)
  }

  @Test func `what never happened is missed and has no margin`() throws {
    var target = Target(name: "raw")
    target.firstCrack = Target.Goal(seconds: 410)
    let measure = try #require(
      got("first_crack_seconds", target, curve(crackAt: nil) { 20 - $0 / 50 }))
    #expect(measure.got == nil && measure.margin == nil && !measure.isMet)
  }

  @Test func `rises are measured at their peak, at first crack and where they grow again`() throws {
    var target = Target(name: "rises")
    target.largestRise = CelsiusPerMinute(25)
    target.riseAtFirstCrack = CelsiusPerMinute(12)
    let roast = curve { $0 < 450 ? 20 - $0 / 50 : 20 - 9 + ($0 - 450) / 10 }
    #expect(got("largest_rise_celsius_per_minute", target, roast)?.isMet == true)
    let crack = try #require(got("rise_at_first_crack_celsius_per_minute", target, roast)?.got)
    #expect(abs(crack - 12) < 0.05)
    let growth = try #require(got("rise_growth_celsius_per_minute", target, roast)?.got)
    #expect(abs(growth - 4.4) < 0.5)
  }

  private func codes(_ curve: RoastCurve) -> [Flaw.Code] {
    curve.flaws(under: ceilings).map(\.code)
  }

  @Test func `a smooth roast has no flaw`() { #expect(codes(curve { 20 - $0 / 40 }).isEmpty) }

  @Test func `every flaw is found in a roast that has it`() {
    #expect(codes(curve(crackAt: nil) { 20 - $0 / 40 }).contains(.dropTooSoon))
    #expect(codes(curve(crackAt: 480) { 20 - $0 / 40 }).contains(.dropTooSoon))
    #expect(codes(curve(crackAt: 250) { 20 - $0 / 40 }).contains(.overdeveloped))
    #expect(
      codes(curve { 200...260 ~= $0 ? 0.5 : 20 - $0 / 40 }).contains(.stalled))
    #expect(codes(curve(charge: 290) { 20 - $0 / 40 }).contains(.scorched))
    #expect(codes(curve { $0 < 120 ? 29 : 15 - $0 / 40 }).contains(.scorched))
    #expect(codes(curve { _ in 4 }).contains(.baked))
    #expect(
      codes(curve { $0 < 440 ? 20 - $0 / 40 : 16 }).contains(.riseAfterCrack))
    #expect(codes(curve { 26 - $0 / 50 }).contains(.tooDark))
    #expect(codes(curve { 27 - $0 / 60 }).contains(.envelopeBreach))
  }

  @Test func `a roast is as a case wants it when every measure is met and nothing spoiled it`()
    throws
  {
    var target = Target(name: "drop")
    target.drop = Target.Goal(seconds: 500)
    var golden = GoldenCase(name: "drop-500", title: "Drop at 500 s", target: target)
    let roast = curve { 20 - $0 / 40 }
    let good = CaseVerdict(golden, roast, under: ceilings)
    #expect(good.isPassed && good.flaws.isEmpty)
    #expect(
      good.json.text
        == #"{"case":"drop-500","passed":true,"measures":[{"name":"drop_seconds","kind":"near","#
        + #""wanted":500,"got":500,"tolerance":20,"margin":1,"met":true},"#
        + #"{"name":"rise_growth_celsius_per_minute","kind":"at_most","wanted":2.5,"got":0,"#
        + #""tolerance":0,"margin":1,"met":true}],"flaws":[]}"#)
    let baked = CaseVerdict(golden, curve { _ in 4 }, under: ceilings)
    #expect(!baked.isPassed && baked.measures.allSatisfy(\.isMet))
    #expect(baked.json["flaws"]?.arrayValue?.first?["code"]?.stringValue == "baked")
    golden.target.drop?.seconds = 521
    #expect(!CaseVerdict(golden, roast, under: ceilings).isPassed)
  }

  @Test func `a roast that is read from its text is judged as it was`() throws {
    let roast = curve { 20 - $0 / 37 }
    let read = RoastCurve(json: try JSON(reading: Array(roast.json.text.utf8)))
    #expect(read.json.text == roast.json.text)
    var target = Target(name: "any")
    target.firstCrack = Target.Goal(seconds: 400, bean: Celsius(180))
    target.largestRise = CelsiusPerMinute(25)
    let golden = GoldenCase(name: "any", title: "Any", target: target)
    let verdict = CaseVerdict(golden, RoastCurve(json: roast.json), under: ceilings)
    #expect(CaseVerdict(golden, read, under: ceilings) == verdict)
  }

  @Test func `a measure is the same when it is read again`() throws {
    for measure in RoastJudge(Target(name: "any")).measures(curve { 20 - $0 / 37 }) {
      #expect(try JSON(reading: Array(measure.json.text.utf8)).text == measure.json.text)
    }
  }
}
