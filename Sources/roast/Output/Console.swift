import Glibc

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

  /// Writes everything, or says that it could not; `errno` tells why.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count > 0 {
        written += count
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
