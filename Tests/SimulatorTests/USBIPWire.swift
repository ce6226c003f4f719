/// USB/IP as a client writes and reads it, put down anew from the kernel's documentation
/// (Documentation/usb/usbip_protocol.rst) and sharing no code with the server.
enum USBIPWire {
  static let listRequest: [UInt8] = [0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0]

  static func importRequest(_ busID: String = "1-1") -> [UInt8] {
    let name = Array(busID.utf8)
    return [0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0] + name
      + [UInt8](repeating: 0, count: 32 - name.count)
  }

  static let importReplySize = 320
  static let listReplySize = 332
  static let returnSize = 48

  static func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  static func submit(
    _ sequence: UInt32, endpoint: UInt32, isIn: Bool, length: Int, setup: [UInt8]? = nil,
    flags: UInt32 = 0, packets: UInt32 = 0, device: UInt32 = 0x0001_0002, payload: [UInt8] = []
  ) -> [UInt8] {
    let fields: [UInt32] = [
      1, sequence, device, isIn ? 1 : 0, endpoint, flags, UInt32(length), 0, packets, 0,
    ]
    return fields.flatMap(bytes) + (setup ?? [UInt8](repeating: 0, count: 8)) + payload
  }

  static func write(_ sequence: UInt32, _ payload: [UInt8]) -> [UInt8] {
    submit(sequence, endpoint: 3, isIn: false, length: payload.count, payload: payload)
  }

  static func read(_ sequence: UInt32, _ length: Int, flags: UInt32 = 0) -> [UInt8] {
    submit(sequence, endpoint: 1, isIn: true, length: length, flags: flags)
  }

  /// A control request with `wLength` little-endian, as USB has it.
  static func control(
    _ sequence: UInt32, _ kind: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0,
    length: UInt16 = 0
  ) -> [UInt8] {
    let words = [value, index, length].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let isIn = kind & 0x80 != 0 && length > 0
    return submit(
      sequence, endpoint: 0, isIn: isIn, length: Int(length), setup: [kind, request] + words,
      payload: isIn ? [] : [UInt8](repeating: 0, count: Int(length)))
  }

  static func unlink(_ sequence: UInt32, of other: UInt32) -> [UInt8] {
    [2, sequence, 0x0001_0002, 0, 0, other].flatMap(bytes) + [UInt8](repeating: 0, count: 24)
  }
}

/// What came back up the cable.
struct USBIPAnswer: Equatable {
  var command: UInt32
  var sequence: UInt32
  var status: Int32
  var length = 0
  var bytes: [UInt8] = []

  static func submit(
    _ sequence: UInt32, status: Int32 = 0, _ bytes: [UInt8] = [], length: Int? = nil
  ) -> USBIPAnswer {
    USBIPAnswer(
      command: 3, sequence: sequence, status: status, length: length ?? bytes.count, bytes: bytes)
  }

  static func unlink(_ sequence: UInt32, status: Int32) -> USBIPAnswer {
    USBIPAnswer(command: 4, sequence: sequence, status: status)
  }

  /// The fixed part of an answer.
  init?(header: ArraySlice<UInt8>) {
    guard header.count == USBIPWire.returnSize else { return nil }
    let fields = stride(from: 0, to: 28, by: 4).map { offset in
      USBIPWire.number(header.dropFirst(offset).prefix(4))
    }
    guard fields[0] == 3 || fields[0] == 4, fields[2...4] == [0, 0, 0] else { return nil }
    self.init(
      command: fields[0], sequence: fields[1], status: Int32(bitPattern: fields[5]),
      length: fields[0] == 3 ? Int(fields[6]) : 0)
  }

  init(command: UInt32, sequence: UInt32, status: Int32, length: Int = 0, bytes: [UInt8] = []) {
    self.command = command
    self.sequence = sequence
    self.status = status
    self.length = length
    self.bytes = bytes
  }

  /// All answers in a stream; nil when it is not made of whole answers. `reads` are the sequence
  /// numbers whose answers carry bytes.
  static func all(in stream: [UInt8], reads: Set<UInt32>) -> [USBIPAnswer]? {
    var answers: [USBIPAnswer] = []
    var rest = stream[...]
    while !rest.isEmpty {
      guard var answer = USBIPAnswer(header: rest.prefix(USBIPWire.returnSize)) else { return nil }
      rest = rest.dropFirst(USBIPWire.returnSize)
      if answer.command == 3, reads.contains(answer.sequence) {
        guard rest.count >= answer.length else { return nil }
        answer.bytes = Array(rest.prefix(answer.length))
        rest = rest.dropFirst(answer.length)
      }
      answers.append(answer)
    }
    return answers
  }
}
