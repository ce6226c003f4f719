import Daemon
import Fixtures
import Glibc
import Testing

/// Where a server may listen, and what it finds there.
struct ListenerTests {
  private func serve(_ listeners: Listener...) throws(ServerFault) -> HTTPServer {
    try HTTPServer(listeners: listeners) { _ in .now(HTTPResponse()) }
  }

  @Test func `a listener is written as it is read`() {
    for text in ["unix:/run/roast/roast.sock", "127.0.0.1:8760", "[::1]:8760", "0.0.0.0:0"] {
      #expect(Listener(text: text)?.description == text)
    }
    #expect(Listener(text: "localhost:80") == .tcp(address: "127.0.0.1", port: 80))
  }

  @Test(arguments: [
    "", "unix:", "8760", ":8760", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
    "127.0.0.1:+1", "::1:8760", "[127.0.0.1]:1", "[::1]", "[::1]8760", "kitchen:8760", "1.2.3:4",
    "unix:" + String(repeating: "x", count: 108),
  ])
  func `what is no listener is refused`(_ text: String) {
    #expect(Listener(text: text) == nil)
  }

  @Test func `a port of its own choice is told, and IPv6 is served`() throws {
    let server = try serve(.tcp(address: "127.0.0.1", port: 0), .tcp(address: "::1", port: 0))
    defer { server.stop() }
    for listener in server.listeners {
      guard case .tcp(_, let port) = listener else { Issue.record("no port"); return }
      #expect(port != 0)
    }
    #expect("\(server.listeners[1])".hasPrefix("[::1]:"))
  }

  @Test func `a Unix socket is for its owner and group`() throws {
    let folder = try TemporaryFolder()
    let server = try serve(.unix(path: folder.file("s")))
    defer { server.stop() }
    var facts = stat()
    #expect(stat(folder.file("s"), &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o660)
  }

  @Test func `the socket of a dead daemon is replaced, that of a living one is not`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("s")
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    close(dead)
    let server = try serve(.unix(path: path))
    defer { server.stop() }
    #expect(throws: ServerFault.listener(.unix(path: path), .inUse)) {
      try serve(.unix(path: path))
    }
    let client = try RawClient(.unix(path: path))
    client.request("GET", "/")
    #expect(try client.response().status == 200)
  }

  @Test func `whether it could listen is told, and leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    let (path, file) = (folder.file("s"), try folder.put([1], as: "file"))
    let server = try serve(.tcp(address: "127.0.0.1", port: 0), .unix(path: folder.file("taken")))
    defer { server.stop() }
    let free: [Listener] = [.unix(path: path), .tcp(address: "127.0.0.1", port: 0)]
    #expect(throws: Never.self) { try HTTPServer.check(free) }
    for (listener, problem): (Listener, ServerFault.Problem) in [
      (server.listeners[0], .inUse), (server.listeners[1], .inUse),
      (.unix(path: file), .notASocket), (.tcp(address: "192.0.2.1", port: 0), .noSuchAddress),
    ] {
      #expect(throws: ServerFault.listener(listener, problem)) {
        try HTTPServer.check(free + [listener])
      }
      #expect(access(path, F_OK) != 0)
    }
    let twice = try serve(.tcp(address: "127.0.0.1", port: 0))
    twice.stop()
    #expect(throws: ServerFault.listener(twice.listeners[0], .inUse)) {
      try HTTPServer.check(twice.listeners + twice.listeners)
    }
    #expect(throws: Never.self) { try HTTPServer.check(twice.listeners) }
  }

  @Test func `what is in the way is told, and what was opened before is closed`() throws {
    let folder = try TemporaryFolder()
    let (path, file) = (folder.file("s"), try folder.put([1], as: "file"))
    let server = try serve(.tcp(address: "127.0.0.1", port: 0))
    defer { server.stop() }
    let missing = folder.file("none/s")
    for (listener, problem): (Listener, ServerFault.Problem) in [
      (.unix(path: file), .notASocket), (.unix(path: missing), .noFolder),
      (.unix(path: String(repeating: "x", count: 108)), .unusable),
      (server.listeners[0], .inUse), (.tcp(address: "192.0.2.1", port: 0), .noSuchAddress),
      (.tcp(address: "nowhere", port: 1), .unusable),
    ] {
      #expect(throws: ServerFault.listener(listener, problem)) {
        try serve(.unix(path: path), listener)
      }
      #expect(access(path, F_OK) != 0)
    }
    #expect(folder.bytes("file") == [1])
  }
}
