import Glibc

/// A file descriptor that closes itself; the only place with the system's socket calls. Nothing
/// here ever blocks but `wait`.
final class USBIPSocket: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// The most bytes of one read.
  private static let chunk = 65536

  /// Bytes that are there; empty when there are none now, nil when there never will be.
  func receive() -> [UInt8]? {
    var ended = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, filled in
      let count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
      ended = count == 0 || (count < 0 && !Self.mayPass(errno))
      filled = max(0, count)
    }
    return ended ? nil : bytes
  }

  /// How many of the bytes were taken; nil when nobody takes them any more.
  func send(_ bytes: [UInt8]) -> Int? {
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
    if count >= 0 { return count }
    return Self.mayPass(errno) ? 0 : nil
  }

  private static func mayPass(_ code: Int32) -> Bool {
    code == EAGAIN || code == EWOULDBLOCK || code == EINTR
  }
}

// MARK: - Listening

extension USBIPSocket {
  /// Listens at a numeric address; port 0 is any.
  static func listening(
    at address: String, port: UInt16
  ) throws(USBIPError) -> USBIPSocket {
    guard let place = Place(address, port: port) else { throw .address(address) }
    let descriptor = socket(place.family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .listening(address: address, port: port, code: errno) }
    let listener = USBIPSocket(descriptor)
    listener.set(SOL_SOCKET, SO_REUSEADDR, 1)
    if place.family == AF_INET6 { listener.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    let bound = unsafe place.withAddress { unsafe bind(descriptor, $0, $1) }
    guard bound == 0, listen(descriptor, 16) == 0 else {
      throw .listening(address: address, port: port, code: errno)
    }
    return listener
  }

  /// A client that has come.
  enum Arrival {
    case client(USBIPSocket)
    case nobody
    /// The system has no descriptor left for it.
    case exhausted
  }

  /// Takes the next client in. A computer that has vanished without a word is noticed after half a
  /// minute.
  func accept() -> Arrival {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else {
      return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .exhausted : .nobody
    }
    let client = USBIPSocket(accepted)
    let tcp = Int32(IPPROTO_TCP)
    client.set(tcp, TCP_NODELAY, 1)
    client.set(SOL_SOCKET, SO_KEEPALIVE, 1)
    client.set(tcp, TCP_KEEPIDLE, 15)
    client.set(tcp, TCP_KEEPINTVL, 5)
    client.set(tcp, TCP_KEEPCNT, 3)
    client.set(tcp, TCP_USER_TIMEOUT, 30_000)
    return .client(client)
  }

  /// The port that is listened to.
  var port: UInt16 {
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    // The port stands at the same place in both families.
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    return code == 0 ? UInt16(bigEndian: address.sin6_port) : 0
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    unsafe setsockopt(
      descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Where to listen.
  private enum Place {
    case four(sockaddr_in)
    case six(sockaddr_in6)

    init?(_ address: String, port: UInt16) {
      var (four, six) = (sockaddr_in(), sockaddr_in6())
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      if unsafe inet_pton(AF_INET, address, &four.sin_addr) == 1 {
        self = .four(four)
      } else if unsafe inet_pton(AF_INET6, address, &six.sin6_addr) == 1 {
        self = .six(six)
      } else {
        return nil
      }
    }

    var family: Int32 {
      switch self {
      case .four: AF_INET
      case .six: AF_INET6
      }
    }

    func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
      switch self {
      case .four(let address): unsafe Self.rebound(address, body)
      case .six(let address): unsafe Self.rebound(address, body)
      }
    }

    private static func rebound<Address>(
      _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
      unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<Address>.size))
        }
      }
    }
  }
}

// MARK: - Waiting

extension USBIPSocket {
  /// What to wait for at a socket, and whether it has come.
  struct Watch {
    let socket: USBIPSocket
    var reads = true
    var writes = false
    /// Something can be read, be it the end.
    fileprivate(set) var isReadable = false
  }

  /// Waits until something has come, or for so many seconds.
  static func wait(for watches: inout [Watch], seconds: Double) {
    var polled = watches.map { watch in
      pollfd(
        fd: watch.socket.descriptor,
        events: Int16((watch.reads ? POLLIN : 0) | (watch.writes ? POLLOUT : 0)), revents: 0)
    }
    let milliseconds = Int32(min(max(seconds, 0), 60) * 1000 + 0.999)
    let count = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
    for (index, entry) in polled.enumerated() {
      let ended = POLLHUP | POLLERR | POLLNVAL
      watches[index].isReadable = count > 0 && Int32(entry.revents) & (POLLIN | ended) != 0
    }
  }

  /// A pipe that wakes whoever waits at its first end.
  static func pipe() throws(USBIPError) -> (reading: USBIPSocket, writing: USBIPSocket) {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else { throw .resources(code: errno) }
    return (USBIPSocket(ends[0]), USBIPSocket(ends[1]))
  }

  /// Wakes whoever waits at the other end of a pipe; a full pipe wakes as well.
  func wake() {
    let byte: [UInt8] = [0]
    _ = unsafe write(descriptor, byte, 1)
  }
}
