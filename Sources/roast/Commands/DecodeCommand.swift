import Roaster

/// `roast decode`: status frames from a file or a pipe, judged and shown.
enum DecodeCommand {
  static let definition = CommandDefinition(
    name: "decode",
    summary: "Show what 128-byte status frames say",
    discussion: [
      "Frames come binary, back to back, or as text: the input is text when it is all printable "
        + "ASCII and white space, and then holds one frame of 256 hex digits a line. What cannot "
        + "be a frame is named on stderr; the rest is still decoded, and the exit code is 1."
    ],
    operands: [
      OperandDefinition(
        name: "FILE", meaning: "the frames; '-' or nothing is standard input", isRequired: false)
    ],
    options: [.json, .unit],
    examples: [
      (
        "roast decode --json frames.bin | head -1",
        "the first frame as one line of JSON, always in Celsius"
      )
    ],
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let unit = try arguments.unit(of: "decode")
    let bytes = try FileBytes.read(arguments.operands.first ?? "-")
    let input = FrameInput(bytes)
    for item in input.items {
      switch item {
      case .frame(let frame):
        let status = Status(frame)
        let text = arguments.wantsJSON ? status.json.text + "\n" : status.text(in: unit) + "\n"
        guard Console.out(text) else { return Console.readerLeft ? .done : .failed }
      case .refused(let refusal):
        Console.error("roast: \(refusal)\n")
      }
    }
    if input.items.isEmpty { Console.error("roast: the input holds no frames\n") }
    return input.hasRefusals ? .failed : .done
  }
}

/// Input cut into frames, and into what cannot be one.
struct FrameInput {
  enum Item: Equatable {
    case frame(StatusFrame)
    /// For people: where, what was found, what was expected.
    case refused(String)
  }

  private(set) var items: [Item] = []

  init(_ bytes: [UInt8]) {
    if bytes.allSatisfy(Self.isText) { takeLines(bytes) } else { takeBlocks(bytes) }
  }

  var hasRefusals: Bool {
    items.contains { if case .refused = $0 { true } else { false } }
  }

  private static func isText(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) || isSpace(byte)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private mutating func takeBlocks(_ bytes: [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: StatusFrame.size) {
      let block = bytes[start..<min(start + StatusFrame.size, bytes.count)]
      items.append(
        StatusFrame(block).map(Item.frame)
          ?? .refused(
            "byte \(start): expected a frame of \(StatusFrame.size) bytes, "
              + "the input ends after \(block.count)"))
    }
  }

  private mutating func takeLines(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (number, line) in zip(1..., lines) {
      guard let first = line.firstIndex(where: { !Self.isSpace($0) }),
        let last = line.lastIndex(where: { !Self.isSpace($0) })
      else { continue }
      items.append(
        Self.frame(of: line[first...last], line: number, indent: first - line.startIndex))
    }
  }

  private static func frame(of digits: ArraySlice<UInt8>, line: Int, indent: Int) -> Item {
    let expected = "expected \(2 * StatusFrame.size) hex digits"
    if let bad = digits.firstIndex(where: { hexValue($0) == nil }) {
      let column = bad - digits.startIndex + indent + 1
      let found = Character(UnicodeScalar(digits[bad]))
      return .refused("line \(line), column \(column): found '\(found)', \(expected)")
    }
    let values = digits.compactMap(hexValue)
    let bytes = stride(from: 0, to: values.count - 1, by: 2).map {
      values[$0] << 4 | values[$0 + 1]
    }
    guard values.count == 2 * StatusFrame.size, let frame = StatusFrame(bytes) else {
      let column = indent + min(values.count, 2 * StatusFrame.size) + 1
      return .refused("line \(line), column \(column): \(expected), found \(values.count)")
    }
    return .frame(frame)
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
