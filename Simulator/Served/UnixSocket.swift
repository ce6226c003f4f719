import Glibc

/// The calls that make and reach a socket in the file system.
enum UnixSocket {
  /// Why a call failed: the system's number.
  struct Failure: Error, Equatable {
    let code: Int32
  }

  /// The longest path, in bytes.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// A stream to whoever listens at the path.
  static func connect(to path: String) throws(Failure) -> Descriptor {
    let socket = try make()
    unsafe try call(Glibc.connect, socket, path)
    return socket
  }

  /// A socket that listens at the path, where nothing may be yet; only its owner can connect.
  static func listen(at path: String) throws(Failure) -> Descriptor {
    let socket = try make()
    // Before binding, so that the file never is anything else.
    guard fchmod(socket.number, 0o600) == 0 else { throw Failure(code: errno) }
    unsafe try call(Glibc.bind, socket, path)
    guard Glibc.listen(socket.number, 64) == 0 else { throw Failure(code: errno) }
    return socket
  }

  /// The next one who connects; nil when nobody waits.
  static func accept(from listener: Descriptor) throws(Failure) -> Descriptor? {
    let number = Glibc.accept(listener.number, nil, nil)
    guard number >= 0 else {
      if [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
      throw Failure(code: errno)
    }
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    return Descriptor(number)
  }

  private static func make() throws(Failure) -> Descriptor {
    let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let number = socket(AF_UNIX, Int32(kind), 0)
    guard number >= 0 else { throw Failure(code: errno) }
    return Descriptor(number)
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ socket: Descriptor,
    _ path: String
  ) throws(Failure) {
    guard var address = address(of: path) else { throw Failure(code: ENAMETOOLONG) }
    let code = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe function(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else { throw Failure(code: errno) }
  }

  /// Nil for a path that does not fit, or that the system would take for something else.
  private static func address(of path: String) -> sockaddr_un? {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= longestPath, !bytes.contains(0) else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
  }
}
