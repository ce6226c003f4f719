/// Cuts a stream of server-sent events into its messages.
struct ServerEventReader {
  /// One message.
  struct Message: Equatable {
    /// Where to go on after a break; nil when the server gave none.
    var id: String?
    var event: String
    var data: String
  }

  /// A message is longer than any that the daemon sends.
  struct TooLong: Error, Equatable {}

  static let mostMessageBytes = 1 << 20

  private var waiting: [UInt8] = []
  private var id: String?
  private var event = ""
  private var data: [String] = []
  private var size = 0

  /// Takes bytes in and tells the messages that they complete.
  mutating func take(_ bytes: some Collection<UInt8>) throws(TooLong) -> [Message] {
    waiting.append(contentsOf: bytes)
    var messages: [Message] = []
    var rest = waiting[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      var line = rest[rest.startIndex..<end]
      rest = rest[(end + 1)...]
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      size += line.count
      guard size <= Self.mostMessageBytes else { throw TooLong() }
      if line.isEmpty {
        if let message = finish() { messages.append(message) }
      } else {
        take(line: String(decoding: line, as: UTF8.self))
      }
    }
    guard size + rest.count <= Self.mostMessageBytes else { throw TooLong() }
    waiting = Array(rest)
    return messages
  }

  private mutating func take(line: String) {
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count == 2 ? parts[1] : ""
    let value = String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
    switch parts[0] {
    case "id": id = value
    case "event": event = value
    case "data": data.append(value)
    default: break
    }
  }

  private mutating func finish() -> Message? {
    defer { (event, data, size) = ("", [], 0) }
    guard !data.isEmpty || !event.isEmpty else { return nil }
    return Message(
      id: id, event: event.isEmpty ? "message" : event, data: data.joined(separator: "\n"))
  }
}
