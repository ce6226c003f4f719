import Roaster

/// What every refusal and failure looks like to whoever asked: `{"code","message","hint"}`.
public struct APIError: Error, Sendable {
  /// The answer's status, 400 or higher.
  public var status: Int
  /// For programs: never changes, as `not_found`.
  public var code: String
  /// For people: what is the matter.
  public var message: String
  /// For people: what to do about it.
  public var hint: String
  /// What the answer says beside, as `Retry-After`.
  public var headers: [(name: String, value: String)]
  /// What programs may want to know of the case.
  public var facts: [(key: String, value: JSON)]

  /// An error of these parts.
  public init(
    status: Int, code: String, message: String, hint: String,
    headers: [(name: String, value: String)] = [], facts: [(key: String, value: JSON)] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
    self.headers = headers
    self.facts = facts
  }

  /// As an answer.
  public var response: HTTPResponse {
    .json(
      .object(
        [("code", .string(code)), ("message", .string(message)), ("hint", .string(hint))] + facts),
      status: status, headers: headers)
  }
}

// MARK: - What the server itself refuses

extension APIError {
  static func badRequest(_ message: String, hint: String) -> APIError {
    APIError(
      status: 400, code: "bad_request", message: message, hint: hint)
  }

  static func badPath(_ message: String) -> APIError {
    APIError(
      status: 400, code: "bad_path", message: message,
      hint: "Send a path of plain parts, percent-encoded once, as /v1/status.")
  }

  static func bodyTooLarge(limit: Int) -> APIError {
    APIError(
      status: 413, code: "body_too_large", message: "the body is larger than \(limit) bytes",
      hint: "Send less at once.")
  }

  static func headerTooLarge(limit: Int) -> APIError {
    APIError(
      status: 431, code: "header_too_large",
      message: "the request's header is larger than \(limit) bytes",
      hint: "Send fewer headers and cookies.")
  }

  static func targetTooLong(limit: Int) -> APIError {
    APIError(
      status: 414, code: "address_too_long", message: "the address is longer than \(limit) bytes",
      hint: "Shorten what stands behind the question mark.")
  }

  static func tooManyRequests(retryAfter seconds: Double) -> APIError {
    let seconds = max(1, Int(min(seconds, 3600).rounded(.up)))
    return APIError(
      status: 429, code: "too_many_requests", message: "this client asks too often",
      hint: "Wait \(seconds) s; requests_per_second in the configuration sets the limit.",
      headers: [("Retry-After", String(seconds))])
  }

  static let busy = APIError(
    status: 503, code: "busy", message: "too much is being answered already",
    hint: "Fetch the answers that were asked for, and try again.",
    headers: [("Retry-After", "1")])

  static let tookTooLong = APIError(
    status: 503, code: "took_too_long", message: "the answer did not come in time",
    hint: "Try again; 'roast status' tells how the daemon fares.",
    headers: [("Retry-After", "2")])
}
