/// The bytes of a recording: how records are laid out and summed (Specs/recording.md R1 to R4).
enum RecordingFormat {
  static let magic = Array("ROASTREC".utf8)
  static let version: UInt16 = 1
  /// Magic, version, and the length of the header's text.
  static let prologueSize = 12
  /// Kind, fault, payload length, the fault's argument, began, ended.
  static let transferSize = 24
  static let checksumSize = 4

  static func header(_ header: RecordingHeader) -> [UInt8] {
    let text = Array(header.text.utf8.prefix(Int(UInt16.max)))
    var bytes = magic
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: UInt16(text.count))
    bytes += text
    bytes.append(littleEndian: CRC32.checksum(of: bytes[...]))
    return bytes
  }

  static func transfer(_ transfer: RecordedTransfer) -> [UInt8] {
    let payload = transfer.payload.prefix(Int(UInt16.max))
    let fault = transfer.fault?.recordingCode ?? (code: 0, argument: 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(transferSize + payload.count + checksumSize)
    bytes.append(transfer.kind.rawValue)
    bytes.append(fault.code)
    bytes.append(littleEndian: UInt16(payload.count))
    bytes.append(littleEndian: UInt32(bitPattern: fault.argument))
    bytes.append(littleEndian: UInt64(bitPattern: transfer.began))
    bytes.append(littleEndian: UInt64(bitPattern: transfer.ended))
    bytes += payload
    bytes.append(littleEndian: CRC32.checksum(of: bytes[...]))
    return bytes
  }
}

/// The checksum of Ethernet and zip, so that other tools can verify a recording too.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
  }

  static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { sum, byte in
      table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
  }
}

extension [UInt8] {
  mutating func append(littleEndian number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// The number at an offset; nil when the bytes end before it does.
  func littleEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number? {
    let size = Number.bitWidth / 8
    guard offset >= 0, offset <= count - size else { return nil }
    return (0..<size).reduce(0) { $0 | Number(truncatingIfNeeded: self[offset + $1]) << (8 * $1) }
  }
}
