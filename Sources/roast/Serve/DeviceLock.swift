import Glibc

/// Keeps a second daemon off the same roaster: a name that only one process of the machine can
/// have, and that is free again the moment the process ends, however it ends.
struct DeviceLock: ~Copyable {
  private let socket: Int32

  /// Nil when another process has it.
  init?(device: String) {
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // A name that begins with a zero byte is in no folder.
    let name = [0] + Array("roast/device/\(device)".utf8).prefix(100)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let failure = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
    }
    guard failure == 0 else {
      close(socket)
      return nil
    }
  }

  deinit { close(socket) }
}
