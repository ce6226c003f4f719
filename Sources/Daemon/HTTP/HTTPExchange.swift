/// One request on its way in and its answer, as far as both have come.
struct HTTPExchange {
  /// Counts the requests of a connection.
  let number: Int
  /// As it came.
  let target: [UInt8]
  /// Once the header is there and in order.
  private var whole: Whole?
  /// Whether it was refused while it came in.
  var isRefused = false
  /// Whether the handler has it.
  var isHandled = false
  /// Whose it is, once that is known.
  var client: Client?
  /// Once it is made, until it is sent.
  var answer: HTTPResponse?
  /// Where the answer is one.
  var stream: EventStream.Subscription?

  init(number: Int = 0, target: [UInt8] = []) {
    self.number = number
    self.target = target
  }

  /// The parts of a request.
  struct Whole {
    let head: RequestHead
    let target: RequestTarget
    var body: [UInt8] = []
  }

  mutating func accept(_ head: RequestHead, _ target: RequestTarget) {
    whole = Whole(head: head, target: target)
  }

  /// What is to be done next.
  enum Step {
    case readHead
    case goOn
    case close
    case refuse(APIError)
    case handle(Whole)
    case answer(HTTPResponse)
  }

  /// A part of the body has come; an empty one where there is no more, or when it is woken.
  mutating func next(part: UnsafeBufferPointer<UInt8>, limits: Limits) -> Step {
    if isRefused { return part.isEmpty ? .close : .goOn }
    if let made = answer {
      // Only who sends it holds it from now on: it may be large.
      answer = nil
      isHandled = true
      return .answer(made)
    }
    if isHandled { return .close }
    guard let read = whole else { return .readHead }
    if part.isEmpty {
      isHandled = true
      whole = nil
      return .handle(read)
    }
    guard read.body.count + part.count <= limits.bodyBytes else {
      return .refuse(.bodyTooLarge(limit: limits.bodyBytes))
    }
    whole?.body += part
    return .goOn
  }
}
