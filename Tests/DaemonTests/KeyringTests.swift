import Roaster
import Synchronization
import Testing

@testable import Daemon

/// Secrets: made, kept, compared and counted.
struct KeyringTests {
  private let noon = WallTime(milliseconds: 1_800_000_000_000)

  private func later(_ seconds: Int64) -> WallTime {
    WallTime(milliseconds: noon.milliseconds + seconds * 1000)
  }

  @Test func `a key is kept without its secret, and numbers are never used twice`() throws {
    let keyring = Keyring(lastID: 7)
    let (secret, key) = keyring.mint(.token, name: "a", role: .agent, now: noon)
    #expect(key.id == 8)
    #expect(key.hash == SHA256.hash(Array(secret.utf8)))
    #expect(!"\(key)".contains(secret))
    #expect(keyring.revoke(8))
    #expect(keyring.mint(.token, name: "b", role: .viewer, now: noon).key.id == 9)
    #expect(keyring.keys(now: noon).map(\.name) == ["b"])
    let loaded = Keyring([key])
    #expect(loaded.key(.token, secret: secret, now: noon) == key)
    #expect(loaded.key(.session, secret: secret, now: noon) == nil)
    #expect(loaded.key(.token, secret: secret + "x", now: noon) == nil)
    #expect(loaded.key(.token, secret: "", now: noon) == nil)
    #expect(loaded.mint(.token, name: "c", role: .viewer, now: noon).key.id == 9)
  }

  @Test func `secrets do not repeat`() {
    let keyring = Keyring()
    let secrets = (0..<500).map { _ in
      keyring.mint(.session, name: "", role: .viewer, now: noon).secret
    }
    #expect(Set(secrets).count == 500)
    #expect(Set(secrets.map(\.count)) == [49])
  }

  @Test func `a session is over when its time has come`() {
    let keyring = Keyring()
    let (secret, _) = keyring.mint(
      .session, name: "", role: .viewer, now: noon, expires: later(10))
    #expect(keyring.key(.session, secret: secret, now: later(9)) != nil)
    #expect(keyring.key(.session, secret: secret, now: later(10)) == nil)
    #expect(keyring.keys(now: later(10)).isEmpty)
  }

  @Test func `use is reported once a minute, also when the clock is set back`() {
    let seen = Mutex<[Int64]>([])
    let noon = noon
    let keyring = Keyring { _, at in
      seen.withLock { $0.append((at.milliseconds - noon.milliseconds) / 1000) }
    }
    let key = keyring.mint(.token, name: "", role: .viewer, now: noon).key
    for second: Int64 in [0, 1, 59, 60, 61, 119, 500, 90, 100, 150] {
      keyring.noteUse(of: key.id, now: later(second))
    }
    keyring.noteUse(of: 99, now: later(1000))
    #expect(seen.withLock { $0 } == [0, 60, 500, 90, 150])
  }

  @Test func `a code opens once, within its time`() {
    let codes = PageCodes()
    let first = codes.make(role: .operator, name: "a", seconds: 600, now: 0)
    let second = codes.make(role: .viewer, name: "b", seconds: 600, now: 0)
    #expect(first.count == 16)
    #expect(codes.redeem(first, now: 599_999)?.role == .operator)
    #expect(codes.redeem(first, now: 599_999) == nil)
    #expect(codes.redeem(second, now: 600_000) == nil)
    #expect(codes.redeem("", now: 0) == nil)
  }

  @Test func `only so many codes are open at once`() {
    let codes = PageCodes()
    let all = (0..<101).map { codes.make(role: .viewer, name: "\($0)", seconds: 9, now: 0) }
    #expect(codes.redeem(all[0], now: 1) == nil)
    #expect(codes.redeem(all[1], now: 1)?.name == "1")
    #expect(codes.redeem(all[100], now: 1)?.name == "100")
  }

  @Test func `bytes are written in the letters of addresses`() {
    for (bytes, text): ([UInt8], String) in [
      ([], ""), ([0], "AA"), ([255, 255, 255], "____"), ([251, 239], "--8"),
      (Array("roast".utf8), "cm9hc3Q"),
    ] {
      #expect(Secret.base64url(bytes) == text)
    }
  }

  @Test func `secrets are the same in every byte or not at all`() {
    let secret = Randomness.bytes(32)
    #expect(Secret.isSame(secret, secret))
    for index in secret.indices {
      var other = secret
      other[index] ^= 1
      #expect(!Secret.isSame(secret, other))
    }
    #expect(!Secret.isSame(secret, Array(secret.dropLast())))
    #expect(!Secret.isSame([], [0]))
    #expect(Secret.isSame("abc", "abc") && !Secret.isSame("abc", "ab"))
  }

  @Test func `a bucket gives its burst, then so many a second, and never more than it holds`() {
    var bucket = TokenBucket(perSecond: 2, burst: 3, now: 0)
    #expect((0..<4).map { _ in bucket.take(now: 0) } == [nil, nil, nil, 0.5])
    #expect(bucket.take(now: 499) != nil)
    #expect(bucket.take(now: 500) == nil)
    #expect(bucket.take(now: 500) != nil)
    #expect((0..<4).map { _ in bucket.take(now: 1_000_000) == nil } == [true, true, true, false])
    // A clock that goes back gives nothing away.
    #expect(bucket.take(now: 0) != nil)
    var shut = TokenBucket(perSecond: 0, burst: 1, now: 0)
    #expect(shut.take(now: 0) == nil)
    #expect(shut.take(now: 1_000_000) == .infinity)
  }

  @Test func `many clients do not fill the memory, and none gains by it`() {
    let limiter = RateLimiter<Int>(perSecond: 1, burst: 1)
    #expect(limiter.wait(-1, now: 0) == nil)
    let welcome = (0..<10_000).filter { limiter.wait($0, now: 0) == nil }
    // Those who are not told apart any more share one bucket.
    #expect(welcome.count == 4096)
    #expect(limiter.wait(-1, now: 0) != nil)
    #expect(limiter.wait(20_000, now: 5000) == nil)
    #expect(limiter.wait(20_001, now: 5000) == nil)
    #expect(limiter.wait(-1, now: 5000) == nil)
    #expect(limiter.wait(-1, now: 5000) != nil)
  }

  @Test func `cookies are found among others`() {
    let cookies = Cookies(["a=1; roast_session=\"x=y\" ;b", "c=3;roast_session=second", "=;;"])
    #expect(cookies["a"] == "1")
    #expect(cookies["roast_session"] == "x=y")
    #expect(cookies["c"] == "3")
    #expect(cookies["b"] == nil)
    #expect(Cookies([])["a"] == nil)
  }
}
