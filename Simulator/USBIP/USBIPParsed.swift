/// What the bytes at the front of a stream are.
enum USBIPParsed<Message: Equatable & Sendable>: Equatable, Sendable {
  /// A message, and how many bytes it took.
  case whole(Message, length: Int)
  /// The beginning of one.
  case partial
  /// Nothing that can be gone on from.
  case violation(USBIPViolation)
}

/// Why a client was hung up on (Specs/twin.md U4).
public enum USBIPViolation: Error, Equatable, Sendable {
  /// It speaks another version of USB/IP.
  case version(UInt16)
  /// An operation that is none.
  case operation(UInt16)
  /// A command that is none.
  case command(UInt32)
  /// A direction that is neither in nor out.
  case direction(UInt32)
  /// A command for a device that it has not imported.
  case device(UInt32)
  /// An endpoint number that no device can have.
  case endpoint(UInt32)
  /// More bytes in one transfer than is allowed.
  case length(UInt32)
  /// An isochronous transfer: the roaster has no such endpoint.
  case isochronous
  /// More reads at once than is allowed.
  case tooManyReads
  /// It asks and asks and reads no reply.
  case repliesUnread
  /// It began a message and did not end it, or asked for nothing at all.
  case slow
}
