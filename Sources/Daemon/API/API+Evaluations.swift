import Analysis
import Roaster
import Store

// MARK: - Golden cases

extension API {
  private static let mostCases = 1000

  /// The last evaluations, and how each case went over them.
  func evaluations(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let pilot = try parameters.choice("pilot", of: Self.pilots)
    let rows = try reading { () throws(StoreFault) in try archive.evaluations(of: pilot) }
    return .json(
      .object([
        ("evaluations", .array(rows.map(\.json))),
        ("cases", GoldenHistory(rows.map(\.cases)).json),
      ]))
  }

  /// Keeps what 'roast evaluate' found. Only who is at the machine may: it earns levels (R2).
  func keepEvaluation(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["pilot", "fingerprint", "passed", "cases"])
    guard let pilot = try body.choice("pilot", of: Self.pilots) else {
      throw .badMember("pilot", expected: "one of: \(Self.pilots.joined(separator: ", "))")
    }
    guard let fingerprint = try body.text("fingerprint", most: 64),
      let isPassed = try body.flag("passed")
    else { throw .badMember("fingerprint", expected: "the JSON of 'roast evaluate', with passed") }
    let given = body.value("cases")?.arrayValue ?? []
    let cases = given.compactMap(GoldenOutcome.init)
    guard !cases.isEmpty, cases.count == given.count, cases.count <= Self.mostCases,
      Set(cases.map(\.name)).count == cases.count
    else {
      throw .badMember(
        "cases", expected: "a list of name, expectation, passed, trials and trials_passed")
    }
    let row = EvaluationRow(
      at: facts.now().wall, author: caller.name, pilot: pilot, fingerprint: fingerprint,
      isPassed: isPassed && cases.allSatisfy(\.isPassed), cases: cases)
    return desk.later(.keep([.evaluation(row)])) { _ in .json(row.json, status: 201) }
  }

  private static let pilots = ["steer", "schedule", "pid"]
}
