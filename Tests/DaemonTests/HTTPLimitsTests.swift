import Daemon
import Glibc
import Testing

/// Clients that are slow, many or greedy.
struct HTTPLimitsTests {
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx",
    "GE", "",
  ])
  func `a request that does not come whole in time is dropped, however it trickles`(
    _ beginning: String
  ) throws {
    let server = try TestServer(limits: TestServer.limits { $0.requestSeconds = 0.4 })
    let clients = [try RawClient(server.unix), try RawClient(server.tcp)]
    let started = ContinuousClock.now
    for client in clients { client.send(beginning) }
    // A byte now and then keeps libmicrohttpd's own patience; ours is with the whole.
    while !clients.allSatisfy({ $0.isHungUpOn(within: 0.03) }),
      ContinuousClock.now - started < .seconds(15)
    {
      let isEarly = ContinuousClock.now - started < .milliseconds(350)
      let isAnyGone = clients.contains { $0.hasEnded }
      #expect(!isEarly || !isAnyGone)
      if !beginning.isEmpty { for client in clients { client.send("a") } }
    }
    let areAllGone = clients.allSatisfy { $0.hasEnded }
    #expect(areAllGone)
  }

  @Test func `a second request that trickles is dropped too`() throws {
    let server = try TestServer(limits: TestServer.limits { $0.requestSeconds = 0.4 })
    let client = try RawClient(server.tcp)
    client.request("GET", "/")
    #expect(try client.response().status == 200)
    client.send("GET / HTTP/1.1\r\nHost: ")
    #expect(client.isHungUpOn())
  }

  @Test func `a connection may lie idle between requests, but not for ever`() throws {
    let server = try TestServer(
      limits: TestServer.limits {
        $0.requestSeconds = 0.2
        $0.idleSeconds = 1.5
      })
    let client = try RawClient(server.tcp)
    client.request("GET", "/")
    #expect(try client.response().status == 200)
    let started = ContinuousClock.now
    #expect(client.isHungUpOn())
    #expect(ContinuousClock.now - started >= .seconds(1))
  }

  @Test func `who does not fetch the answer is dropped`() throws {
    let server = try TestServer(limits: TestServer.limits { $0.idleSeconds = 0.5 })
    let client = try RawClient(server.tcp, receiveBytes: 4096)
    client.request("GET", "/big")
    #expect(eventually { server.server.connections == 1 })
    #expect(eventually { server.server.connections == 0 })
  }

  @Test func `200 idle connections and 20 that trickle delay nobody`() throws {
    let server = try TestServer()
    let idle = try (0..<200).map { try RawClient($0 % 2 == 0 ? server.unix : server.tcp) }
    let slow = try (0..<20).map { _ in try RawClient(server.tcp) }
    for client in slow { client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ") }
    #expect(eventually { server.server.connections == 220 })
    var times: [Duration] = []
    for number in 0..<200 {
      let started = ContinuousClock.now
      let client = try RawClient(number % 2 == 0 ? server.unix : server.tcp)
      client.request("GET", "/")
      #expect(try client.response().status == 200)
      times.append(ContinuousClock.now - started)
      slow[number % 20].send("x")
    }
    let median = times.sorted()[100]
    #expect(median < .milliseconds(20), "median \(median)")
    withExtendedLifetime(idle) {}
  }

  @Test func `connections are limited, each kind by itself`() throws {
    let server = try TestServer(limits: TestServer.limits { $0.connections = 5 })
    let far = try (0..<5).map { _ in try RawClient(server.tcp) }
    #expect(eventually { server.server.connections == 5 })
    let sixth = try RawClient(server.tcp)
    #expect(sixth.isHungUpOn())
    let near = try RawClient(server.unix)
    near.request("GET", "/")
    #expect(try near.response().status == 200)
    far[0].hangUp()
    #expect(eventually { server.server.connections == 5 })
    let next = try RawClient(server.tcp)
    next.request("GET", "/")
    #expect(try next.response().status == 200)
  }

  @Test func `one client has only so many connections`() throws {
    let server = try TestServer(limits: TestServer.limits { $0.connectionsPerClient = 3 })
    for listener in [server.unix, server.tcp] {
      let clients = try (0..<3).map { _ in try RawClient(listener) }
      for client in clients {
        client.request("GET", "/")
        #expect(try client.response().status == 200)
      }
      let fourth = try RawClient(listener)
      #expect(fourth.isHungUpOn())
      clients[0].request("GET", "/")
      #expect(try clients[0].response().status == 200)
    }
  }

  @Test func `who asks too often is told when to come back, and others are not`() throws {
    let server = try TestServer(
      limits: TestServer.limits {
        $0.requestsPerSecond = 0.5
        $0.requestBurst = 5
      })
    let client = try RawClient(server.tcp)
    for _ in 0..<5 {
      client.request("GET", "/")
      #expect(try client.response().status == 200)
    }
    client.request("GET", "/")
    let refused = try client.response()
    #expect(refused.status == 429)
    #expect(["1", "2"].contains(refused.headers["retry-after"]))
    #expect(refused.body.contains("\"code\":\"too_many_requests\""))
    let again = try RawClient(server.tcp)
    again.request("GET", "/")
    #expect(try again.response().status == 429)
    let near = try RawClient(server.unix)
    near.request("GET", "/")
    #expect(try near.response().status == 200)
  }

  @Test func `requests are counted by whatever the composition says`() throws {
    let server = try TestServer(
      limits: TestServer.limits {
        $0.requestsPerSecond = 0.01
        $0.requestBurst = 1
      }, client: { .key($0.header("x-key").flatMap { Int64($0) } ?? 0) })
    let client = try RawClient(server.unix)
    for (key, status) in [("1", 200), ("1", 429), ("2", 200), ("2", 429), ("1", 429)] {
      client.request("GET", "/", ["X-Key: \(key)"])
      #expect(try client.response().status == status)
    }
  }

  @Test func `an answer that never comes is 503, and what comes after that is ignored`() throws {
    let server = try TestServer(limits: TestServer.limits { $0.answerSeconds = 0.3 })
    let client = try RawClient(server.unix)
    client.request("GET", "/held")
    let response = try client.response()
    #expect(response.status == 503)
    #expect(response.body.contains("\"code\":\"took_too_long\""))
    client.request("GET", "/held")
    #expect(eventually { server.held.count == 2 })
    server.held.answerAll("of the second")
    #expect(try client.response().body == "of the second")
  }
}
