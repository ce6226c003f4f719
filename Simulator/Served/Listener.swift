import Glibc
import Synchronization

/// A socket that listens at a path, and takes its file away at the end.
final class Listener: Sendable {
  private let listening: Mutex<Descriptor?>
  private let path: String
  private let file: FileIdentity

  private struct FileIdentity: Equatable {
    let device: UInt
    let inode: UInt
    let isSocket: Bool

    /// What is at the path itself; nil when nothing is.
    init?(path: String) {
      var facts = stat()
      guard unsafe lstat(path, &facts) == 0 else { return nil }
      device = UInt(facts.st_dev)
      inode = UInt(facts.st_ino)
      isSocket = facts.st_mode & S_IFMT == S_IFSOCK
    }
  }

  /// Listens there; the file of a server that died is replaced (Specs/served-twin.md V2).
  init(path: String) throws(ServedTwinError) {
    let length = path.utf8.count
    guard length > 0, length <= UnixSocket.longestPath, !path.utf8.contains(0) else {
      throw .unusablePath
    }
    if let found = FileIdentity(path: path) {
      guard found.isSocket else { throw .notASocket }
      try Self.makeSureNobodyListens(at: path)
      unsafe unlink(path)
    }
    let descriptor: Descriptor
    do throws(UnixSocket.Failure) {
      descriptor = try UnixSocket.listen(at: path)
    } catch { throw ServedTwinError(listening: error.code) }
    guard let made = FileIdentity(path: path) else { throw .failed(code: ENOENT) }
    listening = Mutex(descriptor)
    self.path = path
    file = made
  }

  deinit { close() }

  /// The socket; nil when it is closed.
  var descriptor: Descriptor? { listening.withLock { $0 } }

  /// Stops listening and removes the file, unless another has taken its place.
  func close() {
    listening.withLock { listening in
      guard listening != nil else { return }
      if FileIdentity(path: path) == file { unsafe unlink(path) }
      listening = nil
    }
  }

  private static func makeSureNobodyListens(at path: String) throws(ServedTwinError) {
    do throws(UnixSocket.Failure) {
      _ = try UnixSocket.connect(to: path)
    } catch {
      switch error.code {
      case ECONNREFUSED, ENOENT: return
      case EAGAIN: throw .inUse
      default: throw ServedTwinError(listening: error.code)
      }
    }
    throw .inUse
  }
}

extension ServedTwinError {
  fileprivate init(listening code: Int32) {
    self =
      switch code {
      case EACCES, EPERM, EROFS: .denied
      case EADDRINUSE: .inUse
      case ENAMETOOLONG: .unusablePath
      default: .failed(code: code)
      }
  }
}
