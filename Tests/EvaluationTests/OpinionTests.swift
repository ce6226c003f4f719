import Analysis
import Evaluation
import Roaster
import Testing

/// What a judge from outside may say, and what becomes of it.
struct OpinionTests {
  private func answer(_ changes: [String: String?] = [:]) -> [UInt8] {
    var members: [String] = []
    for (index, aspect) in Opinion.Aspect.allCases.enumerated() {
      let name = aspect.rawValue
      let usual = #"{"score": \#(80 + index), "reason": "because of \#(name)"}"#
      guard let value = changes[name] ?? usual else { continue }
      members.append("\"\(name)\": \(value)")
    }
    return Array("{\"scores\": {\(members.joined(separator: ", "))}}\n".utf8)
  }

  private func why(_ answer: [UInt8]) -> String? {
    let failure = Opinion(answer: answer).failure
    #expect(failure == nil || failure?.kind == .wrong)
    return failure?.why
  }

  @Test func `an answer as asked gives four scores with reasons, whatever else it says`() throws {
    let more = String(decoding: answer(), as: UTF8.self)
      .replacing("{\"scores\": {", with: "{\"model\": \"x\", \"scores\": {\"taste\": null, ")
    for bytes in [answer(), Array(more.utf8)] {
      let scores = Opinion(answer: bytes).scores
      #expect(scores.map(\.aspect) == Opinion.Aspect.allCases)
      #expect(scores.map(\.points) == [80, 81, 82, 83])
      #expect(scores.first?.reason == "because of plan_clarity")
    }
    for (text, points) in [("0", 0), ("100", 100), ("7.25", 7.3), ("1e1", 10), ("-0.0", 0)] {
      let told = answer(["safety": #"{"score": \#(text), "reason": "x"}"#])
      #expect(Opinion(answer: told).scores.last?.points == points, "\(text)")
    }
  }

  @Test func `any other answer is wrong, and says how`() {
    #expect(why([]) == "it answered nothing")
    for text in ["prose", "{\"scores\": ", "{} {}", "\u{FEFF}{}", "```json\n{}\n```"] {
      #expect(why(Array(text.utf8)) == "its answer is no JSON", "\(text)")
    }
    #expect(why([0x22, 0xFF, 0x22]) == "its answer is no JSON")
    #expect(
      why(Array(String(repeating: "[", count: 60_000).utf8)) == "its answer is no JSON")
    for text in ["{}", "[]", "7", "null", "{\"scores\": null}", "{\"scores\": []}"] {
      #expect(why(Array(text.utf8)) == "its answer has no scores", "\(text)")
    }
    #expect(
      why(answer(["physics_plausibility": nil])) == "physics_plausibility is missing")
    for (value, problem) in [
      ("null", "safety has no number as its score"), ("70", "safety has no number as its score"),
      (#"{"score": "70", "reason": "x"}"#, "safety has no number as its score"),
      (#"{"score": 140, "reason": "x"}"#, "safety is 140, not 0 to 100"),
      (#"{"score": -0.5, "reason": "x"}"#, "safety is -0.5, not 0 to 100"),
      (#"{"score": 1e300, "reason": "x"}"#, "safety is 1e+300, not 0 to 100"),
      (#"{"score": 70}"#, "safety has no reason"),
      (#"{"score": 70, "reason": 7}"#, "safety has no reason"),
      (#"{"score": 70, "reason": " \n"}"#, "safety has no reason"),
    ] {
      #expect(why(answer(["safety": value])) == problem, "\(value)")
    }
  }

  @Test func `a reason is kept up to its bound, however its characters are made`() throws {
    for letter in ["a", "é", "👩‍🌾", "e\u{301}\u{302}\u{303}", "<"] {
      let long = String(repeating: letter, count: 3000)
      let told = answer(["safety": #"{"score": 70, "reason": "\#(long)"}"#])
      let opinion = Opinion(answer: told)
      let reason = try #require(opinion.scores.last?.reason)
      #expect(reason.unicodeScalars.count == Opinion.mostCharacters)
      #expect(reason.hasSuffix("…"))
      #expect(Opinion(opinion.json) == opinion)
    }
  }

  @Test func `an opinion is the same when it is read again, and nothing else is read`() throws {
    let told: [Opinion] =
      [Opinion(answer: answer())]
      + Opinion.Failure.allCases.map { .failed($0, why: "\u{7} because") }
    for opinion in told {
      let text = opinion.json.text
      let again = try #require(Opinion(try JSON(reading: Array(text.utf8))))
      #expect(again == opinion)
      #expect(again.json.text == text)
    }
    for text in [
      "null", "{}", "7", #"{"status": "better", "problem": "x"}"#, #"{"status": "slow"}"#,
      #"{"status": "scored", "scores": null}"#, #"{"status": "scored", "scores": {}}"#,
    ] {
      #expect(Opinion(try JSON(reading: Array(text.utf8))) == nil, "\(text)")
    }
  }
}

/// Opinions in the result of a sweep.
struct OpinionsOfSweepTests {
  /// One case that passes and one that misses its refusal, without a roast: only what is made of them counts.
  private func result(trials: Int = 1) throws -> SweepResult {
    let names = ["refuse-handful", "refuse-ten-kilograms"]
    let cases = try names.map(GoldenCases.named)
    var refused = TrialRecord()
    refused.targetRefusals = cases[0].reasons
    let results = cases.flatMap { golden in
      (0..<trials).map { number in
        TrialResult(
          Trial(golden, number: number, runSeed: 1, pilot: .schedule),
          golden.name == names[0] ? refused : TrialRecord())
      }
    }
    return SweepResult(Sweep(cases, pilot: .schedule, trials: trials), results)
  }

  private var scored: Opinion {
    let scores = Opinion.Aspect.allCases.map {
      "\"\($0.rawValue)\": {\"score\": 70, \"reason\": \"<script>alert(1)</script> & more\"}"
    }
    return Opinion(answer: Array("{\"scores\": {\(scores.joined(separator: ","))}}".utf8))
  }

  private func withoutOpinions(_ json: JSON) -> JSON {
    switch json {
    case .object(let members):
      .object(
        members.filter { $0.key != "opinion" }.map { ($0.key, withoutOpinions($0.value)) })
    case .array(let values): .array(values.map(withoutOpinions))
    default: json
    }
  }

  @Test func `no opinion changes a pass, a refusal missed, a regression or the rest of the JSON`()
    throws
  {
    let plain = try result()
    #expect(plain.cases.map(\.isPassed) == [true, false])
    let failures = Opinion.Failure.allCases.map { Opinion.failed($0, why: "because") }
    for opinion in [scored] + failures {
      let heard = plain.with(["refuse-handful": opinion, "refuse-ten-kilograms": opinion])
      #expect(heard.cases.compactMap(\.opinion) == [opinion, opinion])
      #expect(heard.cases.map(\.isPassed) == [true, false])
      #expect(heard.isPassed == plain.isPassed && heard.isWhole)
      #expect(heard.missedRefusals == plain.missedRefusals)
      #expect(heard.fingerprint == plain.fingerprint)
      #expect(heard.json.text != plain.json.text)
      #expect(withoutOpinions(heard.json).text == plain.json.text)
      let same = Regression(plain, against: plain).json.text
      #expect(Regression(heard, against: plain).json.text == same)
      #expect(Regression(plain, against: heard).worse.isEmpty)
    }
  }

  @Test func `a result with opinions is the same when it is read again`() throws {
    let heard = try result().with(["refuse-handful": scored])
    let text = heard.json.text
    let again = try #require(SweepResult(try JSON(reading: Array(text.utf8))))
    #expect(again.json.text == text)
    let spoiled = text.replacing("\"score\":70", with: "\"score\":170")
    #expect(spoiled != text)
    #expect(SweepResult(try JSON(reading: Array(spoiled.utf8))) == nil)
  }

  @Test func `only the first trial is asked about, and only where there are no scores`() throws {
    let whole = try result(trials: 2)
    #expect(whole.questions.map(\.name) == ["refuse-handful", "refuse-ten-kilograms"])
    let question = try #require(whole.questions.first?.question)
    #expect(question["case"]?["name"]?.stringValue == "refuse-handful")
    #expect(question["roast"]?["trial"]?.integerValue == 0)
    #expect(question["roast"]?["passed"]?.boolValue == true)
    #expect(
      question["scores_wanted"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        == Opinion.Aspect.allCases.map(\.rawValue))
    let heard = whole.with([
      "refuse-handful": scored, "refuse-ten-kilograms": .failed(.slow, why: "because"),
    ])
    #expect(heard.questions.map(\.name) == ["refuse-ten-kilograms"])
    let second = SweepResult(
      Sweep(whole.cases.map(\.golden), pilot: .schedule, trials: 2),
      whole.trials.filter { $0.number == 1 })
    #expect(second.questions.isEmpty)
  }

  @Test func `a merge keeps what was said of each part, in whatever order they come`() throws {
    let whole = try result(trials: 2)
    let sweep = Sweep(whole.cases.map(\.golden), pilot: .schedule, trials: 2)
    func part(_ number: Int) -> SweepResult {
      SweepResult(sweep, whole.trials.filter { $0.number == number })
    }
    let opinions = ["refuse-handful": scored, "refuse-ten-kilograms": .failed(.wrong, why: "x")]
    let wanted = whole.with(opinions).json.text
    let parts = [part(0).with(opinions), part(1)]
    #expect(try SweepResult.merge(parts).json.text == wanted)
    #expect(try SweepResult.merge(parts.reversed()).json.text == wanted)
  }

  @Test func `the report shows scores and failures, and runs nothing that a judge wrote`() throws {
    let plain = try result()
    #expect(!SweepReport(plain).html.contains("judge says"))
    let heard = plain.with([
      "refuse-handful": scored, "refuse-ten-kilograms": .failed(.slow, why: "<b>late</b>"),
    ])
    let html = SweepReport(heard).html
    #expect(html.contains("What the judge says of trial 0"))
    #expect(html.contains("<th>plan clarity</th><td>70.0</td>"))
    #expect(html.contains("The judge was slow: &lt;b&gt;late&lt;/b&gt;."))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"))
    #expect(!html.contains("<script") && !html.contains("<b>late"))
    #expect(
      heard.opinionSummary
        == "1 scored (plan clarity 70, physics plausibility 70, constraint respect 70, safety 70), "
        + "1 slow")
  }
}
