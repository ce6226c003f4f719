import Daemon
import Fixtures
import Glibc
import Testing

/// The end of a server, whatever its clients are doing.
struct HTTPStopTests {
  /// A second, and more where a sanitizer slows everything.
  private let atOnce = Built.atOnceSeconds > 2 ? Built.atOnceSeconds : 1

  private func secondsToStop(_ server: HTTPServer) -> Double {
    let started = ContinuousClock.now
    server.stop()
    return (ContinuousClock.now - started) / .seconds(1)
  }

  @Test func `a server stops with idle, streaming, waiting, trickling and deaf clients`() throws {
    let server = try TestServer()
    var clients: [RawClient] = []
    for listener in [server.unix, server.tcp] {
      for target in ["/stream", "/held", "/big", ""] {
        for _ in 0..<8 {
          let client = try RawClient(listener, receiveBytes: 4096)
          if !target.isEmpty { client.request("GET", target) }
          clients.append(client)
        }
      }
      let slow = try RawClient(listener)
      slow.send("GET / HTTP/1.1\r\n")
      clients.append(slow)
    }
    #expect(eventually { server.held.count == 16 && server.stream.count == 16 })
    server.stream.publish("telemetry", "{}")
    #expect(secondsToStop(server.server) < atOnce)
    #expect(server.server.connections == 0)
    #expect(server.stream.count == 0)
    for client in clients { #expect(client.isHungUpOn()) }
    // Whoever still works on an answer may say so.
    server.held.answerAll()
    server.stream.publish("telemetry", "{}")
  }

  @Test func `answers under way still go out`() throws {
    let server = try TestServer()
    let clients = try (0..<10).map { _ in try RawClient(server.unix) }
    for client in clients { client.request("POST", "/held", body: "mark") }
    #expect(eventually { server.held.count == 10 })
    let served = server.server
    let stopping = OwnThread { served.stop() }
    let late = try? RawClient(server.unix)
    server.held.answerAll("kept")
    stopping.join()
    for client in clients { #expect(try client.response().body == "kept") }
    if let late { #expect(late.isHungUpOn()) }
  }

  @Test func `stopping twice, or while requests pour in, is harmless`() throws {
    for round in 0..<4 {
      let server = try TestServer()
      let (unix, stream) = (server.unix, server.stream)
      let pouring = OwnThread { Self.pour(into: unix) }
      let publishing = OwnThread { Self.publish(to: stream) }
      if round % 2 == 0 { #expect(eventually { server.server.connections > 0 }) }
      #expect(secondsToStop(server.server) < atOnce)
      #expect(secondsToStop(server.server) < 0.1)
      pouring.join()
      publishing.join()
    }
  }

  private static func pour(into listener: Listener) {
    for number in 0..<60 {
      guard let client = try? RawClient(listener) else { return }
      client.request("GET", ["/", "/held", "/stream", "/disk"][number % 4])
      _ = client.reads(0.002) { !$0.isEmpty }
    }
  }

  private static func publish(to stream: EventStream) {
    for number in 0..<500 { stream.publish("telemetry", "\(number)") }
  }

  @Test func `stopping removes the socket's file, and not one that took its place`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("s")
    let first = try HTTPServer(listeners: [.unix(path: path)]) { _ in .now(HTTPResponse()) }
    #expect(access(path, F_OK) == 0)
    first.stop()
    #expect(access(path, F_OK) != 0)
    let second = try HTTPServer(listeners: [.unix(path: path)]) { _ in .now(HTTPResponse()) }
    unlink(path)
    try folder.put([1], as: "s")
    second.stop()
    #expect(folder.bytes("s") == [1])
  }

  @Test func `a stream that ends tells its readers, and the connection can go on`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    client.request("GET", "/stream")
    #expect(eventually { server.stream.count == 1 })
    server.stream.publish("last", "words")
    server.stream.stop()
    let response = try client.response()
    #expect(response.body.contains("event: last\ndata: words\n\n"))
    client.request("GET", "/")
    #expect(try client.response().status == 200)
  }
}
