import Synchronization

/// What somebody waits for who gave entries to the journal; it is given once.
final class Answer: Sendable {
  typealias Body = @Sendable (Result<Void, StoreFault>) -> Void

  private let body: Mutex<Body?>

  init(_ body: @escaping Body) { self.body = Mutex(body) }

  var isGiven: Bool { body.withLock { $0 == nil } }

  func give(_ result: Result<Void, StoreFault>) {
    let body = body.withLock { body in
      defer { body = nil }
      return body
    }
    body?(result)
  }
}
