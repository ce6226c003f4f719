import Glibc
import Synchronization

/// Standard output and standard error.
enum Console {
  /// Writes to standard output; false when nobody reads it any more.
  @discardableResult
  static func out(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

  /// Writes to standard error.
  static func error(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Writes everything, or says that it could not.
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    write(Array(text.utf8), to: descriptor)
  }

  /// Whether the write that just failed did so because its reader is gone.
  static var readerLeft: Bool { errno == EPIPE }

  /// From now on a write that would have to wait for its reader fails instead: the process was
  /// asked to end, and nobody reading must not hold it up.
  static func stopWaiting() { isHurried.store(true, ordering: .relaxed) }

  private static let isHurried = Atomic(false)
  /// What a pipe takes without waiting, once it says that it is ready.
  private static let portion = 4096

  /// Writes everything, or says that it could not; `errno` tells why.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      guard waitUntilReady(descriptor) else { return false }
      let count = bytes.withUnsafeBytes {
        Glibc.write(
          descriptor, $0.baseAddress?.advanced(by: written),
          min(portion, bytes.count - written))
      }
      if count > 0 {
        written += count
      } else if errno != EINTR, errno != EAGAIN {
        return false
      }
    }
    return true
  }

  private static func waitUntilReady(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let ready = poll(&request, 1, 200)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return true }
      if isHurried.load(ordering: .relaxed) {
        errno = ECANCELED
        return false
      }
    }
  }
}
