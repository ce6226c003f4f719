import Glibc

/// A connection to a Unix socket that never waits longer than it is told to.
final class DaemonConnection {
  private let descriptor: Int32

  /// A point on the clock that runs on.
  struct Deadline {
    let seconds: Double
    private let end: ContinuousClock.Instant

    init(seconds: Double) {
      self.seconds = seconds
      end = ContinuousClock.now.advanced(by: .seconds(seconds))
    }

    /// Rounded up, so that none of it is waited for in a busy loop.
    var milliseconds: Int32 {
      let left = ContinuousClock.now.duration(to: end).components
      guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
      return Int32(min(left.seconds, 86_400)) * 1000
        + Int32(left.attoseconds / 1_000_000_000_000_000)
        + 1
    }
  }

  /// Connects to the daemon at a path.
  init(path: String, by deadline: Deadline) throws(DaemonFault) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, !bytes.contains(0),
      bytes.count < MemoryLayout.size(ofValue: address.sun_path)
    else { throw .badSocket(path, reason: "a socket's path has 1 to 107 bytes") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw .broken(errno: errno) }
    while true {
      let failure = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
        }
      }
      switch failure {
      case 0: return
      case EAGAIN where deadline.milliseconds > 0: usleep(5000)  // Its queue is full.
      case EAGAIN: throw .silent(seconds: deadline.seconds)
      case EINTR: continue
      case ENOENT, ECONNREFUSED, ENOTDIR: throw .notRunning(tried: [path])
      case EACCES, EPERM: throw .socketDenied(path)
      default: throw .badSocket(path, reason: String(cString: strerror(failure)))
      }
    }
  }

  deinit { close(descriptor) }

  /// Ends it from any thread; whoever waits for it wakes up.
  func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Writes everything.
  func write(_ bytes: [UInt8], by deadline: Deadline) throws(DaemonFault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, by: deadline)
      } else if errno == EPIPE || errno == ECONNRESET {
        // It may have answered already, and closed: what it said matters more.
        return
      } else if errno != EINTR {
        throw .broken(errno: errno)
      }
    }
  }

  /// The next bytes; none when the other side has ended.
  func read(by deadline: Deadline) throws(DaemonFault) -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count >= 0 { return Array(chunk.prefix(count)) }
      if errno == EAGAIN {
        try wait(for: POLLIN, by: deadline)
      } else if errno == ECONNRESET {
        return []
      } else if errno != EINTR {
        throw .broken(errno: errno)
      }
    }
  }

  private func wait(for event: Int32, by deadline: Deadline) throws(DaemonFault) {
    var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    while true {
      let milliseconds = deadline.milliseconds
      guard milliseconds > 0 else { throw .silent(seconds: deadline.seconds) }
      if poll(&request, 1, milliseconds) > 0 { return }
    }
  }
}
