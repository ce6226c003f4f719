import Roaster
import Store

// MARK: - The device

extension API {
  func release(_ request: HTTPRequest) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: request.body.isEmpty ? [] : ["minutes"])
    let minutes = try body.number("minutes", in: 0.1...1440)
    return desk.later(.release(minutes: minutes)) { answer in .json(answer.link) }
  }

  func attach() -> Answer {
    desk.later(.attach) { answer in .json(answer.link) }
  }

  /// Throws away what the retention allows, beside everything else that is written.
  func vacuum() -> Answer {
    desk.later(.vacuum) { _ in
      .json(.object([("status", .string("started"))]), status: 202)
    }
  }
}

// MARK: - Who may ask

extension API {
  func makePageCode(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> HTTPResponse {
    let body = try RequestBody(request, allowing: request.body.isEmpty ? [] : ["role"])
    let word = try body.choice("role", of: [Role.operator.rawValue, Role.viewer.rawValue])
    let role = word.flatMap(Role.init(rawValue:)) ?? .operator
    let code = door.access.makeCode(role: role, name: caller.name)
    return .json(
      .object([
        ("code", .string(code)),
        ("expires_in_seconds", JSON(Access.codeSeconds)),
        (
          "urls",
          .array(facts.pageAddresses().map { .string($0 + "/?code=" + code) })
        ),
      ]), status: 201)
  }

  func logIn(_ request: HTTPRequest) throws(APIError) -> Answer {
    try door.access.checkPlace(of: request)
    let body = try RequestBody(request, allowing: ["code"])
    guard let code = try body.text("code") else {
      throw .badMember("code", expected: "the code that 'roast page' printed")
    }
    let session = try door.access.logIn(code: code, from: request)
    return desk.later(.keep([.tokenAdded(TokenRow(session.key))])) { _ in
      .json(
        .object([
          ("role", .string(session.caller.role.rawValue)),
          ("name", .string(session.caller.name)), ("csrf", .string(session.csrf)),
        ]), headers: [session.cookie])
    }
  }

  func session(_ caller: Caller, _ request: HTTPRequest) -> HTTPResponse {
    .json(
      .object([
        ("role", .string(caller.role.rawValue)), ("name", .string(caller.name)),
        ("csrf", JSON(door.access.csrf(of: request))),
      ]))
  }

  func logOut(_ request: HTTPRequest) -> Answer {
    let cookie = door.access.cookie
    let ended = door.logOut(request)
    let entries = ended.map { [Entry.tokenRevoked(id: $0, at: facts.now().wall)] } ?? []
    return desk.later(.keep(entries)) { _ in
      .json(.object([("status", .string("logged out"))]), headers: [cookie.taking])
    }
  }

  func tokens() -> HTTPResponse {
    .json(.object([("tokens", .array(door.access.tokens().map(\.json)))]))
  }

  func addToken(_ request: HTTPRequest) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["name", "role"])
    let roles = [Role.viewer, .agent, .operator].map(\.rawValue)
    guard let name = try body.text("name", most: 64), !name.isEmpty else {
      throw .badMember("name", expected: "a name for the token, as 'kitchen tablet'")
    }
    guard let word = try body.choice("role", of: roles), let role = Role(rawValue: word) else {
      throw .badMember("role", expected: "one of: \(roles.joined(separator: ", "))")
    }
    let (token, key) = door.access.addToken(name: name, role: role)
    return desk.later(.keep([.tokenAdded(TokenRow(key))])) { _ in
      .json(
        .object([
          ("id", .integer(key.id)), ("name", .string(name)), ("role", .string(role.rawValue)),
          ("token", .string(token)),
        ]), status: 201)
    }
  }

  func revokeToken(_ name: String) throws(APIError) -> Answer {
    guard let number = Int64(name), door.revoke(number) else {
      throw .notFound(
        "there is no token \(name.prefix(20))", hint: "'roast token list' lists them.")
    }
    let entry = Entry.tokenRevoked(id: number, at: facts.now().wall)
    return desk.later(.keep([entry])) { _ in
      .json(.object([("id", .integer(number)), ("status", .string("revoked"))]))
    }
  }
}

extension TokenRow {
  /// A key as it is stored.
  init(_ key: Keyring.Key) {
    self.init(
      id: key.id, kind: key.kind == .token ? .token : .session, name: key.name,
      role: key.role.rawValue, hash: key.hash, created: key.created, expires: key.expires,
      used: key.used)
  }
}

extension Keyring.Key {
  /// A key that was stored; nil when it opens nothing any more.
  public init?(_ row: TokenRow) {
    guard row.revoked == nil, let role = Role(rawValue: row.role) else { return nil }
    self.init(
      id: row.id, kind: row.kind == .token ? .token : .session, name: row.name, role: role,
      hash: row.hash, created: row.created, expires: row.expires, used: row.used)
  }

  /// The key as people and programs read it: never its secret.
  var json: JSON {
    .object([
      ("id", .integer(id)), ("name", .string(name)), ("role", .string(role.rawValue)),
      ("kind", .string(kind.rawValue)), ("created", .string(created.text)),
      ("last_used", JSON(used?.text)), ("expires", JSON(expires?.text)),
    ])
  }
}
