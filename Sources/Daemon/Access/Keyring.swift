import Roaster
import Synchronization

/// The tokens and sessions that open the door. It keeps their hashes; a secret is shown once, to
/// whoever asked for it.
public final class Keyring: Sendable {
  /// One token or session, as it is stored.
  public struct Key: Hashable, Sendable {
    /// What it is.
    public enum Kind: String, Sendable {
      /// A program bears it.
      case token
      /// A browser's cookie.
      case session
    }

    /// Never used twice.
    public let id: Int64
    /// Token or session.
    public let kind: Kind
    /// What a person called it.
    public let name: String
    /// What its bearer may do.
    public let role: Role
    /// SHA-256 of the secret.
    public let hash: [UInt8]
    /// When it was made.
    public let created: WallTime
    /// From then on it opens nothing; nil for one that lasts.
    public let expires: WallTime?
    /// When it was borne last, to the minute.
    public var used: WallTime?

    /// A key of these parts.
    public init(
      id: Int64, kind: Kind, name: String, role: Role, hash: [UInt8], created: WallTime,
      expires: WallTime? = nil, used: WallTime? = nil
    ) {
      self.id = id
      self.kind = kind
      self.name = name
      self.role = role
      self.hash = hash
      self.created = created
      self.expires = expires
      self.used = used
    }

    func isValid(at now: WallTime) -> Bool { expires.map { now < $0 } ?? true }
  }

  private struct State {
    var keys: [Key]
    var lastID: Int64
  }

  private let state: Mutex<State>
  private let reportUse: @Sendable (Int64, WallTime) -> Void

  private static let useStepMilliseconds: Int64 = 60_000

  /// With the keys that are stored and not revoked. `lastID` is the highest that any key ever had.
  /// Use is reported once a minute and key, on the thread that serves the request.
  public init(
    _ keys: [Key] = [], lastID: Int64 = 0,
    reportUse: @escaping @Sendable (_ id: Int64, _ at: WallTime) -> Void = { _, _ in }
  ) {
    state = Mutex(State(keys: keys, lastID: max(lastID, keys.map(\.id).max() ?? 0)))
    self.reportUse = reportUse
  }

  /// All that are valid, the oldest first.
  public func keys(now: WallTime) -> [Key] {
    state.withLock { $0.keys.filter { $0.isValid(at: now) }.sorted { $0.id < $1.id } }
  }

  /// A new one and its secret, which is nowhere else.
  public func mint(
    _ kind: Key.Kind, name: String, role: Role, now: WallTime, expires: WallTime? = nil
  ) -> (secret: String, key: Key) {
    let secret = "roast_" + Secret.base64url(Randomness.bytes(32))
    let key = state.withLock { state in
      state.keys.removeAll { !$0.isValid(at: now) }
      state.lastID += 1
      let key = Key(
        id: state.lastID, kind: kind, name: name, role: role, hash: Secret.hash(secret),
        created: now, expires: expires)
      state.keys.append(key)
      return key
    }
    return (secret, key)
  }

  /// Takes it away; false when there is none.
  public func revoke(_ id: Int64) -> Bool {
    state.withLock { state in
      let count = state.keys.count
      state.keys.removeAll { $0.id == id }
      return state.keys.count < count
    }
  }

  /// Whether there is one of that number that opens something.
  func has(_ id: Int64, now: WallTime) -> Bool {
    state.withLock { $0.keys.contains { $0.id == id && $0.isValid(at: now) } }
  }

  /// The key of that kind that the secret opens. Every key is compared with, whichever it is.
  func key(_ kind: Key.Kind, secret: String, now: WallTime) -> Key? {
    let hash = Secret.hash(secret)
    return state.withLock { state in
      var found: Key?
      for key in state.keys where Secret.isSame(key.hash, hash) { found = key }
      return found?.kind == kind && found?.isValid(at: now) == true ? found : nil
    }
  }

  /// Notes that a key was borne.
  func noteUse(of id: Int64, now: WallTime) {
    let isNew = state.withLock { state in
      guard let index = state.keys.firstIndex(where: { $0.id == id }) else { return false }
      if let last = state.keys[index].used?.milliseconds, now.milliseconds >= last,
        now.milliseconds - last < Self.useStepMilliseconds
      {
        return false
      }
      state.keys[index].used = now
      return true
    }
    if isNew { reportUse(id, now) }
  }
}
