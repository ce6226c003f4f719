import Roaster
import Synchronization
import Testing

@testable import Daemon

/// Who was let in to a stream, and is not wanted any more.
struct DoorTests {
  private let stream = EventStream(run: "run")
  private let keyring = Keyring()

  private func door(people: Set<UInt32> = [1000]) -> Door {
    let cookie = SessionCookie(id: "0123abcd")
    return Door(Access(people: people, keyring: keyring, cookie: cookie), stream)
  }

  /// Somebody who listens, and whether they were cut off.
  private final class Listener: Sendable {
    let subscription: EventStream.Subscription
    let cuts = Mutex(0)

    init(_ request: HTTPRequest, _ door: Door) throws {
      let caller = try door.access.identify(request).get()
      subscription = try door.subscription(of: caller, after: nil, greeting: [])
      subscription.attach(.init(wake: {}, cut: { [weak self] in self?.cuts.withLock { $0 += 1 } }))
    }

    var isCut: Bool { cuts.withLock { $0 } == 1 && hasEnded }

    var hasEnded: Bool {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
      defer { buffer.deallocate() }
      return subscription.read(into: buffer) { true } == .ended
    }
  }

  private func near(
    _ headers: [(name: String, value: String)] = [], uid: UInt32 = 1000, method: String = "GET"
  ) -> HTTPRequest {
    HTTPRequest(method: method, path: "/", headers: headers, peer: .unix(uid: uid))
  }

  @Test func `a token that is taken away ends its streams, and no others`() throws {
    let door = door()
    let (one, other) = (
      door.access.addToken(name: "a", role: .viewer), door.access.addToken(name: "b", role: .agent)
    )
    let bearer = { (secret: String) in [(name: "authorization", value: "Bearer \(secret)")] }
    let listeners = try [bearer(one.secret), bearer(one.secret), bearer(other.secret), []]
      .map { try Listener(near($0), door) }
    #expect(door.revoke(one.key.id))
    #expect(listeners.map(\.isCut) == [true, true, false, false])
    #expect(stream.count == 2)
  }

  @Test func `logging out ends the session's streams`() throws {
    let door = door()
    let code = door.access.makeCode(role: .operator, name: "x")
    let session = try door.access.logIn(code: code, from: near())
    let cookie = String(try #require(session.cookie.value.split(separator: ";").first))
    let headers = [(name: "cookie", value: cookie), (name: "x-roast-csrf", value: session.csrf)]
    let (page, shell) = (try Listener(near(headers), door), try Listener(near(), door))
    #expect(door.logOut(near(headers, method: "DELETE")) == session.key.id)
    #expect(page.isCut)
    #expect(!shell.isCut)
  }

  @Test func `who leaves the people does not go on listening as the owner`() throws {
    let door = door(people: [1000, 1001])
    let listeners = try [1000, 1001, 1002].map { try Listener(near(uid: $0), door) }
    door.admit(people: [1000], hosts: [])
    #expect(listeners.map(\.isCut) == [false, true, false])
  }

  @Test func `a session's streams end with it`() throws {
    let now = OwnClock.wall.milliseconds
    let (past, coming) = (now - 1000, now + 3_600_000)
    var ends: [Bool] = []
    for time in [past, coming] {
      let caller = Caller(
        role: .viewer, name: "x", tokenID: 1, expires: WallTime(milliseconds: time))
      let subscription = stream.subscribe(caller: caller)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
      defer { buffer.deallocate() }
      ends.append(subscription.read(into: buffer) { true } == .ended)
    }
    #expect(ends == [true, false])
  }

  @Test func `who is shown out between the question and the answer gets no stream`() throws {
    let door = door()
    let (secret, key) = door.access.addToken(name: "a", role: .viewer)
    let request = near([(name: "authorization", value: "Bearer \(secret)")])
    let caller = try door.access.identify(request).get()
    #expect(door.revoke(key.id))
    #expect(throws: APIError.self) {
      try door.subscription(of: caller, after: nil, greeting: [])
    }
    #expect(stream.count == 0)
  }
}
