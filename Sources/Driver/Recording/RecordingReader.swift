import Roaster

/// Reads a recording, whatever has become of the file: everything before a cut or a damaged place
/// is delivered, and `end` says how it ended (Specs/recording.md R5).
public struct RecordingReader: Sendable {
  /// Where the recording comes from.
  public let header: RecordingHeader
  /// How the recording ended; nil while there may be more.
  public private(set) var end: End?

  private let bytes: [UInt8]
  private var offset: Int

  /// How a recording ends.
  public enum End: Equatable, Sendable {
    /// After a whole transfer.
    case complete
    /// In the middle of a transfer that begins at this byte.
    case cut(at: Int)
    /// Before a transfer, beginning at this byte, that its checksum or its own fields contradict.
    case damaged(at: Int)
  }

  /// Why bytes are not a recording that can be read at all.
  public enum Refusal: Error, Equatable, Sendable {
    case notARecording
    case newerVersion(UInt16)
    case headerCut
    case headerDamaged
  }

  /// Reads the header.
  public init(_ bytes: [UInt8]) throws(Refusal) {
    let magic = RecordingFormat.magic
    guard bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else {
      throw .notARecording
    }
    guard let version = bytes.littleEndian(at: 8, as: UInt16.self),
      let length = bytes.littleEndian(at: 10, as: UInt16.self)
    else { throw .headerCut }
    guard version <= RecordingFormat.version else { throw .newerVersion(version) }
    let textEnd = RecordingFormat.prologueSize + Int(length)
    guard let checksum = bytes.littleEndian(at: textEnd, as: UInt32.self) else {
      throw .headerCut
    }
    let text = String(decoding: bytes[RecordingFormat.prologueSize..<textEnd], as: UTF8.self)
    guard version == RecordingFormat.version, checksum == CRC32.checksum(of: bytes[..<textEnd]),
      let header = RecordingHeader(text: text)
    else { throw .headerDamaged }
    self.header = header
    self.bytes = bytes
    offset = textEnd + RecordingFormat.checksumSize
  }

  /// The next transfer; nil at the end.
  public mutating func next() -> RecordedTransfer? {
    guard end == nil else { return nil }
    guard offset < bytes.count else {
      end = .complete
      return nil
    }
    guard let length = bytes.littleEndian(at: offset + 2, as: UInt16.self),
      case let payloadEnd = offset + RecordingFormat.transferSize + Int(length),
      let checksum = bytes.littleEndian(at: payloadEnd, as: UInt32.self)
    else {
      end = .cut(at: offset)
      return nil
    }
    guard checksum == CRC32.checksum(of: bytes[offset..<payloadEnd]),
      let transfer = transfer(endingAt: payloadEnd)
    else {
      end = .damaged(at: offset)
      return nil
    }
    offset = payloadEnd + RecordingFormat.checksumSize
    return transfer
  }

  private func transfer(endingAt payloadEnd: Int) -> RecordedTransfer? {
    guard let kind = RecordedTransfer.Kind(rawValue: bytes[offset]),
      let argument = bytes.littleEndian(at: offset + 4, as: UInt32.self),
      let began = bytes.littleEndian(at: offset + 8, as: UInt64.self),
      let ended = bytes.littleEndian(at: offset + 16, as: UInt64.self),
      began <= ended, ended <= Self.latest
    else { return nil }
    let code = bytes[offset + 1]
    let fault = TransportFault(
      recordingCode: code, argument: Int32(bitPattern: argument))
    guard code == 0 || fault != nil else { return nil }
    return RecordedTransfer(
      kind: kind, began: Int64(began), ended: Int64(ended), fault: fault,
      payload: Array(bytes[(offset + RecordingFormat.transferSize)..<payloadEnd]))
  }

  /// A hundred days: no recording is longer, and times add up without overflow.
  private static let latest: UInt64 = 100 * 86_400 * 1_000_000_000
}
