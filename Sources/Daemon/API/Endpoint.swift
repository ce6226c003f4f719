/// Everything that can be asked of the daemon over HTTP. Specs/api.yaml describes the same, and a
/// test holds the two together.
public enum Endpoint: String, CaseIterable, Sendable {
  case page, pageFile
  case health, ready, metrics
  case status, telemetry, outlook, stream
  case roasts, roast, editRoast, mark, unmark, export
  case cases, verdict
  case batch, setBatch
  case release, attach
  case makePageCode, logIn, session, logOut
  case tokens, addToken, revokeToken
  case vacuum
  case proposals, propose, proposal, decide
  case abort, reset
  case autonomy, setAutonomy, readiness, presence
  case commissioning, commission
  case alarms, acknowledge
  case pilot, hearPilot, startPilot, stopPilot
  case evaluations, keepEvaluation
  case audit, auditVerification
  case commandStatistics

  /// How it is asked for.
  public var method: String {
    switch self {
    case .page, .pageFile, .health, .ready, .metrics, .status, .telemetry, .outlook, .stream,
      .roasts, .roast, .export, .batch, .session, .tokens, .proposals, .proposal, .autonomy,
      .readiness,
      .commissioning, .alarms, .audit, .auditVerification, .commandStatistics, .pilot, .evaluations,
      .cases, .verdict:
      "GET"
    case .editRoast: "PATCH"
    case .setBatch, .setAutonomy, .startPilot: "PUT"
    case .mark, .release, .attach, .makePageCode, .logIn, .addToken, .vacuum, .propose, .decide,
      .abort, .reset, .presence, .commission, .acknowledge, .hearPilot, .keepEvaluation:
      "POST"
    case .unmark, .logOut, .revokeToken, .stopPilot: "DELETE"
    }
  }

  /// Its path; a part in braces stands for any one part.
  public var template: String {
    switch self {
    case .page: "/"
    case .pageFile: "/page/{file}"
    case .health: "/health"
    case .ready: "/ready"
    case .metrics: "/metrics"
    case .status: "/v1/status"
    case .telemetry: "/v1/telemetry"
    case .outlook: "/v1/outlook"
    case .stream: "/v1/stream"
    case .roasts: "/v1/roasts"
    case .roast, .editRoast: "/v1/roasts/{roast}"
    case .mark: "/v1/roasts/{roast}/events"
    case .unmark: "/v1/roasts/{roast}/events/{event}"
    case .export: "/v1/roasts/{roast}/export"
    case .cases: "/v1/cases"
    case .verdict: "/v1/roasts/{roast}/verdict"
    case .batch, .setBatch: "/v1/batch"
    case .release: "/v1/link/release"
    case .attach: "/v1/link/attach"
    case .makePageCode: "/v1/page-codes"
    case .logIn, .session, .logOut: "/v1/session"
    case .tokens, .addToken: "/v1/tokens"
    case .revokeToken: "/v1/tokens/{token}"
    case .vacuum: "/v1/vacuum"
    case .proposals, .propose: "/v1/proposals"
    case .proposal: "/v1/proposals/{proposal}"
    case .decide: "/v1/proposals/{proposal}/{decision}"
    case .abort: "/v1/abort"
    case .reset: "/v1/reset"
    case .autonomy, .setAutonomy: "/v1/autonomy"
    case .readiness: "/v1/autonomy/readiness"
    case .presence: "/v1/presence"
    case .commissioning, .commission: "/v1/commission"
    case .alarms: "/v1/alarms"
    case .pilot, .hearPilot, .startPilot, .stopPilot: "/v1/pilot"
    case .evaluations, .keepEvaluation: "/v1/evaluations"
    case .acknowledge: "/v1/alarms/{alarm}/acknowledge"
    case .audit: "/v1/audit"
    case .auditVerification: "/v1/audit/verification"
    case .commandStatistics: "/v1/analytics/commands"
    }
  }

  /// The least that the caller must be; nil for what is open to all.
  public var role: Role? {
    switch self {
    case .page, .pageFile, .health, .ready, .logIn: nil
    case .metrics, .status, .telemetry, .outlook, .stream, .roasts, .roast, .export, .batch,
      .session,
      .logOut, .proposals, .proposal, .autonomy, .readiness, .commissioning, .alarms, .audit,
      .auditVerification, .commandStatistics, .pilot, .evaluations, .cases, .verdict:
      .viewer
    case .propose, .decide, .abort, .presence, .hearPilot: .agent
    case .editRoast, .mark, .unmark, .setBatch, .release, .attach, .vacuum, .reset, .setAutonomy,
      .commission, .acknowledge, .startPilot, .stopPilot:
      .operator
    case .makePageCode, .tokens, .addToken, .revokeToken, .keepEvaluation: .owner
    }
  }

  /// What may be asked for behind the question mark.
  var parameters: Set<String> {
    switch self {
    case .page: ["code"]
    case .telemetry: ["roast", "from", "to", "step"]
    case .outlook: ["drop_celsius", "development_ratio"]
    case .roasts: ["limit", "before", "q", "beans", "from", "to"]
    case .roast: ["unit"]
    case .export: ["format", "theme", "unit", "with"]
    case .verdict: ["case"]
    case .proposals: ["status", "actor", "kind", "before", "limit"]
    case .evaluations: ["pilot"]
    case .audit: ["after", "before", "proposal", "limit"]
    case .readiness: ["level"]
    case .commandStatistics: ["from", "to"]
    default: []
    }
  }

  /// The endpoint that a method and a path name, with what stands in the place of the braces.
  static func match(_ method: String, _ path: String) throws(APIError) -> (Endpoint, [String]) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    var others: [String] = []
    for (endpoint, pattern) in patterns where pattern.count == parts.count {
      guard let found = places(of: pattern, in: parts) else { continue }
      if endpoint.method == method || (endpoint.method == "GET" && method == "HEAD") {
        return (endpoint, found)
      }
      others.append(endpoint.method)
    }
    guard others.isEmpty else { throw .methodNotAllowed(method, path: path, allowed: others) }
    throw .notFound("there is nothing at \(path)", hint: "Specs/api.yaml lists what there is.")
  }

  /// The parts of every template; nil stands for a part in braces.
  private static let patterns: [(Endpoint, [Substring?])] = allCases.map { endpoint in
    let parts = endpoint.template.split(separator: "/", omittingEmptySubsequences: false)
    return (endpoint, parts.map { $0.hasPrefix("{") ? nil : $0 })
  }

  /// What stands in the place of the braces; nil where the parts are not of that pattern.
  private static func places(of pattern: [Substring?], in parts: [Substring]) -> [String]? {
    var found: [String] = []
    for (wanted, part) in zip(pattern, parts) {
      if let wanted {
        guard wanted == part else { return nil }
      } else {
        guard !part.isEmpty else { return nil }
        found.append(String(part))
      }
    }
    return found
  }
}
