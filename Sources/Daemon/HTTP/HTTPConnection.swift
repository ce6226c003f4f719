import CHTTP
import Glibc
import Synchronization

/// One client's connection. Only here is libmicrohttpd told to suspend, resume and answer it.
///
/// libmicrohttpd calls for one connection from one thread, one call at a time; whoever wakes or cuts
/// it comes from any thread. The lock lies between them: a connection is resumed once for each time
/// it was suspended, and never touched after it is gone.
final class HTTPConnection: Sendable {
  let peer: Peer
  let localAddress: String?
  private let descriptor: Int32
  private let handle: Handle
  private let reception: Reception
  private let registry: ConnectionRegistry
  private let state: Mutex<State>

  /// libmicrohttpd misses the end of what a client says where that comes with the last bytes.
  private static let unheardEndMilliseconds: Int64 = 1000

  /// Safe to hand about: it is used under the lock, or on the connection's own thread.
  private struct Handle: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  private struct State {
    var phase: Phase
    var since: Int64
    var exchange = HTTPExchange()
    var isSuspended = false
    /// Nothing more is waited for.
    var isClosing = false
    var isOpen = true

    mutating func enter(_ phase: Phase) {
      self.phase = phase
      since = OwnClock.milliseconds
    }

    /// Suspends it, to be called where libmicrohttpd allows it; false when it must not wait any more.
    mutating func park(_ handle: Handle) -> Bool {
      guard !isClosing else { return false }
      MHD_suspend_connection(handle.pointer)
      isSuspended = true
      return true
    }

    mutating func resume(_ handle: Handle) {
      guard isSuspended else { return }
      isSuspended = false
      MHD_resume_connection(handle.pointer)
    }
  }

  init(
    pointer: OpaquePointer, descriptor: Int32, peer: Peer, localAddress: String?,
    reception: Reception, registry: ConnectionRegistry
  ) {
    handle = Handle(pointer: pointer)
    self.descriptor = descriptor
    self.peer = peer
    self.localAddress = localAddress
    self.reception = reception
    self.registry = registry
    state = Mutex(State(phase: .fresh, since: OwnClock.milliseconds))
  }

  // MARK: From any thread

  /// Makes libmicrohttpd go on with it, if it waits.
  func wake() { state.withLock { $0.resume(handle) } }

  /// Ends it at once, whatever it is doing.
  func cut() { state.withLock { cut(&$0) } }

  private func cut(_ state: inout State) {
    guard state.isOpen else { return }
    state.isClosing = true
    shutdown(descriptor, Int32(SHUT_RDWR))
    state.resume(handle)
  }

  /// From now on it waits for nothing: what it was suspended for is given up.
  func close() {
    state.withLock { state in
      state.isClosing = true
      state.resume(handle)
    }
  }

  /// Whether a request is under way that will end by itself.
  var isBusy: Bool { state.withLock { [.arriving, .waiting, .answering].contains($0.phase) } }

  /// Cuts it off if it has taken too long, and keeps a silent stream alive.
  func watch(now: Int64) {
    let silent: EventStream.Subscription? = state.withLock { state in
      let age = now - state.since
      if state.isOpen, state.phase.needsTheClient, age > Self.unheardEndMilliseconds,
        chttp_has_ended(descriptor) != 0
      {
        cut(&state)
      }
      guard age > state.phase.milliseconds(reception.limits) else { return nil }
      switch state.phase {
      case .waiting: answer(&state, with: APIError.tookTooLong.response)
      case .streaming:
        state.since = now
        return state.exchange.stream
      default: cut(&state)
      }
      return nil
    }
    // Not under the lock: the stream takes its own first, then this connection's.
    silent?.keepAlive()
  }

  /// What answers the request of that number, if it still waits for its answer.
  private func finish(_ number: Int) -> @Sendable (HTTPResponse) -> Void {
    { [self] response in
      state.withLock { if $0.exchange.number == number { answer(&$0, with: response) } }
    }
  }

  private func isWaited(for number: Int) -> Bool {
    state.withLock { $0.isOpen && $0.exchange.number == number && $0.phase == .waiting }
  }

  private func answer(_ state: inout State, with response: HTTPResponse) {
    guard state.phase == .waiting, state.exchange.answer == nil else { return }
    state.exchange.answer = response
    state.resume(handle)
  }

  // MARK: From libmicrohttpd's thread

  private func enter(_ phase: Phase) {
    state.withLock { $0.enter(phase) }
  }

  /// The connection is gone.
  func end() {
    replaceExchange(target: []) { $0.isOpen = false }
    registry.remove(self)
  }

  /// What was there before is let go of outside the lock: a stream takes its own lock to end, and
  /// elsewhere this one's after that.
  private func replaceExchange(target: [UInt8], _ change: (inout State) -> Void) {
    let former = state.withLock { state in
      let former = state.exchange
      state.exchange = HTTPExchange(number: former.number + 1, target: target)
      change(&state)
      return former
    }
    withExtendedLifetime(former) {}
  }

  /// A request line has come.
  func begin(target: [UInt8]) { replaceExchange(target: target) { $0.enter(.arriving) } }

  /// The request is done with.
  func endRequest() { replaceExchange(target: []) { $0.enter(.idle) } }

  /// Goes on with the request; false closes the connection.
  func progress(
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?,
    part: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let limits = reception.limits
    let step = state.withLock { state in
      state.isClosing ? .close : state.exchange.next(part: part, limits: limits)
    }
    switch step {
    case .readHead: return readHead(method: method, version: version)
    case .goOn: return true
    case .close: return false
    case .refuse(let error): return refuse(error)
    case .answer(let response): return deliver(response)
    case .handle(let request): return handle(request)
    }
  }

