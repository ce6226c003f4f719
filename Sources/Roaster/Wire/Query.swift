/// A request that only reads. These four are all that a `Session` can ever send.
public enum Query: CaseIterable, Hashable, Sendable {
  /// Serial number and firmware.
  case info1
  /// Roasts so far.
  case info2
  /// First half of the status.
  case status1
  /// Second half of the status.
  case status2

  /// The exact bytes (Specs/wire.md W2). `status1` padded to four bytes would press PRS.
  public var bytes: [UInt8] {
    switch self {
    case .info1: [0x30, 0x02]
    case .info2: [0x89, 0x01]
    case .status1: [0x30, 0x01]
    case .status2: [0x30, 0x03]
    }
  }

  /// How long the answer is; any other length is a fault.
  public var replyLength: Int {
    switch self {
    case .info1: 32
    case .info2: 36
    case .status1, .status2: StatusFrame.halfSize
    }
  }

  /// The query with exactly these bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard let query = Query.allCases.first(where: { $0.bytes.elementsEqual(bytes) }) else {
      return nil
    }
    self = query
  }
}
