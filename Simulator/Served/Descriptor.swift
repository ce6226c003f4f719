import Glibc

/// A file descriptor that never waits, and is closed with its last owner.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// What reading brings.
  enum Reading: Equatable {
    case bytes([UInt8])
    case nothing
    case ended
  }

  /// Reads what is there, at most so many bytes.
  func read(atMost count: Int) -> Reading {
    var bytes = [UInt8](repeating: 0, count: count)
    let taken = unsafe Glibc.read(number, &bytes, count)
    if taken > 0 { return .bytes(Array(bytes.prefix(taken))) }
    return taken < 0 && Self.isPassing(errno) ? .nothing : .ended
  }

  /// Writes what fits to a socket; nil when nobody will ever read it.
  func write(_ bytes: [UInt8]) -> Int? {
    let taken = unsafe send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if taken >= 0 { return taken }
    return Self.isPassing(errno) ? 0 : nil
  }

  private static func isPassing(_ code: Int32) -> Bool { code == EAGAIN || code == EINTR }
}
