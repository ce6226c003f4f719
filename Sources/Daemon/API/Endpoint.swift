/// Everything that can be asked of the daemon over HTTP. Specs/api.yaml describes the same, and a
/// test holds the two together.
public enum Endpoint: String, CaseIterable, Sendable {
  case page, pageFile
  case health, ready, metrics
  case status, telemetry, stream
  case roasts, roast, editRoast, mark, unmark, export
  case batch, setBatch
  case release, attach
  case makePageCode, logIn, session, logOut
  case tokens, addToken, revokeToken
  case vacuum

  /// How it is asked for.
  public var method: String {
    switch self {
    case .page, .pageFile, .health, .ready, .metrics, .status, .telemetry, .stream, .roasts,
      .roast, .export, .batch, .session, .tokens:
      "GET"
    case .editRoast: "PATCH"
    case .setBatch: "PUT"
    case .mark, .release, .attach, .makePageCode, .logIn, .addToken, .vacuum: "POST"
    case .unmark, .logOut, .revokeToken: "DELETE"
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
    case .stream: "/v1/stream"
    case .roasts: "/v1/roasts"
    case .roast, .editRoast: "/v1/roasts/{roast}"
    case .mark: "/v1/roasts/{roast}/events"
    case .unmark: "/v1/roasts/{roast}/events/{event}"
    case .export: "/v1/roasts/{roast}/export"
    case .batch, .setBatch: "/v1/batch"
    case .release: "/v1/link/release"
    case .attach: "/v1/link/attach"
    case .makePageCode: "/v1/page-codes"
    case .logIn, .session, .logOut: "/v1/session"
    case .tokens, .addToken: "/v1/tokens"
    case .revokeToken: "/v1/tokens/{token}"
    case .vacuum: "/v1/vacuum"
    }
  }

  /// The least that the caller must be; nil for what is open to all.
  public var role: Role? {
    switch self {
    case .page, .pageFile, .health, .ready, .logIn: nil
    case .metrics, .status, .telemetry, .stream, .roasts, .roast, .export, .batch, .session,
      .logOut:
      .viewer
    case .editRoast, .mark, .unmark, .setBatch, .release, .attach, .vacuum: .operator
    case .makePageCode, .tokens, .addToken, .revokeToken: .owner
    }
  }

  /// What may be asked for behind the question mark.
  var parameters: Set<String> {
    switch self {
    case .page: ["code"]
    case .telemetry: ["roast", "from", "to", "step"]
    case .roasts: ["limit", "before", "q", "beans", "from", "to"]
    case .export: ["format", "theme", "unit", "with"]
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
