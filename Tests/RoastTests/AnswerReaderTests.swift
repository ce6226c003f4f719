import Fixtures
import Roaster
import Testing

@testable import roast

/// Answers of HTTP/1.1, good and bad, whole and in pieces.
struct AnswerReaderTests {
  /// What a reader makes of bytes that come in pieces: status and body, or why not.
  private func read(
    _ bytes: [UInt8], pieces: [Int] = [], most: Int = 1000
  ) -> Result<String, AnswerReader.Fault> {
    var reader = AnswerReader(mostBodyBytes: most)
    do throws(AnswerReader.Fault) {
      var rest = bytes[...]
      for size in pieces + [bytes.count] {
        try reader.take(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      if !reader.isWhole { try reader.end() }
      let body = String(decoding: reader.takeBody(), as: UTF8.self)
      return .success("\(reader.head?.status ?? 0) \(body)")
    } catch { return .failure(error) }
  }

  private static let good: [(String, String)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello"),
    ("HTTP/1.1 200 OK\r\nCONTENT-LENGTH:5\r\n\r\nhello and more", "200 hello"),
    ("HTTP/1.0 200 OK\nContent-Length: 2\n\nhi", "200 hi"),
    ("HTTP/1.1 200 OK\r\n\r\nto the end", "200 to the end"),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 "),
    ("HTTP/1.1 204 No Content\r\n\r\n", "204 "),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx", "404 x"),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
      "200 abc0123456789"
    ),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\nTrailer: x\n\n", "200 a"),
  ]

  @Test func `a good answer is read, however it comes in pieces`() {
    for (text, wanted) in Self.good {
      #expect(read(Array(text.utf8)) == .success(wanted))
      #expect(
        read(Array(text.utf8), pieces: Array(repeating: 1, count: text.utf8.count))
          == .success(wanted))
      for seed in UInt64(0)..<UInt64(30 * Fixtures.effort) {
        var random = SeededGenerator(seed: seed)
        let pieces = (0..<10).map { _ in Int.random(in: 0...20, using: &random) }
        #expect(read(Array(text.utf8), pieces: pieces) == .success(wanted), "seed \(seed)")
      }
    }
  }

  @Test func `what is no answer, or too long for one, is refused by name`() {
    let head = "HTTP/1.1 200 OK\r\n"
    let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
    let bad: [(String, AnswerReader.Fault)] = [
      ("", .notHTTP), ("SSH-2.0-OpenSSH_9.2\r\n", .notHTTP), ("HTTX", .notHTTP),
      ("HTTP/2 200 OK\r\n\r\n", .notHTTP), ("HTTP/1.1 abc OK\r\n\r\n", .notHTTP),
      ("HTTP/1.1 2000 OK\r\n\r\n", .notHTTP), ("HTTP/1.1 -20 OK\r\n\r\n", .notHTTP),
      ("HTTP/1.1\r\n\r\n", .notHTTP), ("HTT", .cutShort), (head, .cutShort),
      (head + "Content-Length: 5\r\n\r\nhell", .cutShort),
      (head + "Content-Length: -5\r\n\r\nhello", .malformed),
      (head + "Content-Length: 5x\r\n\r\nhello", .malformed),
      (head + "Content-Length: \r\n\r\nhello", .malformed),
      (head + "Content-Length: 99999999999999999999\r\n\r\nhello", .malformed),
      (head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", .malformed),
      (head + "Content-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2000), .bodyTooLong),
      (head + "\r\n" + String(repeating: "x", count: 1001), .bodyTooLong),
      (head + "no colon\r\n\r\n", .malformed), (head + ": no name\r\n\r\n", .malformed),
      (head + "Transfer-Encoding: gzip\r\n\r\n", .malformed),
      (chunked + "3\r\nab", .cutShort), (chunked + "0\r\n", .cutShort),
      (chunked + "x\r\n", .malformed), (chunked + "-1\r\n", .malformed),
      (chunked + "\r\n", .malformed), (chunked + "fffffffff\r\n", .malformed),
      (chunked + "1\r\nab\r\n", .malformed),
      (chunked + "3e8\r\n" + String(repeating: "x", count: 1000) + "\r\n1\r\nx\r\n", .bodyTooLong),
      (chunked + String(repeating: "0", count: 40_000), .malformed),
      (head + "X: " + String(repeating: "x", count: 40_000), .headTooLong),
      (head + String(repeating: "X: y\r\n", count: 10_000) + "\r\n", .headTooLong),
      (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 11), .malformed),
    ]
    for (text, fault) in bad {
      #expect(read(Array(text.utf8)) == .failure(fault), "\(text.prefix(60))")
    }
  }

  @Test func `changed and cut bytes never stop the program`() {
    for seed in UInt64(0)..<UInt64(3000 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      var bytes = Array((Self.good.randomElement(using: &random)?.0 ?? "").utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      let cut = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      if case .success(let text) = read(cut, pieces: [7, 1, 3]) {
        #expect(text.utf8.count <= 3004, "seed \(seed)")
      }
    }
  }

  // MARK: Server-sent events

  @Test func `a stream is cut into its messages, however it comes in pieces`() throws {
    let text =
      ": hello\n\nid: 1-5\nevent: telemetry\ndata: {}\n\nid:1-6\r\nevent:link\r\ndata:a\r\ndata: b\r\n\r\n"
      + "retry: 5\n\ndata\n\nunfinished: yes"
    let wanted = [
      ServerEventReader.Message(id: "1-5", event: "telemetry", data: "{}"),
      ServerEventReader.Message(id: "1-6", event: "link", data: "a\nb"),
      ServerEventReader.Message(id: "1-6", event: "message", data: ""),
    ]
    for size in 1...text.utf8.count {
      var reader = ServerEventReader()
      var found: [ServerEventReader.Message] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        found += try reader.take(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(found == wanted)
    }
  }

  @Test func `a message without an end is given up`() {
    let half = [UInt8](repeating: 0x61, count: ServerEventReader.mostMessageBytes / 2 + 1)
    var reader = ServerEventReader()
    #expect(throws: ServerEventReader.TooLong.self) {
      _ = try reader.take(half)
      _ = try reader.take(half)
    }
    var lines = ServerEventReader()
    #expect(throws: ServerEventReader.TooLong.self) {
      for _ in 0..<3 { _ = try lines.take(Array("data: ".utf8) + half + [0x0A]) }
    }
  }
}
