import Glibc

/// Tells the service manager how the service does: systemd's sd_notify protocol, without libsystemd.
struct ServiceNotifier: Sendable {
  /// How often to give a sign of life: half as long as the manager waits; nil when it does not wait.
  let watchdogInterval: Duration?
  private let address: [UInt8]

  /// Nil when no manager listens, or at no address that this program can reach.
  init?(
    socket: String? = Environment.value("NOTIFY_SOCKET"),
    watchdogMicroseconds: String? = Environment.value("WATCHDOG_USEC"),
    watchdogProcess: String? = Environment.value("WATCHDOG_PID")
  ) {
    guard var address = socket.map({ Array($0.utf8) }), address.count > 1,
      address.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    else { return nil }
    switch address[0] {
    case UInt8(ascii: "/"): break
    case UInt8(ascii: "@"): address[0] = 0
    default: return nil
    }
    self.address = address
    let isMeant = watchdogProcess == nil || watchdogProcess.flatMap(pid_t.init) == getpid()
    let microseconds = watchdogMicroseconds.flatMap(Int64.init).flatMap { $0 > 0 ? $0 : nil }
    watchdogInterval = isMeant ? microseconds.map { .microseconds($0) / 2 } : nil
  }

  /// It serves; also said after `reloading`. Any of these is false when the manager did not get it.
  @discardableResult
  func ready() -> Bool { send("READY=1") }

  /// One line for people, in `systemctl status`.
  @discardableResult
  func status(_ text: String) -> Bool {
    send("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// A sign of life.
  @discardableResult
  func watchdog() -> Bool { send("WATCHDOG=1") }

  /// It rereads its configuration; `ready` follows.
  @discardableResult
  func reloading() -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    return send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
  }

  /// It was asked to end, and ends.
  @discardableResult
  func stopping() -> Bool { send("STOPPING=1") }

  /// Never waits: a manager that does not read must not hold up a roast.
  private func send(_ message: String) -> Bool {
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
    // An abstract name ends where its length says, not at a zero.
    let length =
      socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2)
      + socklen_t(address.count)
    let bytes = Array(message.utf8)
    let sent = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0,
          length)
      }
    }
    return sent == bytes.count
  }
}
