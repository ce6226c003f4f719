import Synchronization

/// Who may come in, as it can be set anew while the daemon runs. Who no longer may is shown out at
/// once: the streams that they listen to end.
public final class Door: Sendable {
  private let current: Mutex<Access>
  private let stream: EventStream

  /// A door kept by that, to the place where that stream is heard.
  public init(_ access: Access, _ stream: EventStream) {
    current = Mutex(access)
    self.stream = stream
  }

  /// Who may come in now.
  public var access: Access { current.withLock { $0 } }

  /// From now on these are owners, and these names are ours.
  public func admit(people: Set<UInt32>, hosts: Set<String>) {
    current.withLock { ($0.people, $0.allowedHosts) = (people, hosts) }
    showOut()
  }

  /// Takes a token or session away; false when there is none of that number.
  func revoke(_ id: Int64) -> Bool {
    defer { showOut() }
    return access.revoke(id)
  }

  /// Ends the request's session and tells which it was.
  func logOut(_ request: HTTPRequest) -> Int64? {
    defer { showOut() }
    return access.logOut(request)
  }

  /// A place in the stream for that caller. Whoever is shown out between the question and the answer
  /// gets none.
  func subscription(
    of caller: Caller, after last: String?, greeting: [EventStream.Message]
  ) throws(APIError) -> EventStream.Subscription {
    let subscription = stream.subscribe(after: last, greeting: greeting, caller: caller)
    guard access.stillKnows(caller) else { throw .unknownToken }
    return subscription
  }

  private func showOut() {
    let access = access
    stream.end { caller in !access.stillKnows(caller) }
  }
}
