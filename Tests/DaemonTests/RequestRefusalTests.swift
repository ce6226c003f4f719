import Daemon
import Glibc
import Roaster
import Testing

/// What the server itself says no to, in the one shape, over real sockets.
struct RequestRefusalTests {
  private func refused(
    _ client: RawClient, _ status: Int, _ code: String, _ comment: String = ""
  ) throws {
    let response = try client.response()
    #expect(response.status == status, "\(comment)")
    let error = try JSON(reading: response.body.utf8)
    #expect(error["code"] == .string(code), "\(comment)")
    #expect(error["message"]?.stringValue?.isEmpty == false)
    #expect(error["hint"]?.stringValue?.isEmpty == false)
    #expect(response.headers["x-content-type-options"] == "nosniff")
  }

  @Test(arguments: [
    "/..", "/../etc/passwd", "/v1/../v1", "/%2e%2e/x", "/.%2E", "/a/./b", "/a//b", "//a",
    "/a%2fb", "/a%5cb", "/a\\b", "/a%00b", "/a%0ab", "/a%7f", "/%c2%85", "/%ff", "/%c0%af",
    "/%ed%a0%80", "/%", "/%4", "/%zz", "/a#b", "/?x=%00", "/?x=%ff", "/?%0d%0a=1",
    "http://localhost/", "*", "v1",
  ])
  func `a path that could mean something else is refused, and the connection lives`(
    _ target: String
  ) throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    client.request("GET", target)
    try refused(client, 400, "bad_path", target)
    client.request("GET", "/fine")
    #expect(try client.response().status == 200)
  }

  @Test func `a path is decoded once`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    for (target, path) in [
      ("/%252e%252e/%2541", "/%2e%2e/%41"), ("/caf%C3%A9+x", "/café+x"), ("/...", "/..."),
      ("/v1/", "/v1/"), ("/a%3Fb%3D", "/a?b="), ("/?q=%2525", "/"),
    ] {
      client.request("GET", target)
      #expect(try JSON(reading: try client.response().body.utf8)["path"] == .string(path))
    }
  }

  @Test func `a body that says it is too large is refused at once`() throws {
    let server = try TestServer()
    let client = try RawClient(server.tcp)
    client.request("POST", "/", ["Content-Length: 262145"])
    try refused(client, 413, "body_too_large")
    #expect(client.isHungUpOn())
    let exact = try RawClient(server.tcp)
    exact.request("POST", "/", body: String(repeating: "x", count: 262_144))
    #expect(try exact.response().status == 200)
  }

  @Test func `a body that turns out too large is refused while it still comes`() throws {
    let server = try TestServer()
    for listener in [server.unix, server.tcp] {
      let client = try RawClient(listener)
      client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
      for _ in 0..<9 { client.send(chunk) }
      try refused(client, 413, "body_too_large")
      client.send(chunk)
      #expect(client.isHungUpOn())
    }
  }

  @Test func `a client that goes on sending what was refused is hung up on`() throws {
    let server = try TestServer()
    let client = try RawClient(server.tcp)
    client.request("POST", "/", ["Content-Length: 999999999999"])
    try refused(client, 413, "body_too_large")
    let chunk = [UInt8](repeating: 0x78, count: 1000)
    #expect(
      eventually {
        usleep(1000)
        return !client.send(chunk)
      })
  }

  @Test func `a header that is too large is refused, and one that is absurd ends the connection`()
    throws
  {
    let server = try TestServer()
    let some = try RawClient(server.unix)
    some.request("GET", "/", (0..<80).map { "X-\($0): " + String(repeating: "x", count: 230) })
    try refused(some, 431, "header_too_large")
    #expect(some.isHungUpOn())
    let many = try RawClient(server.unix)
    many.request("GET", "/", (0..<101).map { "X-\($0): x" })
    try refused(many, 431, "header_too_large")
    let absurd = try RawClient(server.unix)
    absurd.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "x", count: 200_000))
    #expect(absurd.isHungUpOn())
    #expect(!absurd.unread.contains("200 OK"))
  }

  @Test func `an address that is too long is refused`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    client.request("GET", "/" + String(repeating: "a", count: 8192))
    try refused(client, 414, "address_too_long")
    let fits = try RawClient(server.unix)
    fits.request("GET", "/" + String(repeating: "a", count: 8191))
    #expect(try fits.response().status == 200)
    let absurd = try RawClient(server.unix)
    absurd.send("GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\n\r\n")
    #expect(absurd.isHungUpOn())
    #expect(!absurd.unread.contains("200 OK"))
  }

  @Test(arguments: [
    ["Content-Length: 1", "Content-Length: 2"], ["Content-Length: 5, 5"], ["Content-Length: -1"],
    ["Content-Length: +1"], ["Content-Length: 0x5"], ["Content-Length: 1 1"],
    ["Content-Length: 4", "Transfer-Encoding: chunked"], ["Transfer-Encoding: gzip"],
    ["Transfer-Encoding: gzip, chunked"], ["Transfer-Encoding: chunked, identity"],
    ["Host: other"], ["X-Name\t: x"], ["X: a\u{1}b"], ["X: a\u{7f}b"],
  ])
  func `a request whose end is unsure or whose header is none ends the connection`(
    _ headers: [String]
  ) throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    client.request("POST", "/", headers)
    client.send("body")
    #expect(try client.head().status == 400, "\(headers)")
    #expect(client.isHungUpOn())
  }

  @Test func `another version is refused`() throws {
    let server = try TestServer()
    let client = try RawClient(server.unix)
    client.send("GET / HTTP/3.7\r\nHost: x\r\n\r\n")
    #expect(try client.head().status == 505)
    #expect(client.isHungUpOn())
  }

  @Test func `a client that ends in the middle of a request is soon forgotten`() throws {
    let server = try TestServer()
    for _ in 0..<60 {
      let client = try RawClient(server.tcp)
      client.send("GET / HT")
      client.endSending()
    }
    #expect(eventually(6) { server.server.connections == 0 })
  }

  @Test func `garbage never is a request, and never harms the next one`() throws {
    let server = try TestServer()
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var generator = SeededGenerator(seed: seed)
    let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    let shapes: [[UInt8]] = [
      Array("\r\n\r\n\r\n".utf8), Array("GET\r\n\r\n".utf8), Array("GET / \r\n\r\n".utf8),
      Array("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}".utf8),
      Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), Array("GET / HTTP/1.1\r\n\r\n".utf8),
      Array(repeating: 0, count: 5000), Array(repeating: 0xFF, count: 100_000),
      Array("get / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
      Array((chunked + "zz\r\n").utf8), Array((chunked + "fffffffffffffffff\r\n").utf8),
    ]
    let random = (0..<40).map { _ in
      generator.bytes(Int.random(in: 1...2000, using: &generator))
    }
    for bytes in shapes + random {
      let client = try RawClient(server.tcp)
      client.send(bytes)
      client.endSending()
      #expect(client.isHungUpOn(), "seed \(seed), \(bytes.prefix(40))")
      #expect(!client.unread.hasPrefix("HTTP/1.1 200"), "\(bytes.prefix(40))")
    }
    let client = try RawClient(server.tcp)
    client.request("GET", "/")
    #expect(try client.response().status == 200)
  }
}
