/// One client and where it stands: what it has sent that is not yet a message, and what it has not
/// yet been sent.
struct USBIPConnection: Sendable {
  /// Bytes that wait to be sent.
  private(set) var outgoing: [UInt8] = []
  /// It is to be closed.
  private(set) var isOver = false
  /// Since when it owes the rest of a message; nil when it owes nothing.
  private(set) var owesSince: Double?
  var hasImported = false

  private var incoming: [UInt8] = []

  /// Beyond this nothing more is read from a client until it has read.
  private static let mostOutgoing = 1 << 18

  init(at now: Double) { owesSince = now }

  /// Whether bytes from it are wanted now.
  var isWanted: Bool { !isOver && outgoing.count < Self.mostOutgoing }

  mutating func received(_ bytes: [UInt8]) { if !isOver { incoming += bytes } }
  mutating func reply(_ bytes: [UInt8]) { if !isOver { outgoing += bytes } }
  mutating func sent(_ count: Int) { outgoing.removeFirst(count) }

  /// Hangs up.
  mutating func end() {
    isOver = true
    incoming = []
    outgoing = []
  }

  /// The next message, if it is there as a whole.
  mutating func next<Message>(
    at now: Double, _ parse: (ArraySlice<UInt8>) -> USBIPParsed<Message>
  ) throws(USBIPViolation) -> Message? {
    guard !isOver else { return nil }
    switch parse(incoming[...]) {
    case .violation(let violation): throw violation
    case .whole(let message, let length):
      incoming.removeFirst(length)
      owesSince = nil
      return message
    case .partial:
      let owesNothing = hasImported && incoming.isEmpty
      owesSince = owesNothing ? nil : owesSince ?? now
      return nil
    }
  }
}
