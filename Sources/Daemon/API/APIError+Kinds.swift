import Roaster

extension APIError {
  /// Whether it only says that something is not on the disk yet.
  var isKept: Bool { code == "store_unavailable" }

  static func notFound(_ message: String, hint: String) -> APIError {
    APIError(status: 404, code: "not_found", message: message, hint: hint)
  }

  static func methodNotAllowed(_ method: String, path: String, allowed: [String]) -> APIError {
    let list = (allowed + (allowed.contains("GET") ? ["HEAD"] : [])).joined(separator: ", ")
    return APIError(
      status: 405, code: "method_not_allowed",
      message: "\(path) does not take \(method.prefix(20))", hint: "It takes: \(list).",
      headers: [("Allow", list)])
  }

  static func badParameter(_ name: String, _ problem: String, hint: String) -> APIError {
    APIError(
      status: 400, code: "bad_parameter", message: "the parameter '\(name.prefix(40))' \(problem)",
      hint: hint)
  }

  static func badBody(_ message: String, hint: String) -> APIError {
    APIError(status: 400, code: "bad_body", message: message, hint: hint)
  }

  static func badMember(_ name: String, expected: String) -> APIError {
    badBody("'\(name)' is not what it must be", hint: "Expected \(expected).")
  }

  static func unsupportedType(_ type: String) -> APIError {
    APIError(
      status: 415, code: "unsupported_type", message: "the body is '\(type.prefix(60))'",
      hint: "Send application/json.")
  }

  static func noSuchRoast(_ name: String) -> APIError {
    APIError(
      status: 404, code: "no_such_roast", message: "there is no roast '\(name.prefix(40))'",
      hint: "GET /v1/roasts lists them; 'current' is the one on record now, 'last' the latest.")
  }

  static func tooManyPoints(_ most: Int) -> APIError {
    APIError(
      status: 400, code: "too_many_points", message: "these are more than \(most) points",
      hint: "Ask for a shorter time or a longer step.")
  }

  static func forbidden(_ endpoint: Endpoint, role: Role) -> APIError {
    APIError(
      status: 403, code: "forbidden",
      message:
        "a \(role.rawValue) may not do this; it takes \(endpoint.role?.rawValue ?? "nobody")",
      hint: endpoint.role == .owner
        ? "Ask on the machine itself, as a user listed in 'people'."
        : "Use an operator's token, or a user listed in 'people'.")
  }

  /// A mark that was not taken.
  init(_ fault: MarkFault) {
    let (code, message, hint) =
      switch fault {
      case .notMarkable(let landmark):
        (
          "not_markable", "\(landmark.name) is read from the curves alone",
          "Mark yellowing, first_crack, first_crack_end or second_crack."
        )
      case .noRoast:
        ("no_roast", "no roast is on record now", "Mark while beans are being roasted, or after.")
      case .outsideRoast:
        (
          "outside_roast", "at that time these beans were not being roasted",
          "A mark lies between the beginning and the end of its roast."
        )
      case .outOfOrder(let other):
        (
          "out_of_order", "it would stand on the wrong side of \(other.name)",
          "Take that mark back first, or give another time."
        )
      }
    self.init(status: 409, code: code, message: message, hint: hint)
  }
}
