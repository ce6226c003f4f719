import Roaster

/// Decides who is asking, and whether a browser may be asking on somebody else's behalf.
public struct Access: Sendable {
  /// The users of this machine who are owners.
  public var people: Set<UInt32>
  /// Names beside this machine's own addresses under which it may be reached.
  public var allowedHosts: Set<String>

  private let keyring: Keyring
  let cookie: SessionCookie
  private let codes = PageCodes()
  private let names = UserNames()
  private let attempts = RateLimiter<Peer>(perSecond: 10.0 / 60, burst: 10)

  /// How long a one-time code opens.
  public static let codeSeconds = 600
  /// How long a session lasts.
  public static let sessionSeconds = 90 * 86_400

  /// Copies share codes, keys and counts; people and hosts are each copy's own.
  public init(
    people: Set<UInt32>, allowedHosts: Set<String> = [], keyring: Keyring, cookie: SessionCookie
  ) {
    self.people = people
    self.allowedHosts = allowedHosts
    self.keyring = keyring
    self.cookie = cookie
  }

  /// Who is asking, or why nobody may under such circumstances.
  public func identify(_ request: HTTPRequest) -> Result<Caller, APIError> {
    do throws(APIError) {
      try checkPlace(of: request)
      return .success(try caller(of: request))
    } catch { return .failure(error) }
  }

  /// Whose requests are counted together: those with a valid token or session by it, others by where
  /// they come from.
  public func client(of request: HTTPRequest) -> Client {
    key(of: request).map { .key($0.id) } ?? .peer(request.peer)
  }

  /// Refuses a request that a stranger's page made a browser send, whoever is asking; for what is
  /// open to all as well.
  public func checkPlace(of request: HTTPRequest) throws(APIError) {
    if !request.peer.isUnix {
      guard let host = request.header("host").flatMap({ HostName(authority: $0) }),
        isOurs(host, request)
      else { throw .forbiddenHost }
    }
    let origins = request.headers("origin")
    guard origins.allSatisfy({ HostName(origin: $0).map { isOurs($0, request) } ?? false }) else {
      throw .forbiddenOrigin
    }
  }

  private func isOurs(_ host: HostName, _ request: HTTPRequest) -> Bool {
    ["localhost", "127.0.0.1", "::1", request.localAddress].contains(host.name)
      || allowedHosts.contains { HostName(authority: $0) == host }
  }

  // MARK: Who

  private func caller(of request: HTTPRequest) throws(APIError) -> Caller {
    if !request.headers("authorization").isEmpty {
      guard let key = bearer(of: request) else { throw .unknownToken }
      keyring.noteUse(of: key.id, now: OwnClock.wall)
      return Caller(role: key.role, name: key.name, tokenID: key.id, expires: key.expires)
    }
    if let secret = sessionSecret(of: request) {
      guard let key = session(secret) else { throw .unknownSession(cookie) }
      try checkCSRF(of: request, secret: secret)
      keyring.noteUse(of: key.id, now: OwnClock.wall)
      return Caller(
        role: key.role, name: key.name, tokenID: key.id, expires: key.expires, isBrowser: true)
    }
    guard case .unix(let uid) = request.peer else { throw .unauthenticated }
    return Caller(role: role(ofUser: uid), name: names.caption(uid), userID: uid)
  }

  private func role(ofUser uid: UInt32) -> Role { people.contains(uid) ? .owner : .viewer }

  /// Whether whoever was known as that would be known as the same now.
  func stillKnows(_ caller: Caller) -> Bool {
    if let id = caller.tokenID { return keyring.has(id, now: OwnClock.wall) }
    return caller.userID.map { role(ofUser: $0) == caller.role } ?? false
  }

  private func checkCSRF(of request: HTTPRequest, secret: String) throws(APIError) {
    guard request.method != "GET", request.method != "HEAD" else { return }
    guard let sent = request.header("x-roast-csrf"), Secret.isSame(sent, Self.csrf(secret)) else {
      throw .csrf
    }
  }

