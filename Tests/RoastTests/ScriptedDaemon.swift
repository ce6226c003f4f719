import Daemon
import Fixtures
import Glibc
import Synchronization

@testable import roast

/// Stands where the daemon stands and answers as a test says, well or badly.
final class ScriptedDaemon: Sendable {
  /// A request as it came.
  struct Asked: Sendable {
    var method: String
    /// Path and query.
    var target: String
    /// By names in small letters.
    var fields: [String: String]
    var body: String

    var line: String { method + " " + target }
  }

  struct NotListening: Error {
    var path: String
    var reason: Int32
  }

  enum Reply: Sendable {
    case json(Int, String)
    /// These bytes, and the end of the connection.
    case bytes([UInt8])
    /// These bytes, and then nothing until the daemon goes.
    case held([UInt8])
  }

  /// Where it listens.
  let path: String
  private let folder: TemporaryFolder
  private let listener: Int32
  private let answer: @Sendable (Asked) -> Reply
  private let state = Mutex(State())

  private struct State {
    var asked: [Asked] = []
    var held: [Int32] = []
    var hasGone = false
  }

  /// Starts to listen in a folder of its own.
  init(_ answer: @escaping @Sendable (Asked) -> Reply) throws {
    folder = try TemporaryFolder()
    path = folder.file("roast.sock")
    self.answer = answer
    listener = try Self.listen(at: path)
    accept(from: listener)
  }

  /// Sets the place apart for a daemon of this path, for tests that need it to come back.
  private static func listen(at path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let listener = socket(AF_UNIX, kind, 0)
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard listener >= 0, isBound, Glibc.listen(listener, 16) == 0 else {
      throw NotListening(path: path, reason: errno)
    }
    return listener
  }

  deinit { leave() }

  /// What it was asked, in order.
  var asked: [Asked] { state.withLock { $0.asked } }

  /// Hangs up on everybody who is held.
  func hangUp() {
    for descriptor in state.withLock({ state in
      defer { state.held = [] }
      return state.held
    }) {
      shutdown(descriptor, Int32(SHUT_RDWR))
      close(descriptor)
    }
  }

  /// Stops listening, and hangs up.
  func leave() {
    let isFirst = state.withLock { state in
      defer { state.hasGone = true }
      return !state.hasGone
    }
    guard isFirst else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    hangUp()
  }

  // MARK: On threads of its own

  private func accept(from listener: Int32) {
    DetachedThread.start { [weak self] in
      while true {
        let descriptor = Glibc.accept(listener, nil, nil)
        if descriptor < 0, errno == EINTR { continue }
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        DetachedThread.start { [weak self] in self?.serve(descriptor) }
      }
    }
  }

  private func serve(_ descriptor: Int32) {
    guard let asked = Self.read(descriptor) else {
      close(descriptor)
      return
    }
    state.withLock { $0.asked.append(asked) }
    switch answer(asked) {
    case .json(let status, let text):
      let head = "HTTP/1.1 \(status) Any\r\nContent-Type: application/json\r\n"
      Self.write(
        Array((head + "Content-Length: \(text.utf8.count)\r\n\r\n" + text).utf8), descriptor)
      close(descriptor)
    case .bytes(let bytes):
      Self.write(bytes, descriptor)
      close(descriptor)
    case .held(let bytes):
      Self.write(bytes, descriptor)
      let isHeld = state.withLock { state in
        if !state.hasGone { state.held.append(descriptor) }
        return !state.hasGone
      }
      if !isHeld { close(descriptor) }
    }
  }

  private static func write(_ bytes: [UInt8], _ descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// A whole request; nil when the other side left before it was one.
  private static func read(_ descriptor: Int32) -> Asked? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        let asked = Asked(head: parts[0], body: parts[1])
        if parts[1].utf8.count >= Int(asked.fields["content-length"] ?? "0") ?? 0 { return asked }
      }
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      bytes += chunk.prefix(count)
    }
  }
}

extension ScriptedDaemon.Asked {
  fileprivate init(head: Substring, body: Substring) {
    let lines = head.split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    let fields = lines.dropFirst().map { line in
      line.split(separator: ":", maxSplits: 1).map { String($0.drop { $0 == " " }) }
    }
    self.init(
      method: String(words.first ?? ""), target: words.count > 1 ? String(words[1]) : "",
      fields: Dictionary(
        fields.filter { $0.count == 2 }.map { ($0[0].lowercased(), $0[1]) },
        uniquingKeysWith: { $1 }),
      body: String(body))
  }
}
