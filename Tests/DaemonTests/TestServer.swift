import Daemon
import Dispatch
import Fixtures
import Glibc
import Roaster
import Synchronization

/// A server on a Unix socket and a free TCP port, which says what it was asked.
final class TestServer {
  let server: HTTPServer
  let folder: TemporaryFolder
  let stream: EventStream
  /// Answers that are held back until a test lets them go.
  let held: Held

  /// What waits to be answered.
  final class Held: Sendable {
    private let waiting = Mutex<[@Sendable (HTTPResponse) -> Void]>([])
    private let blocked = Mutex(0)
    private let gate = DispatchSemaphore(value: 0)
    var count: Int { waiting.withLock { $0.count } }
    /// How many workers are held up.
    var blockedCount: Int { blocked.withLock { $0 } }

    /// Holds up the worker that is to answer.
    func block(_ respond: @escaping @Sendable (HTTPResponse) -> Void) {
      blocked.withLock { $0 += 1 }
      gate.wait()
      blocked.withLock { $0 -= 1 }
      respond(.text("read"))
    }
    /// Lets so many workers go on, those too that come later.
    func unblock(_ count: Int) { for _ in 0..<count { gate.signal() } }

    func add(_ respond: @escaping @Sendable (HTTPResponse) -> Void) {
      waiting.withLock { $0.append(respond) }
    }
    func answerAll(_ text: String = "late") {
      let all = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      for respond in all { respond(.text(text)) }
    }
  }

  /// Limits that no test meets by accident.
  static func limits(_ change: (inout Limits) -> Void = { _ in }) -> Limits {
    var limits = Limits()
    (limits.requestsPerSecond, limits.requestBurst) = (1e6, 1e6)
    change(&limits)
    return limits
  }

  init(
    limits: Limits = TestServer.limits(), stream: EventStream = EventStream(run: "run"),
    client: @escaping @Sendable (HTTPRequest) -> Client = { .peer($0.peer) }
  ) throws {
    folder = try TemporaryFolder()
    self.stream = stream
    let held = Held()
    self.held = held
    server = try HTTPServer(
      listeners: [
        .unix(path: folder.file("http.sock")), .tcp(address: "127.0.0.1", port: 0),
      ], limits: limits, client: client
    ) { request in
      switch request.path {
      case "/stream":
        .stream(
          stream.subscribe(
            after: request.header("last-event-id"), greeting: [.init("hello", "{}")]))
      case "/held": .later { held.add($0) }
      case "/disk": .work(.reading) { $0(.text("from the disk")) }
      case "/read": .work(.reading) { held.block($0) }
      case "/large":
        .work(.reading) { $0(HTTPResponse(body: Self.large)) }
      case "/change": .work(.changing) { $0(.text("changed")) }
      case "/none": .now(HTTPResponse(status: 204))
      case "/big": .now(.text(String(repeating: "x", count: 4_000_000)))
      default: .now(.json(Self.echo(request)))
      }
    }
  }

  static let largeBytes = 4_000_000
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: largeBytes)

  deinit {
    server.stop()
    // Nobody is there to hear it; but what is never answered holds on to the server.
    held.answerAll()
  }

  var unix: Listener { server.listeners[0] }
  var tcp: Listener { server.listeners[1] }

  private static func echo(_ request: HTTPRequest) -> JSON {
    .object([
      ("method", .string(request.method)), ("path", .string(request.path)),
      ("query", .array(request.query.map { .string("\($0.name)=\($0.value)") })),
      ("body", .string(String(decoding: request.body, as: UTF8.self))),
      ("peer", .string("\(request.peer)")),
      ("local", JSON(request.localAddress)),
    ])
  }
}

/// Waits for something that happens elsewhere; false when it does not in time.
func eventually(_ seconds: Double = RawClient.patience, _ isSo: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !isSo() {
    guard ContinuousClock.now < deadline else { return false }
    usleep(1000)
  }
  return true
}
