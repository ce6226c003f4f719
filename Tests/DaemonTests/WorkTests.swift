import Daemon
import Testing

/// Answers that take the disk, while others ask for too many of them.
@Suite(.serialized) struct WorkTests {
  /// Requests are counted by a header, as a token would.
  private func server(_ change: (inout Limits) -> Void = { _ in }) throws -> TestServer {
    try TestServer(
      limits: TestServer.limits(change),
      client: { .key($0.header("x-key").flatMap { Int64($0) } ?? 0) })
  }

  private func ask(_ server: TestServer, _ path: String, key: Int) throws -> RawClient {
    let client = try RawClient(server.unix)
    client.request("GET", path, ["X-Key: \(key)"])
    return client
  }

  /// The answer to the one of these that does not have to wait: the last, in the order in which the
  /// server came to them. Its threads may come to the last that was sent before others.
  private func takeAnswered(of clients: inout [RawClient]) throws -> RawClient.Response {
    var place: Int?
    let isThere = eventually {
      place = clients.firstIndex { $0.reads(0.001) { !$0.isEmpty } }
      return place != nil
    }
    try #require(isThere)
    return try clients.remove(at: try #require(place)).response()
  }

  @Test func `who reads too much at once is told so at once, and changes never wait for readers`()
    throws
  {
    let server = try server()
    defer { server.held.unblock(1000) }
    var readers = try (0..<7).map { _ in try ask(server, "/read", key: 1) }
    let refused = try takeAnswered(of: &readers)
    #expect(refused.status == 503)
    #expect(refused.body.contains("\"code\":\"busy\""))
    #expect(refused.headers["retry-after"] == "1")
    #expect(eventually { server.held.blockedCount == 2 })
    // One worker is left to other readers.
    let other = try ask(server, "/disk", key: 2)
    #expect(try other.response().body == "from the disk")
    for key in [1, 2, 3] {
      #expect(try ask(server, "/change", key: key).response().body == "changed")
    }
    server.held.unblock(6)
    for reader in readers { #expect(try reader.response().body == "read") }
    #expect(eventually { server.held.blockedCount == 0 })
    server.held.unblock(1)
    #expect(try ask(server, "/read", key: 1).response().body == "read")
  }

  @Test func `many clients together fill the queue too, and changes still are made`() throws {
    let server = try server { $0.jobs = 10 }
    defer { server.held.unblock(1000) }
    var readers = try (0..<11).map { try ask(server, "/read", key: $0) }
    #expect(try takeAnswered(of: &readers).status == 503)
    #expect(eventually { server.held.blockedCount == 3 })
    #expect(try ask(server, "/disk", key: 11).response().status == 503)
    #expect(try ask(server, "/change", key: 11).response().body == "changed")
    server.held.unblock(10)
    for reader in readers { #expect(try reader.response().body == "read") }
  }

  @Test func `what was given up is not looked up any more`() throws {
    let server = try server { $0.answerSeconds = 0.4 }
    defer { server.held.unblock(1000) }
    let clients = try (0..<5).map { _ in try ask(server, "/read", key: 1) }
    #expect(eventually { server.held.blockedCount == 2 })
    for client in clients { #expect(try client.response().body.contains("took_too_long")) }
    #expect(server.held.blockedCount == 2)
    server.held.unblock(2)
    #expect(eventually { server.held.blockedCount == 0 })
    #expect(try ask(server, "/disk", key: 1).response().body == "from the disk")
    #expect(server.held.blockedCount == 0)
  }

  /// So many clients ask for a large answer and fetch nothing but its head.
  private func deaf(_ count: Int, _ server: TestServer, key: (Int) -> Int) throws -> (
    clients: [RawClient], served: Int
  ) {
    let clients = try (0..<count).map { number in
      let client = try RawClient(server.unix, receiveBytes: 4096)
      client.request("GET", "/large", ["X-Key: \(key(number))"])
      return client
    }
    let statuses = try clients.map { try $0.head().status }
    #expect(Set(statuses).isSubset(of: [200, 503]))
    return (clients, statuses.filter { $0 == 200 }.count)
  }

  @Test func `answers that nobody fetches take no more memory than there is for them`() throws {
    let server = try server { $0.jobs = 1000 }
    let many = try deaf(100, server) { $0 }
    #expect(many.served == (32 << 20) / TestServer.largeBytes)
    let refused = try ask(server, "/large", key: 1000).response()
    #expect(refused.status == 503)
    #expect(refused.body.contains("\"code\":\"busy\""))
    #expect(refused.headers["retry-after"] == "1")
    // What is small is answered still.
    #expect(try ask(server, "/disk", key: 1).response().status == 200)
    for client in many.clients { client.hangUp() }
    let next = { try ask(server, "/large", key: 1).response() }
    #expect(eventually { (try? next().body.utf8.count) == TestServer.largeBytes })
  }

  @Test func `one client that fetches nothing leaves room for others`() throws {
    let server = try server { $0.jobsPerClient = 1000 }
    let greedy = try deaf(20, server) { _ in 1 }
    #expect(greedy.served == (8 << 20) / TestServer.largeBytes)
    let other = try ask(server, "/large", key: 2).response()
    #expect(other.body.utf8.count == TestServer.largeBytes)
    withExtendedLifetime(greedy) {}
  }

  @Test func `an answer that is larger than all room is given when it is the only one`() throws {
    let server = try server { ($0.answerBytes, $0.answerBytesPerClient) = (1000, 100) }
    for method in ["GET", "HEAD", "GET"] {
      let client = try RawClient(server.tcp)
      client.request(method, "/large")
      let response = try client.response(toHead: method == "HEAD")
      #expect(response.status == 200)
      #expect(response.headers["content-length"] == "\(TestServer.largeBytes)")
      #expect(response.body.utf8.count == (method == "HEAD" ? 0 : TestServer.largeBytes))
      client.hangUp()
      #expect(eventually { server.server.connections == 0 })
    }
  }
}
