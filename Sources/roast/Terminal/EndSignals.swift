import CLinux
import Glibc

/// The signals that ask a process to end, turned into one call.
enum EndSignals {
  /// Calls `body`, on a thread of its own, each time one of them comes.
  static func watch(_ body: @escaping @Sendable () -> Void) {
    let pipe = clinux_signal_pipe()
    guard pipe >= 0 else { return }
    DetachedThread.start {
      var byte: UInt8 = 0
      while true {
        let count = read(pipe, &byte, 1)
        if count == 1 { body() } else if count == 0 || errno != EINTR { return }
      }
    }
  }
}
