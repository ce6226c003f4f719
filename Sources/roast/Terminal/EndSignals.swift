import CLinux
import Glibc

/// The signals that ask a process for something, turned into calls.
enum EndSignals {
  /// Calls `body`, on a thread of its own, each time one comes that asks the process to end.
  static func watch(_ body: @escaping @Sendable () -> Void) { watch { _ in body() } }

  /// Calls `body`, on a thread of its own, with the number of each one that comes.
  static func watch(_ body: @escaping @Sendable (Int32) -> Void) {
    let pipe = clinux_signal_pipe()
    guard pipe >= 0 else { return }
    let watcher = Watcher(pipe: pipe, body: body)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(watcher).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        Unmanaged<Watcher>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box)
    if failure == 0 { pthread_detach(thread) }
  }

  private final class Watcher: Sendable {
    let pipe: Int32
    let body: @Sendable (Int32) -> Void

    init(pipe: Int32, body: @escaping @Sendable (Int32) -> Void) {
      self.pipe = pipe
      self.body = body
    }

    func run() {
      var byte: UInt8 = 0
      while true {
        let count = read(pipe, &byte, 1)
        if count == 1 { body(Int32(byte)) } else if count == 0 || errno != EINTR { return }
      }
    }
  }
}
