import Daemon
import Roaster
import Store
import Synchronization
import Testing

/// Who is asking: every way to be known, and every way to pretend.
struct AccessTests {
  private let me: UInt32 = 1000
  private let keyring = Keyring()
  private let cookie = SessionCookie(id: "0123abcd")

  private var access: Access {
    Access(people: [me], allowedHosts: ["Kitchen.local"], keyring: keyring, cookie: cookie)
  }

  private func near(
    _ uid: UInt32 = 1000, _ headers: [(name: String, value: String)] = [], method: String = "GET"
  ) -> HTTPRequest {
    HTTPRequest(method: method, path: "/", headers: headers, peer: .unix(uid: uid))
  }

  private func far(
    _ headers: [(name: String, value: String)] = [], method: String = "GET",
    host: String? = "192.168.1.7:8760"
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, path: "/", headers: (host.map { [("host", $0)] } ?? []) + headers,
      peer: .tcp(address: "192.168.1.20"), localAddress: "192.168.1.7")
  }

  private func code(_ request: HTTPRequest, _ access: Access) -> String {
    switch access.identify(request) {
    case .success(let caller): "\(caller.role)"
    case .failure(let error): error.code
    }
  }

  @Test func `on the machine itself a listed user is the owner and others look on`() throws {
    let access = access
    #expect(try access.identify(near()).get().role == .owner)
    #expect(try access.identify(near(1001)).get().role == .viewer)
    #expect(try access.identify(near(0)).get().role == .viewer)
    let root = Access(people: [0], keyring: keyring, cookie: cookie)
    #expect(try root.identify(near(0)).get().name == "uid 0 (root)")
    #expect(try access.identify(near(987_654)).get().name == "uid 987654")
  }

  @Test func `over the network nobody is known without a token`() throws {
    #expect(code(far(), access) == "unauthenticated")
    guard case .failure(let error) = access.identify(far()) else { return }
    #expect(error.status == 401)
    #expect(error.headers.contains { $0.name == "WWW-Authenticate" })
  }

  @Test func `a token is all that its bearer is`() throws {
    let access = access
    let (secret, key) = access.addToken(name: "tablet", role: .viewer)
    #expect(secret.hasPrefix("roast_"))
    #expect(secret.count == 49)
    let caller = try access.identify(far([("authorization", "Bearer \(secret)")])).get()
    #expect(caller == Caller(role: .viewer, name: "tablet", tokenID: key.id))
    // A user of the machine who bears it is no more than it says.
    #expect(code(near(me, [("authorization", "bearer \(secret)")]), access) == "viewer")
    #expect(access.revoke(key.id))
    #expect(!access.revoke(key.id))
    #expect(code(far([("authorization", "Bearer \(secret)")]), access) == "unknown_token")
    #expect(code(near(me, [("authorization", "Bearer \(secret)")]), access) == "unknown_token")
  }

  @Test(arguments: [
    "Bearer", "Bearer ", "", "Bearer wrong", "Basic cm9hc3Q6cm9hc3Q=", "Bearer a b", "SECRET",
    "Bearer SECRETx", "Bearer roast_", "BearerSECRET", "Digest SECRET", "Bearer SECRET SECRET",
  ])
  func `whatever else stands as authorization never falls back to the user`(_ value: String) {
    let access = access
    let (secret, _) = access.addToken(name: "t", role: .operator)
    let value = value.replacing("SECRET", with: secret)
    #expect(code(near(me, [("authorization", value)]), access) == "unknown_token")
    let twice = [("authorization", "Bearer \(secret)"), ("authorization", value)]
    #expect(code(near(me, twice.map { (name: $0.0, value: $0.1) }), access) == "unknown_token")
  }

  @Test func `a session's secret is no token, and a token is no session`() throws {
    let access = access
    let session = try access.logIn(code: access.makeCode(role: .operator, name: "x"), from: far())
    let secret = try #require(session.cookie.value.split(separator: ";").first)
      .dropFirst("roast_session_0123abcd=".count)
    #expect(code(far([("authorization", "Bearer \(secret)")]), access) == "unknown_token")
    let (token, _) = access.addToken(name: "t", role: .operator)
    #expect(code(far([("cookie", "\(cookie.name)=\(token)")]), access) == "unknown_session")
  }

  @Test func `a code opens once, and gives a session that changes things only with its CSRF value`()
    throws
  {
    let access = access
    let word = access.makeCode(role: .operator, name: "uid 1000 (alice)")
    let session = try access.logIn(code: word, from: far())
    #expect(throws: APIError.self) { try access.logIn(code: word, from: far()) }
    #expect(session.cookie.value.contains("; HttpOnly"))
    #expect(session.cookie.value.contains("; SameSite=Strict"))
    #expect(session.cookie.value.contains("; Path=/"))
    #expect(session.key.expires != nil)
    let cookie = String(try #require(session.cookie.value.split(separator: ";").first))

    let reading = far([("cookie", "a=b; \(cookie); c=d")])
    let caller = try access.identify(reading).get()
    #expect(caller.role == .operator)
    #expect(caller.name == "uid 1000 (alice)")
    #expect(caller.isBrowser)
    #expect(access.csrf(of: reading) == session.csrf)
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
      #expect(code(far([("cookie", cookie)], method: method), access) == "csrf")
      let wrong = [(name: "cookie", value: cookie), (name: "x-roast-csrf", value: "wrong")]
      #expect(code(far(wrong, method: method), access) == "csrf")
      let right = [(name: "cookie", value: cookie), (name: "x-roast-csrf", value: session.csrf)]
      #expect(code(far(right, method: method), access) == "operator")
    }
    // The machine's owner in that browser is no more than the session.
    #expect(code(near(me, [("cookie", cookie)], method: "POST"), access) == "csrf")

    #expect(access.logOut(reading) == session.key.id)
    #expect(code(reading, access) == "unknown_session")
    #expect(access.csrf(of: reading) == nil)
  }

  @Test func `the cookie of another run opens nothing, unless its key was kept`() throws {
    let access = access
    let session = try access.logIn(code: access.makeCode(role: .viewer, name: "x"), from: far())
    let cookie = String(try #require(session.cookie.value.split(separator: ";").first))
    let reading = far([("cookie", cookie)])
    #expect(
      code(reading, Access(people: [me], keyring: Keyring(), cookie: self.cookie))
        == "unknown_session")
    let kept = Access(people: [me], keyring: Keyring([session.key]), cookie: self.cookie)
    #expect(code(reading, kept) == "viewer")
    #expect(kept.csrf(of: reading) == session.csrf)
  }

  @Test func `two daemons of one machine share a browser, and neither ends the other's session`()
    throws
  {
    let (one, other) = (access, Access(people: [me], keyring: Keyring(), cookie: .other))
    var jar: [String: String] = [:]
    for access in [one, other] {
      let session = try access.logIn(
        code: access.makeCode(role: .operator, name: "x"), from: far())
      let pair = try #require(session.cookie.value.split(separator: ";").first)
        .split(separator: "=", maxSplits: 1)
      jar[String(pair[0])] = String(pair[1])
    }
    let cookies = jar.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    #expect(code(far([("cookie", cookies)]), one) == "operator")
    #expect(code(far([("cookie", cookies)]), other) == "operator")
    let stranger = [(name: "cookie", value: "roast_session=x; roast_session_ffffffff=y")]
    #expect(code(far(stranger), one) == "unauthenticated")
  }

  @Test func `the cookie's name is the same after a restart, and kept in good order`() throws {
    let (first, entries) = SessionCookie.own([:])
    #expect(first.name.wholeMatch(of: /roast_session_[0-9a-f]{8}/) != nil)
    guard case .setting(let key, let value?)? = entries.first else {
      Issue.record("the name is not kept: \(entries)")
      return
    }
    let (again, none) = SessionCookie.own([key: value])
    #expect(again == first)
    #expect(none.isEmpty)
    for bad in ["", "\"\"", "\"x;y=zab\"", "null", "\"0123456789\"", "\"0123ABCD\"", "01234567"] {
      let (fresh, entries) = SessionCookie.own([key: bad])
      #expect(fresh.name.wholeMatch(of: /roast_session_[0-9a-f]{8}/) != nil, "\(bad)")
      #expect(entries.count == 1)
    }
    #expect(SessionCookie.own([:]).cookie != first)
  }

  @Test func `codes are tried ten times a minute at most, each client by itself`() throws {
    let access = access
    for _ in 0..<10 {
      #expect(throws: APIError.self) { try access.logIn(code: "wrong", from: far()) }
    }
    let word = access.makeCode(role: .operator, name: "x")
    do throws(APIError) {
      _ = try access.logIn(code: word, from: far())
      Issue.record("the eleventh try was let through")
    } catch {
      #expect(error.status == 429)
      #expect(error.headers.contains { $0.name == "Retry-After" && $0.value == "6" })
    }
    #expect(try access.logIn(code: word, from: near()).caller.role == .operator)
  }

  @Test(arguments: [
    "localhost", "LOCALHOST:8760", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8760",
    "192.168.1.7", "192.168.1.7:80", "kitchen.local", "Kitchen.Local.:8760",
  ])
  func `this machine's own names are let in`(_ host: String) {
    #expect(code(far(host: host), access) == "unauthenticated")
    #expect(code(far([("origin", "http://\(host)")]), access) == "unauthenticated")
    #expect(code(far([("origin", "HTTPS://\(host)")]), access) == "unauthenticated")
  }

  @Test(arguments: [
    "evil.example", "localhost.evil.example", "192.168.1.8", "127.0.0.1.evil.example",
    "evil.example:8760", "kitchen.local.evil.example", "xkitchen.local", "", "localhost:x",
    "localhost:", "localhost:99999", "user@localhost", "[::1", "[::2]", "[localhost]",
    "localhost/", "localhost localhost", "127.1", "::1", "localhost,evil.example",
  ])
  func `a stranger's name is forbidden, whoever asks`(_ host: String) {
    let access = access
    let (secret, _) = access.addToken(name: "t", role: .operator)
    let bearer = (name: "authorization", value: "Bearer \(secret)")
    #expect(code(far([bearer], host: host), access) == "forbidden_host")
    #expect(throws: APIError.self) { try access.checkPlace(of: far(host: host)) }
    for scheme in ["http", "https"] {
      let origin = (name: "origin", value: "\(scheme)://\(host)")
      #expect(code(far([bearer, origin]), access) == "forbidden_origin")
      #expect(code(near(me, [origin]), access) == "forbidden_origin")
    }
  }

  @Test(arguments: [
    "null", "file://", "localhost", "ftp://localhost", "http:localhost", "chrome-extension://abc",
    "http://localhost/x", "//localhost",
  ])
  func `an origin that is no site of ours is forbidden`(_ origin: String) {
    #expect(code(far([("origin", origin)]), access) == "forbidden_origin")
    let both = [(name: "origin", value: "http://localhost"), (name: "origin", value: origin)]
    #expect(code(far(both), access) == "forbidden_origin")
  }

  @Test func `a request without a host is forbidden over the network alone`() {
    #expect(code(far(host: nil), access) == "forbidden_host")
    #expect(code(near(), access) == "owner")
  }

  @Test func `requests are counted by a valid token or session, else by where they come from`()
    throws
  {
    let access = access
    let (secret, key) = access.addToken(name: "t", role: .viewer)
    #expect(access.client(of: far([("authorization", "Bearer \(secret)")])) == .key(key.id))
    #expect(access.client(of: far([("authorization", "Bearer x")])) == .peer(far().peer))
    #expect(access.client(of: near()) == .peer(.unix(uid: me)))
    let session = try access.logIn(code: access.makeCode(role: .viewer, name: "x"), from: far())
    let cookie = String(try #require(session.cookie.value.split(separator: ";").first))
    #expect(access.client(of: far([("cookie", cookie)])) == .key(session.key.id))
  }

  @Test func `a role includes those below it`() {
    let ranks: [Role] = [.viewer, .agent, .operator, .owner]
    for (high, role) in ranks.enumerated() {
      for (low, other) in ranks.enumerated() { #expect(role.includes(other) == (high >= low)) }
    }
    #expect(Role.allCases.map(\.rawValue) == ["viewer", "agent", "operator", "owner"])
  }
}

extension SessionCookie {
  fileprivate static let other = SessionCookie(id: "fedcba98")
}
