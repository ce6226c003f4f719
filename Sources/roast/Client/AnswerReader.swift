/// Reads one HTTP/1.1 answer out of bytes as they come. Whatever the other side sends, it becomes
/// an answer or a fault, and takes no more memory than the limits allow.
struct AnswerReader {
  /// Why bytes are no answer.
  enum Fault: Error, Equatable {
    /// It does not begin as HTTP does.
    case notHTTP
    case headTooLong
    case bodyTooLong
    /// A length, a chunk or a transfer encoding that makes no sense.
    case malformed
    /// The connection ended inside it.
    case cutShort
  }

  /// What stands before the body.
  struct Head: Equatable {
    var status: Int
    /// Names in small letters.
    var fields: [(name: String, value: String)]

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    static func == (left: Head, right: Head) -> Bool {
      left.status == right.status && left.fields.map(\.name) == right.fields.map(\.name)
        && left.fields.map(\.value) == right.fields.map(\.value)
    }
  }

  private enum Place: Equatable {
    case head
    /// So many bytes of body are still to come.
    case body(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailer
    case bodyUntilEnd
    case done
  }

  static let mostHeadBytes = 32 << 10
  private static let mostInformational = 10

  /// Nil until all of it has come.
  private(set) var head: Head?
  /// What has come of the body and was not taken yet.
  private(set) var body: [UInt8] = []
  private let mostBodyBytes: Int
  private var place = Place.head
  private var waiting: [UInt8] = []
  private var skippedHeads = 0

  /// A reader that keeps so much of a body at once.
  init(mostBodyBytes: Int) { self.mostBodyBytes = mostBodyBytes }

  /// Whether all has come.
  var isWhole: Bool { place == .done }

  /// Hands over what has come of the body; it makes room for more.
  mutating func takeBody() -> [UInt8] {
    defer { body.removeAll(keepingCapacity: true) }
    return body
  }

  /// Takes bytes in.
  mutating func take(_ bytes: some Collection<UInt8>) throws(Fault) {
    waiting.append(contentsOf: bytes)
    var rest = waiting[...]
    while try step(&rest) {}
    waiting = Array(rest)
  }

  /// The connection has ended.
  mutating func end() throws(Fault) {
    if place == .bodyUntilEnd { place = .done }
    guard place == .done else { throw waiting.isEmpty && head == nil ? .notHTTP : .cutShort }
  }

  /// Reads one part; false when more bytes must come before there is another.
  private mutating func step(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> Bool {
    switch place {
    case .head: return try readHead(&rest)
    case .body(let missing):
      let count = try keep(min(missing, rest.count), of: &rest)
      place = count == missing ? .done : .body(missing - count)
      return false
    case .chunkSize:
      guard let line = try line(&rest) else { return false }
      let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
      guard digits.count <= 8, digits.allSatisfy(Self.isHex),
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw .malformed }
      place = size == 0 ? .trailer : .chunk(size)
      return true
    case .chunk(let missing):
      let count = try keep(min(missing, rest.count), of: &rest)
      place = count == missing ? .chunkEnd : .chunk(missing - count)
      return count == missing
    case .chunkEnd:
      guard let line = try line(&rest) else { return false }
      guard line.isEmpty else { throw .malformed }
      place = .chunkSize
      return true
    case .trailer:
      guard let line = try line(&rest) else { return false }
      if line.isEmpty { place = .done }
      return place != .done
    case .bodyUntilEnd:
      _ = try keep(rest.count, of: &rest)
      return false
    case .done: return false
    }
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  private mutating func keep(_ count: Int, of rest: inout ArraySlice<UInt8>) throws(Fault) -> Int {
    guard body.count + count <= mostBodyBytes else { throw .bodyTooLong }
    body += rest.prefix(count)
    rest = rest.dropFirst(count)
    return count
  }

  /// A line without its end; nil when its end has not come.
  private func line(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      guard rest.count <= Self.mostHeadBytes else { throw .malformed }
      return nil
    }
    let line = rest[rest.startIndex..<end]
    rest = rest[(end + 1)...]
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }
}

// MARK: - The head

extension AnswerReader {
  private mutating func readHead(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> Bool {
    guard Array(rest.prefix(5)) == Array("HTTP/".utf8.prefix(rest.count)) else { throw .notHTTP }
    var lines: [ArraySlice<UInt8>] = []
    var after = rest
    repeat {
      guard after.startIndex - rest.startIndex <= Self.mostHeadBytes else { throw .headTooLong }
      guard after.contains(UInt8(ascii: "\n")) else {
        guard rest.count <= Self.mostHeadBytes else { throw .headTooLong }
        return false
      }
      lines.append(try line(&after) ?? [])
    } while lines.last?.isEmpty == false
    rest = after
    let head = try Self.head(of: lines.dropLast())
    // An answer before the answer, such as 100 Continue.
    if (100..<200).contains(head.status) {
      skippedHeads += 1
      guard skippedHeads <= Self.mostInformational else { throw .malformed }
      return true
    }
    self.head = head
    place = try Self.body(after: head)
    return place != .done
  }

  private static func head(of lines: ArraySlice<ArraySlice<UInt8>>) throws(Fault) -> Head {
    let words = String(decoding: lines.first ?? [], as: UTF8.self).split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
      let status = Int(words[1]), (100..<600).contains(status)
    else { throw .notHTTP }
    var fields: [(name: String, value: String)] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
        throw .malformed
      }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = line[(colon + 1)...].drop(while: isBlank)
      let length = value.lastIndex { !isBlank($0) }.map { $0 - value.startIndex + 1 } ?? 0
      fields.append((name, String(decoding: value.prefix(length), as: UTF8.self)))
    }
    return Head(status: status, fields: fields)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func body(after head: Head) throws(Fault) -> Place {
    if head.status == 204 || head.status == 304 { return .done }
    if let encoding = head["transfer-encoding"] {
      guard encoding.lowercased() == "chunked" else { throw .malformed }
      return .chunkSize
    }
    let lengths = head.fields.filter { $0.name == "content-length" }.map(\.value)
    guard let text = lengths.first else { return .bodyUntilEnd }
    guard lengths.allSatisfy({ $0 == text }), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(text)
    else { throw .malformed }
    return length == 0 ? .done : .body(length)
  }
}
