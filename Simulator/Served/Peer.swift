/// One client's end of the stream, as the server keeps it. What it sends and what it does not
/// fetch are both bounded.
struct Peer {
  let descriptor: Descriptor
  /// Whether it has said all that it will say.
  private(set) var hasEnded = false
  /// When it was heard last.
  private(set) var heard: Int64

  private var input = LineBuffer()
  private var output: [UInt8] = []

  private static let longestOutput = 16_384
  private static let chunk = 4096

  init(_ descriptor: Descriptor, now: Int64) {
    self.descriptor = descriptor
    heard = now
  }

  var hasOutput: Bool { !output.isEmpty }
  /// Whether another answer may be put in.
  var takesAnswers: Bool { output.count < Self.longestOutput }
  var takesInput: Bool { !hasEnded && !input.isFull && takesAnswers }

  /// Whether a line waits and may be answered.
  var hasWork: Bool { takesAnswers && input.hasLine }

  mutating func read(now: Int64) {
    heard = now
    switch descriptor.read(atMost: Self.chunk) {
    case .bytes(let bytes): input.append(bytes)
    case .nothing: break
    case .ended: hasEnded = true
    }
  }

  mutating func nextLine() -> LineBuffer.Line? { input.next() }

  mutating func answer(_ answer: StampedAnswer) {
    output += answer.text.utf8
    output.append(UInt8(ascii: "\n"))
  }

  /// Writes what fits; false when nobody will read the rest.
  mutating func flush() -> Bool {
    guard hasOutput else { return true }
    guard let taken = descriptor.write(output) else { return false }
    output.removeFirst(taken)
    return true
  }
}