  private func key(of request: HTTPRequest) -> Keyring.Key? {
    if !request.headers("authorization").isEmpty { return bearer(of: request) }
    return sessionSecret(of: request).flatMap(session)
  }

  /// The token of the one `Authorization: Bearer` header.
  private func bearer(of request: HTTPRequest) -> Keyring.Key? {
    let headers = request.headers("authorization")
    let words = headers.first?.split(separator: " ") ?? []
    guard headers.count == 1, words.count == 2, words[0].lowercased() == "bearer" else {
      return nil
    }
    return keyring.key(.token, secret: String(words[1]), now: OwnClock.wall)
  }

  private func sessionSecret(of request: HTTPRequest) -> String? {
    Cookies(request.headers("cookie"))[cookie.name]
  }

  private func session(_ secret: String) -> Keyring.Key? {
    keyring.key(.session, secret: secret, now: OwnClock.wall)
  }

  /// What a session's page must send along; only who reads the session's own answers knows it.
  private static func csrf(_ secret: String) -> String {
    Secret.base64url(SHA256.hash(Array("roast csrf ".utf8) + secret.utf8))
  }
}

// MARK: - Browsers

extension Access {
  /// What a browser gets for a code.
  public struct Session: Sendable {
    /// Who it is from now on.
    public let caller: Caller
    /// What it must send as `X-Roast-CSRF` with whatever changes something.
    public let csrf: String
    /// The `Set-Cookie` header.
    public let cookie: (name: String, value: String)
    /// To be stored before the answer is given.
    public let key: Keyring.Key
  }

  /// A code that lets one browser in.
  public func makeCode(role: Role, name: String) -> String {
    codes.make(role: role, name: name, seconds: Self.codeSeconds, now: OwnClock.milliseconds)
  }

  /// Exchanges a code for a session. The same client may try ten times a minute.
  public func logIn(code: String, from request: HTTPRequest) throws(APIError) -> Session {
    let now = OwnClock.milliseconds
    if let wait = attempts.wait(request.peer, now: now) {
      throw .tooManyRequests(retryAfter: wait)
    }
    guard let (role, name) = codes.redeem(code, now: now) else { throw .unknownCode }
    let wall = OwnClock.wall
    let expires = WallTime(milliseconds: wall.milliseconds + Int64(Self.sessionSeconds) * 1000)
    let (secret, key) = keyring.mint(
      .session, name: name, role: role, now: wall, expires: expires)
    return Session(
      caller: Caller(
        role: role, name: name, tokenID: key.id, expires: expires, isBrowser: true),
      csrf: Self.csrf(secret), cookie: cookie.giving(secret, seconds: Self.sessionSeconds),
      key: key)
  }

  /// What the page of the request's session must send along; nil where there is no session.
  public func csrf(of request: HTTPRequest) -> String? {
    guard request.headers("authorization").isEmpty, let secret = sessionSecret(of: request),
      session(secret) != nil
    else { return nil }
    return Self.csrf(secret)
  }

  /// Ends the request's session and tells which it was.
  public func logOut(_ request: HTTPRequest) -> Int64? {
    guard request.headers("authorization").isEmpty, let secret = sessionSecret(of: request),
      let key = session(secret), keyring.revoke(key.id)
    else { return nil }
    return key.id
  }
}

// MARK: - Tokens

extension Access {
  /// All tokens and sessions that open something, the oldest first.
  public func tokens() -> [Keyring.Key] { keyring.keys(now: OwnClock.wall) }

  /// A new token and what is to be stored of it.
  public func addToken(
    name: String, role: Role, seconds: Double? = nil
  ) -> (secret: String, key: Keyring.Key) {
    let now = OwnClock.wall
    let expires = seconds.map { WallTime(milliseconds: now.milliseconds + Int64($0 * 1000)) }
    return keyring.mint(.token, name: name, role: role, now: now, expires: expires)
  }

  /// Takes a token or session away at once; false when there is none of that number.
  public func revoke(_ id: Int64) -> Bool { keyring.revoke(id) }
}