  /// Reads the header. What is wrong with the address alone is told in the usual way; where the
  /// request ends may be unsure otherwise, or far away.
  private func readHead(
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?
  ) -> Bool {
    let (limits, raw) = (reception.limits, state.withLock { $0.exchange.target })
    let head: RequestHead
    do throws(APIError) {
      head = try RequestHead(
        method: Self.bytes(method), version: Self.bytes(version),
        headers: MicroHTTPD.headers(of: handle.pointer),
        bytes: chttp_header_bytes(handle.pointer), limits: limits)
    } catch { return refuse(error) }
    do throws(APIError) {
      let target = try RequestTarget(raw, limit: limits.targetBytes)
      state.withLock { $0.exchange.accept(head, target) }
    } catch {
      if head.hasBody { return refuse(error) }
      state.withLock { $0.exchange.answer = error.response }
    }
    return true
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
  }

  /// Says no in the middle of a request, which libmicrohttpd cannot. What still comes is swallowed
  /// for a while, because closing with bytes unread would tear the answer out of the client's hands.
  private func refuse(_ error: APIError) -> Bool {
    let bytes = error.response.finalBytes
    state.withLock { state in
      state.exchange.isRefused = true
      state.enter(.lingering)
    }
    return chttp_finish(descriptor, bytes, bytes.count) == 0
  }

  private func handle(_ parts: HTTPExchange.Whole) -> Bool {
    let request = HTTPRequest(
      method: parts.head.method == "HEAD" ? "GET" : parts.head.method, path: parts.target.path,
      query: parts.target.query, headers: parts.head.headers, body: parts.body, peer: peer,
      localAddress: localAddress)
    let (answer, client) = reception.answer(request)
    state.withLock { $0.exchange.client = client }
    switch answer {
    case .now(let response): return send(response)
    case .later(let give): return wait { [self] in give(finish($0)) }
    case .work(let work, let give): return wait { [self] in hand(work, client, give, number: $0) }
    case .stream where parts.head.method == "HEAD": return send(Self.streamHead)
    case .stream(let subscription): return stream(subscription)
    }
  }

  /// Waits for the answer to the request of this number, which is asked for then.
  private func wait(_ ask: (_ number: Int) -> Void) -> Bool {
    // At once: what would be answered in between would wake nobody.
    let number: Int? = state.withLock { state in
      state.enter(.waiting)
      return state.park(handle) ? state.exchange.number : nil
    }
    guard let number else { return false }
    ask(number)
    return true
  }

  private func hand(
    _ work: Answer.Work, _ client: Client, _ give: @escaping Answer.Giving, number: Int
  ) {
    let isTaken = reception.run(work, for: client) { [self] in
      // A change is made, whether or not somebody still waits to hear of it.
      if work == .changing || isWaited(for: number) { give(finish(number)) }
    }
    if !isTaken { finish(number)(APIError.busy.response) }
  }

  /// Sends what was made for this request alone, if there is room for it.
  private func deliver(_ response: HTTPResponse) -> Bool {
    guard response.body.count > AnswerBudget.small,
      let client = state.withLock({ $0.exchange.client })
    else { return send(response) }
    guard let share = reception.budget.share(of: response.body.count, for: client) else {
      return send(APIError.busy.response)
    }
    enter(.answering)
    return queue(response, MicroHTTPD.answer(response.body, share))
  }

  private func send(_ response: HTTPResponse) -> Bool {
    enter(.answering)
    return response.body.withUnsafeBytes { body in
      queue(
        response,
        MHD_create_response_from_buffer(
          body.count, UnsafeMutableRawPointer(mutating: body.baseAddress),
          .RESPMEM_MUST_COPY))
    }
  }

  private func stream(_ subscription: EventStream.Subscription) -> Bool {
    state.withLock { state in
      state.exchange.stream = subscription
      state.enter(.streaming)
    }
    let wake: @Sendable () -> Void = { [weak self] in self?.wake() }
    let cut: @Sendable () -> Void = { [weak self] in self?.cut() }
    subscription.attach(EventStream.Hooks(wake: wake, cut: cut))
    let made = MicroHTTPD.stream(subscription) { [self] in state.withLock { $0.park(handle) } }
    return queue(Self.streamHead, made)
  }

  private static let streamHead = HTTPResponse(headers: [
    ("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no"),
  ])

  private func queue(_ response: HTTPResponse, _ made: OpaquePointer?) -> Bool {
    guard let made else { return false }
    defer { MHD_destroy_response(made) }
    for (name, value) in response.secured.headers { MHD_add_response_header(made, name, value) }
    return MHD_queue_response(handle.pointer, UInt32(response.status), made) == .YES
  }
}

extension HTTPConnection {
  /// What it is doing.
  fileprivate enum Phase {
    /// Nothing has come yet.
    case fresh
    /// Between two requests.
    case idle
    /// A request is coming in.
    case arriving
    /// A request was refused, and its rest is swallowed.
    case lingering
    /// An answer is being made.
    case waiting
    /// An answer is going out.
    case answering
    /// Events are going out.
    case streaming

    /// Whether nothing happens unless the client says more.
    var needsTheClient: Bool { [.fresh, .idle, .arriving, .lingering].contains(self) }

    /// How long it may last; a stream only says then that it is alive.
    func milliseconds(_ limits: Limits) -> Int64 {
      let seconds =
        switch self {
        case .fresh, .arriving: limits.requestSeconds
        case .idle, .answering: limits.idleSeconds
        case .lingering: min(1, limits.requestSeconds)
        case .waiting: limits.answerSeconds
        case .streaming: limits.keepAliveSeconds
        }
      return Int64(seconds * 1000)
    }
  }
}
