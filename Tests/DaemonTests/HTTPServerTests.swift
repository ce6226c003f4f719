import Daemon
import Fixtures
import Glibc
import Roaster
import Testing

/// Requests and answers over real sockets.
struct HTTPServerTests {
  private func json(_ response: RawClient.Response) throws -> JSON {
    try JSON(reading: response.body.utf8)
  }

  @Test func `a request over each kind of socket tells who and where`() throws {
    let server = try TestServer()
    let near = try RawClient(server.unix)
    near.request("GET", "/v1/status?a=1&b=x%20y+z&c")
    let first = try near.response()
    #expect(first.status == 200)
    #expect(first.headers["content-type"] == "application/json")
    let told = try json(first)
    #expect(told["path"] == .string("/v1/status"))
    #expect(told["query"] == .array([.string("a=1"), .string("b=x y z"), .string("c=")]))
    #expect(told["peer"] == .string("unix(uid: \(getuid()))"))
    #expect(told["local"] == .null)

    let far = try RawClient(server.tcp)
    far.request("GET", "/")
    let second = try json(try far.response())
    #expect(second["peer"] == .string("tcp(address: \"127.0.0.1\")"))
    #expect(second["local"] == .string("127.0.0.1"))
  }

  @Test func `every answer carries the security headers, the server's own refusals too`() throws {
    let server = try TestServer()
    for target in ["/v1/status", "/..", "/held/../x", "/none"] {
      let client = try RawClient(server.tcp)
      client.request("GET", target)
      let headers = try client.response().headers
      #expect(headers["x-content-type-options"] == "nosniff")
      #expect(headers["x-frame-options"] == "DENY")
      #expect(headers["referrer-policy"] == "no-referrer")
      #expect(headers["cache-control"] == "no-store")
      #expect(headers["content-security-policy"]?.hasPrefix("default-src 'self'; ") == true)
      #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
      #expect(headers["cross-origin-opener-policy"] == "same-origin")
      #expect(headers["cross-origin-resource-policy"] == "same-origin")
      #expect(headers["permissions-policy"]?.contains("camera=()") == true)
    }
  }

  @Test func `one connection takes many requests, also when they come all at once`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    for number in 0..<20 {
      client.request("GET", "/n/\(number)")
      #expect(try json(try client.response())["path"] == .string("/n/\(number)"))
    }
    var all = ""
    for number in 0..<50 {
      all += "GET /p/\(number) HTTP/1.1\r\nHost: x\r\n\r\n"
      all += "POST /q/\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"
    }
    client.send(all)
    for number in 0..<50 {
      #expect(try json(try client.response())["path"] == .string("/p/\(number)"))
      let posted = try json(try client.response())
      #expect(posted["path"] == .string("/q/\(number)"))
      #expect(posted["body"] == .string("ok"))
    }
  }

  @Test func `a body comes whole, plain, in chunks or after 100-continue`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    let text = String(repeating: "0123456789", count: 20_000)
    client.request("POST", "/", body: text)
    #expect(try json(try client.response())["body"] == .string(text))

    client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for piece in ["5\r\nhello\r\n", "1\r\n,\r\n", "6;a=b\r\n world\r\n", "0\r\n\r\n"] {
      client.send(piece)
    }
    #expect(try json(try client.response())["body"] == .string("hello, world"))

    client.request("POST", "/", ["Expect: 100-continue", "Content-Length: 4"])
    #expect(try client.response().status == 100)
    client.send("body")
    #expect(try json(try client.response())["body"] == .string("body"))
  }

  @Test func `HEAD has the header of GET and no body`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    for target in ["/v1/status", "/disk", "/%"] {
      client.request("GET", target)
      let got = try client.response()
      client.request("HEAD", target)
      let head = try client.response(toHead: true)
      #expect(head.status == got.status)
      #expect(head.headers["content-length"] == got.headers["content-length"])
      #expect(head.headers["content-type"] == got.headers["content-type"])
    }
    client.request("HEAD", "/stream")
    #expect(try client.response(toHead: true).headers["content-type"] == "text/event-stream")
    client.request("GET", "/after")
    #expect(try json(try client.response())["path"] == .string("/after"))
    #expect(client.unread.isEmpty)
    #expect(server.stream.count == 0)
  }

  @Test func `an answer without a body and one of megabytes arrive whole`() throws {
    let server = try TestServer()
    let client = try RawClient(server.tcp)
    client.request("GET", "/none")
    #expect(try client.response().status == 204)
    client.request("GET", "/big")
    #expect(try client.response().body.utf8.count == 4_000_000)
  }

  @Test func `an unknown method is the handler's matter, and HTTP-1_0 is served`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    for method in ["DELETE", "PATCH", "OPTIONS", "BREW"] {
      client.request(method, "/")
      #expect(try json(try client.response())["method"] == .string(method))
    }
    client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try client.response().status == 200)
    #expect(client.isHungUpOn())
  }

  @Test func `an answer that comes later keeps no thread`() throws {
    let server = try TestServer()
    let waiting = try (0..<30).map { _ in try RawClient(server.unix) }
    for client in waiting { client.request("GET", "/held") }
    #expect(eventually { server.held.count == 30 })
    let other = try RawClient(server.unix)
    for _ in 0..<20 {
      other.request("GET", "/disk")
      #expect(try other.response().body == "from the disk")
    }
    server.held.answerAll()
    for client in waiting {
      #expect(try client.response().body == "late")
      client.request("GET", "/again")
      #expect(try client.response().status == 200)
    }
  }

  @Test func `an answer to a client that is gone harms nobody`() throws {
    let server = try TestServer()
    for _ in 0..<20 {
      let client = try RawClient(server.tcp)
      client.request("GET", "/held")
    }
    #expect(eventually { server.held.count == 20 })
    server.held.answerAll()
    #expect(eventually { server.server.connections == 0 })
    let client = try RawClient(server.tcp)
    client.request("GET", "/")
    #expect(try client.response().status == 200)
  }

  @Test func `an answer given twice counts once, also when its connection has gone on`() throws {
    let folder = try TemporaryFolder()
    let held = TestServer.Held()
    let server = try HTTPServer(
      listeners: [.unix(path: folder.file("s"))], limits: TestServer.limits()
    ) { request in
      .later { respond in
        if request.path == "/first" { held.add(respond) }
        respond(.text(request.path))
        respond(.text("second"))
      }
    }
    defer { server.stop() }
    let client = try RawClient(server.listeners[0])
    client.request("GET", "/first")
    #expect(try client.response().body == "/first")
    for number in 0..<100 {
      client.request("GET", "/\(number)")
      if number == 50 { held.answerAll("of the first") }
      #expect(try client.response().body == "/\(number)")
    }
  }

  @Test func `a header cannot be forged through a response`() throws {
    let folder = try TemporaryFolder()
    let server = try HTTPServer(listeners: [.unix(path: folder.file("s"))]) { request in
      .now(.text("x", headers: [("X-Name", "a\r\nSet-Cookie: b=c")]))
    }
    defer { server.stop() }
    let client = try RawClient(server.listeners[0])
    client.request("GET", "/")
    #expect(try client.response().headers["set-cookie"] == nil)
  }
}
