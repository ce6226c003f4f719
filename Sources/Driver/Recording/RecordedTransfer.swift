import Roaster

/// One thing that passed between a session and a transport, with its timing
/// (Specs/recording.md R3).
public struct RecordedTransfer: Equatable, Sendable {
  /// What was asked of the transport.
  public enum Kind: UInt8, CaseIterable, Sendable {
    case open = 1
    case send = 2
    case receive = 3
    case clearStall = 4
    case close = 5
  }

  public var kind: Kind
  /// Nanoseconds from the recording's zero to the request.
  public var began: Int64
  /// Nanoseconds from the recording's zero to its end.
  public var ended: Int64
  /// How it failed; nil when it did not.
  public var fault: TransportFault?
  /// Bytes sent or received; for `open`, the device.
  public var payload: [UInt8]

  /// A transfer of these facts.
  public init(
    kind: Kind, began: Int64, ended: Int64, fault: TransportFault? = nil, payload: [UInt8] = []
  ) {
    self.kind = kind
    self.began = began
    self.ended = ended
    self.fault = fault
    self.payload = payload
  }
}

extension Device {
  var recordingPayload: [UInt8] {
    let product = [UInt8(truncatingIfNeeded: product), UInt8(truncatingIfNeeded: product >> 8)]
    return product + [bus, address] + Array((serial ?? "").utf8)
  }

  init?(recordingPayload bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let serial = String(decoding: bytes[4...], as: UTF8.self)
    self.init(
      product: UInt16(bytes[0]) | UInt16(bytes[1]) << 8, serial: serial.isEmpty ? nil : serial,
      bus: bytes[2], address: bytes[3])
  }
}

extension TransportFault {
  /// The number of a fault in a recording, and the one fact that it may carry.
  var recordingCode: (code: UInt8, argument: Int32) {
    switch self {
    case .absent: (1, 0)
    case .unsupported(let product): (2, Int32(product))
    case .busy: (3, 0)
    case .denied: (4, 0)
    case .timeout: (5, 0)
    case .stalled: (6, 0)
    case .overflow: (7, 0)
    case .shortWrite(let taken): (8, Int32(truncatingIfNeeded: taken))
    case .gone: (9, 0)
    case .ended: (10, 0)
    case .failed(let code): (11, code)
    }
  }

  init?(recordingCode code: UInt8, argument: Int32) {
    switch code {
    case 1: self = .absent
    case 2: self = .unsupported(product: UInt16(truncatingIfNeeded: argument))
    case 3: self = .busy
    case 4: self = .denied
    case 5: self = .timeout
    case 6: self = .stalled
    case 7: self = .overflow
    case 8: self = .shortWrite(taken: Int(argument))
    case 9: self = .gone
    case 10: self = .ended
    case 11: self = .failed(code: argument)
    default: return nil
    }
  }
}
