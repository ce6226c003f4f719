import Analysis
import Governor
import Roaster
import Store

// MARK: - Real roasts beside golden cases

extension API {
  /// The cases that the daemon has, in the order of their names.
  func cases() -> HTTPResponse {
    .json(.object([("cases", .array(facts.goldenCases().map(\.brief)))]))
  }

  /// How near a roast came to a case.
  func verdict(_ name: String, _ parameters: Parameters) throws(APIError) -> HTTPResponse {
    guard let wanted = parameters.text("case") else {
      throw .badParameter("case", "is missing", hint: "GET /v1/cases names them.")
    }
    let roast = try stored(name)
    guard let golden = facts.goldenCases().first(where: { $0.name == wanted }) else {
      throw .noSuchCase(wanted)
    }
    guard roast.status != .roasting else { throw .roastGoesOn(roast.row.id) }
    // As it is exported, and so as 'roast golden judge' judges it.
    let curve = RoastCurve(json: try curve(of: roast).json)
    let verdict = CaseVerdict(golden, curve, under: Envelope().ceilings)
    return .json(
      .object(
        [("roast_id", .integer(roast.row.id))] + (verdict.json.members ?? [])
          + [("target", golden.target.json)]))
  }
}

extension GoldenCase {
  /// The case in a list.
  fileprivate var brief: JSON {
    .object([
      ("name", .string(name)), ("title", .string(title)),
      ("expectation", .string(expectation.rawValue)), ("danger", .string(danger.rawValue)),
      ("source", .string(source.rawValue)), ("bean", .string(bean.name)),
      ("grams", .number(grams)), ("machine", .string(machine)), ("faults", JSON(faults.count)),
      ("tags", .array(tags.map(JSON.string))),
    ])
  }
}

extension APIError {
  fileprivate static func noSuchCase(_ name: String) -> APIError {
    APIError(
      status: 404, code: "no_such_case", message: "there is no case '\(name.prefix(60))'",
      hint:
        "GET /v1/cases names those that the daemon has; 'cases' in its configuration says whose.")
  }

  fileprivate static func roastGoesOn(_ id: Int64) -> APIError {
    APIError(
      status: 409, code: "roast_goes_on", message: "roast \(id) is not over",
      hint: "Ask again when it has been dropped.")
  }
}
