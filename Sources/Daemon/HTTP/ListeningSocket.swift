import Glibc

/// A socket that listens, made for libmicrohttpd, which closes it.
struct ListeningSocket {
  let descriptor: Int32
  /// With the port that the system chose.
  let listener: Listener
  private let file: FileIdentity?

  private struct FileIdentity: Equatable {
    let device: UInt
    let inode: UInt
    let isSocket: Bool

    /// What is at the path itself; nil when nothing is.
    init?(path: String) {
      var facts = stat()
      guard lstat(path, &facts) == 0 else { return nil }
      device = UInt(facts.st_dev)
      inode = UInt(facts.st_ino)
      isSocket = facts.st_mode & S_IFMT == S_IFSOCK
    }
  }

  private static let backlog: Int32 = 128

  init(_ listener: Listener) throws(ServerFault) {
    switch listener {
    case .unix(let path): try self.init(path: path)
    case .tcp(let address, let port): try self.init(address: address, port: port)
    }
  }

  /// The file of a daemon that died is replaced; one that lives keeps it.
  private init(path: String) throws(ServerFault) {
    listener = .unix(path: path)
    let address = try Self.check(path: path)
    unlink(path)
    descriptor = try Self.listen(at: address, listener)
    chmod(path, 0o660)
    file = FileIdentity(path: path)
  }

  /// The address of a path where nothing lies but what a daemon that died has left.
  @discardableResult
  static func check(path: String) throws(ServerFault) -> SocketAddress {
    let listener = Listener.unix(path: path)
    guard let address = SocketAddress(path: path) else { throw .listener(listener, .unusable) }
    if let found = FileIdentity(path: path) {
      guard found.isSocket else { throw .listener(listener, .notASocket) }
      if let problem = whoListens(address) { throw .listener(listener, problem) }
    }
    return address
  }

  private init(address: String, port: UInt16) throws(ServerFault) {
    let wanted = Listener.tcp(address: address, port: port)
    guard let place = SocketAddress(address, port: port) else {
      throw .listener(wanted, .unusable)
    }
    descriptor = try Self.listen(at: place, wanted)
    let bound = SocketPlace(descriptor: descriptor, ofPeer: false)?.port
    listener = .tcp(address: address, port: bound ?? port)
    file = nil
  }

  /// Whether it is in the file system.
  var isUnix: Bool {
    if case .unix = listener { true } else { false }
  }

  /// Closes it, where nobody else does.
  func close() {
    Glibc.close(descriptor)
    remove()
  }

  /// Removes the file, unless another has taken its place.
  func remove() {
    guard case .unix(let path) = listener, let file, FileIdentity(path: path) == file else {
      return
    }
    unlink(path)
  }

  private static func listen(
    at address: SocketAddress, _ listener: Listener
  ) throws(ServerFault) -> Int32 {
    guard let socket = address.makeSocket() else { throw .listener(listener, .init(code: errno)) }
    set(SO_REUSEADDR, level: SOL_SOCKET, on: socket)
    if address.isIPv6 { set(IPV6_V6ONLY, level: Int32(IPPROTO_IPV6), on: socket) }
    if let code = address.call(Glibc.bind, socket) {
      Glibc.close(socket)
      throw .listener(listener, .init(code: code))
    }
    guard Glibc.listen(socket, backlog) == 0 else {
      let code = errno
      Glibc.close(socket)
      throw .listener(listener, .init(code: code))
    }
    return socket
  }

  private static func set(_ option: Int32, level: Int32, on socket: Int32) {
    var yes: Int32 = 1
    setsockopt(socket, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Nil when nobody does.
  private static func whoListens(_ address: SocketAddress) -> ServerFault.Problem? {
    guard let socket = address.makeSocket() else { return .init(code: errno) }
    defer { Glibc.close(socket) }
    return switch address.call(Glibc.connect, socket) {
    case ECONNREFUSED, ENOENT: nil
    case nil, EAGAIN: .inUse
    case let code?: .init(code: code)
    }
  }
}

extension ServerFault.Problem {
  fileprivate init(code: Int32) {
    self =
      switch code {
      case EACCES, EPERM, EROFS: .denied
      case EADDRINUSE: .inUse
      case ENOENT, ENOTDIR: .noFolder
      case EADDRNOTAVAIL: .noSuchAddress
      case ENAMETOOLONG: .unusable
      default: .failed(code: code)
      }
  }
}
