import Daemon
import Glibc
import Testing

/// A client that says exactly what a test wants said. Every wait ends.
final class RawClient {
  private(set) var descriptor: Int32
  private var received: [UInt8] = []
  private(set) var hasEnded = false

  /// Longer than anything takes that works, under a sanitizer too.
  static let patience = 20.0

  struct NotThere: Error {
    let code: Int32
  }

  init(_ listener: Listener, receiveBytes: Int32? = nil) throws {
    let isUnix = if case .unix = listener { true } else { false }
    descriptor = socket(
      isUnix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if var size = receiveBytes {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    let code = Self.connect(descriptor, listener)
    guard code == 0 else { throw NotThere(code: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func connect(_ descriptor: Int32, _ listener: Listener) -> Int32 {
    switch listener {
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      return withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    case .tcp(let text, let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, text, &address.sin_addr)
      return withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  // MARK: Saying

  /// False when the other side will not hear it.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    while !rest.isEmpty {
      let taken = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if taken > 0 {
        rest = rest.dropFirst(taken)
      } else {
        guard errno == EAGAIN, ContinuousClock.now < deadline, waits(for: POLLOUT, 1) else {
          return false
        }
      }
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// A request with the usual header.
  @discardableResult
  func request(
    _ method: String, _ target: String, _ headers: [String] = [], body: String? = nil
  ) -> Bool {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
    for header in headers { text += header + "\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    return send(text + "\r\n" + (body ?? ""))
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func hangUp() {
    close(descriptor)
    descriptor = -1
  }

  // MARK: Hearing

  private func waits(for events: Int32, _ seconds: Double) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&entry, 1, Int32(max(0, seconds) * 1000)) > 0
  }

  /// Reads until something is there; false when it is not in time, or never will be.
  @discardableResult
  func reads(
    _ seconds: Double = patience, until isThere: ([UInt8]) -> Bool
  ) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !isThere(received) {
      let left = (deadline - ContinuousClock.now) / .seconds(1)
      guard !hasEnded, left > 0, waits(for: POLLIN, left) else { return isThere(received) }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count > 0 { received += chunk.prefix(count) } else { hasEnded = true }
    }
    return true
  }

  /// Whether the other side hangs up in time.
  func isHungUpOn(within seconds: Double = patience) -> Bool {
    reads(seconds) { _ in false }
    return hasEnded
  }

  /// What was said and not yet taken as part of an answer.
  var unread: String { String(decoding: received, as: UTF8.self) }

  /// Waits until a text has come, and takes everything up to its end.
  func take(through text: String, _ seconds: Double = patience) throws -> String {
    let wanted = Array(text.utf8)
    try #require(reads(seconds) { $0.firstRange(of: wanted) != nil }, "\(text) in \(unread)")
    let end = try #require(received.firstRange(of: wanted)).upperBound
    defer { received.removeFirst(end) }
    return String(decoding: received[..<end], as: UTF8.self)
  }

  private static func end(of wanted: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, let first = wanted.first else { return nil }
      var from = 0
      while bytes.count - from >= wanted.count,
        let found = memchr(start + from, Int32(first), bytes.count - from - wanted.count + 1)
      {
        if memcmp(found, wanted, wanted.count) == 0 {
          return UnsafeRawPointer(found) - start + wanted.count
        }
        from = UnsafeRawPointer(found) - start + 1
      }
      return nil
    }
  }

  /// Waits for so many bytes, and takes them.
  func take(bytes count: Int) throws -> String {
    try #require(reads { $0.count >= count }, "\(count) bytes, of which \(received.count) came")
    defer { received.removeFirst(count) }
    return String(decoding: received.prefix(count), as: UTF8.self)
  }

  struct Response {
    let status: Int
    let headers: [String: String]
    let body: String
  }

  /// The next answer, whole.
  func response(toHead: Bool = false) throws -> Response {
    let (status, headers) = try head()
    if status == 100 { return Response(status: status, headers: headers, body: "") }
    if toHead { return Response(status: status, headers: headers, body: "") }
    if headers["transfer-encoding"] == "chunked" {
      return Response(status: status, headers: headers, body: try chunks())
    }
    let count = Int(headers["content-length"] ?? "0") ?? 0
    try #require(reads { $0.count >= count })
    defer { received.removeFirst(count) }
    return Response(
      status: status, headers: headers,
      body: String(decoding: received.prefix(count), as: UTF8.self))
  }

  /// The next answer's first lines.
  func head() throws -> (status: Int, headers: [String: String]) {
    let lines = try take(through: "\r\n\r\n").split(separator: "\r\n")
    let words = try #require(lines.first).split(separator: " ")
    try #require(words.count > 1, "\(lines)")
    let status = try #require(Int(words[1]))
    let pairs = lines.dropFirst().map { line in
      let sides = line.split(separator: ":", maxSplits: 1)
      return (sides[0].lowercased(), String(sides.last?.drop { $0 == " " } ?? ""))
    }
    return (status, Dictionary(pairs) { first, _ in first })
  }

  private func chunks() throws -> String {
    var text = ""
    while true {
      let size = try #require(Int(try take(through: "\r\n").dropLast(1), radix: 16))
      try #require(reads { $0.count >= size + 2 })
      text += String(decoding: received.prefix(size), as: UTF8.self)
      received.removeFirst(size + 2)
      if size == 0 { return text }
    }
  }
}
