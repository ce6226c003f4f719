import Roaster

/// What a served twin answers (Specs/served-twin.md V6).
enum TwinAnswer: Equatable, Sendable {
  case opened(product: UInt16, serial: String, life: String)
  case sent
  case received([UInt8])
  case cleared
  case closed
  /// What it truly is, as JSON.
  case state(String)
  case time(life: String, isOnTheBus: Bool)
  case fault(TransportFault)
  case refused(TwinRefusal)

  /// The faults that a twin can have, by name.
  private static let faults: [(name: String, fault: TransportFault)] = [
    ("absent", .absent), ("busy", .busy), ("gone", .gone), ("timeout", .timeout),
    ("stalled", .stalled), ("overflow", .overflow),
  ]

  fileprivate var text: String {
    switch self {
    case .opened(let product, let serial, let life):
      "opened \(String(product, radix: 16)) \(serial) \(life)"
    case .sent: "sent"
    case .received(let bytes): "received " + Hexadecimal.text(bytes)
    case .cleared: "cleared"
    case .closed: "closed"
    case .state(let json): "state " + json
    case .time(let life, let isOnTheBus): "time \(life) \(isOnTheBus ? "present" : "absent")"
    case .fault(let fault): "fault " + (Self.faults.first { $0.fault == fault }?.name ?? "gone")
    case .refused(let refusal): "error \(refusal.reason.rawValue) \(refusal.words)"
    }
  }

  /// Nil for what no twin says.
  fileprivate init?(word: Substring, rest: Substring) {
    let words = rest.split(separator: " ")
    switch (word, words.count) {
    case ("opened", 3):
      guard let product = UInt16(words[0], radix: 16) else { return nil }
      self = .opened(product: product, serial: String(words[1]), life: String(words[2]))
    case ("sent", 0): self = .sent
    case ("received", 0...1):
      guard let bytes = Hexadecimal.bytes(words.first ?? "") else { return nil }
      self = .received(bytes)
    case ("cleared", 0): self = .cleared
    case ("closed", 0): self = .closed
    case ("state", _): self = .state(String(rest))
    case ("time", 2): self = .time(life: String(words[0]), isOnTheBus: words[1] == "present")
    case ("fault", 1):
      guard let fault = Self.faults.first(where: { $0.name == words[0] })?.fault else {
        return nil
      }
      self = .fault(fault)
    case ("error", 1...):
      guard let reason = TwinRefusal.Reason(rawValue: String(words[0])) else { return nil }
      self = .refused(TwinRefusal(reason, words.dropFirst().joined(separator: " ")))
    default: return nil
    }
  }
}

/// An answer, and the twin's time when it was given.
struct StampedAnswer: Equatable, Sendable {
  /// Since the twin's beginning.
  let elapsed: Int64
  /// Times faster than the wall.
  let speed: Double
  let answer: TwinAnswer

  /// More than a hundred years; no sum of a few such times overflows.
  static let longest: Int64 = 4_000_000_000_000_000_000
  static let speeds = 0.01...10_000.0

  init(elapsed: Int64, speed: Double, answer: TwinAnswer) {
    self.elapsed = elapsed
    self.speed = speed
    self.answer = answer
  }

  /// Nil for what no server says.
  init?(line: [UInt8]) {
    let parts = String(decoding: line, as: UTF8.self)
      .split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, let elapsed = Int64(parts[0]), (0...Self.longest).contains(elapsed),
      let speed = Double(parts[1]), Self.speeds.contains(speed),
      let answer = TwinAnswer(word: parts[2], rest: parts.count > 3 ? parts[3] : "")
    else { return nil }
    self.init(elapsed: elapsed, speed: speed, answer: answer)
  }

  /// The line, without its end.
  var text: String { "\(elapsed) \(speed) \(answer.text)" }
}
