/// What a client sends down the cable of the device it has imported (Specs/twin.md U3, U4).
enum USBIPCommand: Equatable, Sendable {
  case submit(USBIPSubmit)
  /// Takes back the submit of that number.
  case unlink(sequence: UInt32, of: UInt32)

  static let headerSize = 48
  /// The most bytes of one transfer; the kernel cuts longer ones itself.
  static let longestTransfer: UInt32 = 65536

  /// What stands at the front of a stream; a bad header is found before its payload is waited for.
  static func parse(_ stream: ArraySlice<UInt8>) -> USBIPParsed<USBIPCommand> {
    var reader = BigEndianReader(stream.prefix(headerSize))
    guard let command = reader.number(UInt32.self) else { return .partial }
    guard command == 1 || command == 2 else { return .violation(.command(command)) }
    guard stream.count >= headerSize, let sequence = reader.number(UInt32.self),
      let device = reader.number(UInt32.self), let direction = reader.number(UInt32.self),
      let endpoint = reader.number(UInt32.self)
    else { return .partial }
    guard device == USBIPListing.deviceID else { return .violation(.device(device)) }
    if command == 2 {
      guard let other = reader.number(UInt32.self) else { return .partial }
      return .whole(.unlink(sequence: sequence, of: other), length: headerSize)
    }
    guard let isIn = [0: false, 1: true][direction] else {
      return .violation(.direction(direction))
    }
    guard endpoint < 16 else { return .violation(.endpoint(endpoint)) }
    return parseSubmit(
      USBIPSubmit(sequence: sequence, endpoint: UInt8(endpoint), isIn: isIn), &reader,
      payload: stream.dropFirst(headerSize))
  }

  private static func parseSubmit(
    _ start: USBIPSubmit, _ reader: inout BigEndianReader, payload: ArraySlice<UInt8>
  ) -> USBIPParsed<USBIPCommand> {
    var submit = start
    guard let flags = reader.number(UInt32.self), let length = reader.number(UInt32.self),
      reader.number(UInt32.self) != nil, let packets = reader.number(UInt32.self),
      reader.number(UInt32.self) != nil, let setup = reader.bytes(8)
    else { return .partial }
    guard length <= longestTransfer else { return .violation(.length(length)) }
    guard packets == 0 || packets == .max else { return .violation(.isochronous) }
    submit.refusesShort = flags & 1 != 0
    submit.setup = Array(setup)
    submit.length = Int(length)
    let carried = submit.isIn ? 0 : submit.length
    guard payload.count >= carried else { return .partial }
    submit.bytes = Array(payload.prefix(carried))
    return .whole(.submit(submit), length: headerSize + carried)
  }
}

/// USBIP_CMD_SUBMIT: one transfer.
struct USBIPSubmit: Equatable, Sendable {
  var sequence: UInt32
  var endpoint: UInt8
  var isIn: Bool
  /// Whether a short read is an error to the host.
  var refusesShort = false
  /// The room for an IN transfer, the bytes of an OUT transfer.
  var length = 0
  /// The eight bytes of a control request.
  var setup = [UInt8](repeating: 0, count: 8)
  var bytes: [UInt8] = []
}

/// What comes back up the cable.
enum USBIPReturn: Equatable, Sendable {
  /// The end of a transfer; an IN transfer carries bytes whatever its status.
  case submit(sequence: UInt32, status: USBIPStatus, bytes: [UInt8], taken: Int)
  /// Whether a submit could still be taken back.
  case unlink(sequence: UInt32, status: USBIPStatus)

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .submit(let sequence, let status, let carried, let taken):
      for field in [3, sequence, 0, 0, 0] { bytes.append(bigEndian: field) }
      bytes.append(bigEndian: status.rawValue)
      bytes.append(bigEndian: UInt32(carried.count + taken))
      return bytes + [UInt8](repeating: 0, count: USBIPCommand.headerSize - bytes.count) + carried
    case .unlink(let sequence, let status):
      for field in [4, sequence, 0, 0, 0] { bytes.append(bigEndian: field) }
      bytes.append(bigEndian: status.rawValue)
      return bytes + [UInt8](repeating: 0, count: USBIPCommand.headerSize - bytes.count)
    }
  }
}

/// How a transfer ended, in the kernel's numbers.
enum USBIPStatus: Int32, Sendable {
  case done = 0
  /// EPIPE: the endpoint is halted, or the request is not known.
  case halted = -32
  /// EOVERFLOW: a packet was longer than the room left.
  case overflow = -75
  /// ECONNRESET: taken back.
  case takenBack = -104
  /// EREMOTEIO: a short read that the host did not want.
  case short = -121
}
