extension Answer {
  /// Gives the answer now or when it is there; a stream cannot be given so.
  func give(to respond: @escaping @Sendable (HTTPResponse) -> Void) {
    switch self {
    case .now(let response): respond(response)
    case .later(let give), .work(_, let give): give(respond)
    case .stream: preconditionFailure("a stream is no answer of a worker")
    }
  }
}
