extension APIError {
  static let unauthenticated = APIError(
    status: 401, code: "unauthenticated", message: "nobody is known to be asking",
    hint: "Send a token ('roast token add'), or open the page that 'roast page' prints.",
    headers: [("WWW-Authenticate", "Bearer realm=\"roast\"")])

  static let unknownToken = APIError(
    status: 401, code: "unknown_token", message: "this token is unknown or was revoked",
    hint: "'roast token list' shows those that are valid, 'roast token add' makes one.",
    headers: [("WWW-Authenticate", "Bearer realm=\"roast\", error=\"invalid_token\"")])

  static func unknownSession(_ cookie: SessionCookie) -> APIError {
    APIError(
      status: 401, code: "unknown_session", message: "this browser's session is unknown or over",
      hint: "Open the address that 'roast page' prints.", headers: [cookie.taking])
  }

  static let unknownCode = APIError(
    status: 401, code: "unknown_code", message: "this code is unknown, used or too old",
    hint: "'roast page' prints a fresh one.")

  static let csrf = APIError(
    status: 403, code: "csrf", message: "the session's X-Roast-CSRF header is missing or wrong",
    hint: "Send the csrf value of GET /v1/session along with whatever changes something.")

  static let forbiddenHost = APIError(
    status: 403, code: "forbidden_host", message: "this machine is not known under that name",
    hint: "Use its address, or allow the name: allow_host in the configuration.")

  static let forbiddenOrigin = APIError(
    status: 403, code: "forbidden_origin", message: "another site's page is asking",
    hint: "Allow its host where it is yours: allow_host in the configuration.")
}
