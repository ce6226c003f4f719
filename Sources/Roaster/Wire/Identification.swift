/// What the roaster says about itself in answer to `info1` and `info2` (Specs/wire.md W4, W5).
public struct Identification: Hashable, Sendable {
  /// The machine's own serial number.
  public var serial: Int16
  /// Firmware version.
  public var firmware: Int16
  /// Roasts so far.
  public var roasts: UInt32

  /// An identification of these parts.
  public init(serial: Int16, firmware: Int16, roasts: UInt32) {
    self.serial = serial
    self.firmware = firmware
    self.roasts = roasts
  }

  /// Nil unless both replies have their exact length.
  public init?(info1: [UInt8], info2: [UInt8]) {
    guard info1.count == Query.info1.replyLength, info2.count == Query.info2.replyLength else {
      return nil
    }
    serial = Int16(littleEndian: info1, at: 0)
    firmware = Int16(littleEndian: info1, at: 24)
    roasts = info2[27..<31].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Whether a reply to `info1` is this roaster's.
  public func isOf(info1: [UInt8]) -> Bool {
    guard let other = Identification(info1: info1, info2: info2) else { return false }
    return other == self
  }

  /// The reply to `info1`; bytes of unknown meaning are zero.
  public var info1: [UInt8] {
    var reply = [UInt8](repeating: 0, count: Query.info1.replyLength)
    serial.storeLittleEndian(in: &reply, at: 0)
    firmware.storeLittleEndian(in: &reply, at: 24)
    return reply
  }

  /// The reply to `info2`; the count of roasts is the one big-endian field of the protocol.
  public var info2: [UInt8] {
    var reply = [UInt8](repeating: 0, count: Query.info2.replyLength)
    for index in 0..<4 {
      reply[27 + index] = UInt8(truncatingIfNeeded: roasts >> (24 - 8 * UInt32(index)))
    }
    return reply
  }
}

extension Int16 {
  fileprivate init(littleEndian bytes: [UInt8], at offset: Int) {
    self.init(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
  }

  fileprivate func storeLittleEndian(in bytes: inout [UInt8], at offset: Int) {
    let pattern = UInt16(bitPattern: self)
    bytes[offset] = UInt8(truncatingIfNeeded: pattern)
    bytes[offset + 1] = UInt8(truncatingIfNeeded: pattern >> 8)
  }
}
