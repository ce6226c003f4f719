/// What a client asks of a served twin: one line (Specs/served-twin.md V5).
enum TwinRequest: Equatable, Sendable {
  case open(serial: String?)
  case send([UInt8])
  case receive(count: Int, milliseconds: Int)
  case clear
  case close
  case panel(String)
  case state
  case time

  /// The longest wait that can be asked for.
  static let milliseconds = 0...600_000
  /// The most that can be read at once.
  static let counts = 1...4096

  /// The request of a line.
  init(line: [UInt8]) throws(TwinRefusal) {
    guard Self.isPlain(line) else { throw TwinRefusal(.notText) }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
    guard let word = words.first else { throw TwinRefusal(.unknownRequest) }
    let rest = Array(words.dropFirst())
    switch (word, rest.count) {
    case ("open", 0...1): self = .open(serial: rest.first)
    case ("send", 1):
      guard let bytes = Hexadecimal.bytes(rest[0]) else { throw TwinRefusal(.badArguments, word) }
      self = .send(bytes)
    case ("receive", 2):
      guard let count = Int(rest[0]), Self.counts.contains(count),
        let milliseconds = Int(rest[1]), Self.milliseconds.contains(milliseconds)
      else { throw TwinRefusal(.badArguments, word) }
      self = .receive(count: count, milliseconds: milliseconds)
    case ("clear", 0): self = .clear
    case ("close", 0): self = .close
    case ("panel", _): self = .panel(rest.joined(separator: " "))
    case ("state", 0): self = .state
    case ("time", 0): self = .time
    case ("open", _), ("send", _), ("receive", _), ("clear", _), ("close", _), ("state", _),
      ("time", _):
      throw TwinRefusal(.badArguments, word)
    default: throw TwinRefusal(.unknownRequest, word)
    }
  }

  /// The line, without its end.
  var text: String {
    switch self {
    case .open(let serial): serial.map { "open " + $0 } ?? "open"
    case .send(let bytes): "send " + Hexadecimal.text(bytes)
    case .receive(let count, let milliseconds): "receive \(count) \(milliseconds)"
    case .clear: "clear"
    case .close: "close"
    case .panel(let words): "panel " + words
    case .state: "state"
    case .time: "time"
    }
  }

  /// Whether it is text that fits into a line.
  static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.allSatisfy { (0x20...0x7E).contains($0) }
  }
}

/// Why a line is no request, with the word that is meant.
struct TwinRefusal: Error, Equatable, Sendable {
  enum Reason: String, Sendable {
    case notText = "not-text"
    case tooLong = "too-long"
    case unknownRequest = "unknown-request"
    case badArguments = "bad-arguments"
    case unknownAct = "unknown-act"
  }

  let reason: Reason
  /// Plain text, bounded: it goes back to whoever sent it.
  let words: String

  init(_ reason: Reason, _ words: String = "") {
    self.reason = reason
    self.words = String(words.prefix(80))
  }
}
