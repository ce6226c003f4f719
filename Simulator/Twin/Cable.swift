import Roaster

/// The two endpoints between a host and a twin: replies queue in order, as they do in the machine,
/// and the cable's faults strike here (Specs/twin.md T20).
public struct Cable: Sendable {
  /// A reply on its way: it can be read from `due` on.
  private var queue: [(due: Double, bytes: [UInt8])] = []
  /// Whether reading is refused until the halt is cleared.
  private(set) var isHalted = false

  /// From a request to its reply.
  private static let answerSeconds = 0.001
  private static let packetSize = 64

  /// A cable with nothing on it.
  public init() {}

  /// Forgets what is queued, as unplugging does.
  public mutating func reset() {
    queue = []
    isHalted = false
  }

  /// Ends a halt; what was queued behind it stays.
  public mutating func clearHalt() { isHalted = false }

  /// Hands a host's bytes to the roaster and queues its reply.
  public mutating func send(_ bytes: [UInt8], to workshop: inout Workshop) {
    guard let reply = workshop.bullet.answer(bytes) else { return }
    let now = workshop.bullet.seconds
    var due = max(now + Self.answerSeconds, queue.last?.due ?? 0)
    var carried = reply
    for item in workshop.bullet.activeFaults {
      switch item.fault {
      case .late(let milliseconds): due += Double(milliseconds) / 1000
      case .lost: return
      case .short(let count): carried = Array(carried.prefix(max(0, count)))
      case .long(let count): carried += [UInt8](repeating: 0xA5, count: max(0, count))
      case .corrupted: workshop.corrupt(&carried)
      case .stall: isHalted = true
      default: break
      }
    }
    for start in stride(from: 0, to: max(1, carried.count), by: Self.packetSize) {
      queue.append((due, Array(carried[start..<min(start + Self.packetSize, carried.count)])))
    }
  }

  /// How many packets are queued.
  var unread: Int { queue.count }

  /// When the next packet can be read; nil when nothing is on its way.
  public var nextDue: Double? { isHalted ? nil : queue.first?.due }

  /// The next packet, if it can be read by then.
  public mutating func receive(by deadline: Double) -> Outcome {
    if isHalted { return .halted }
    guard let next = queue.first, next.due <= deadline else { return .nothing }
    queue.removeFirst()
    return .packet(next.bytes, due: next.due)
  }

  /// What reading the IN endpoint brings.
  public enum Outcome: Equatable, Sendable {
    case packet([UInt8], due: Double)
    case nothing
    case halted
  }
}
