import Glibc

/// Keeps a second writer away from a database: a lock on a file beside it, which the kernel takes
/// back when its holder dies.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Holds `path`.lock, or says who does.
  init(for path: String) throws(StoreFault) {
    let file = path + ".lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, PrivateFile.mode)
    guard descriptor >= 0 else { throw .file(operation: "open", path: file, errno: errno) }
    // Whoever can open it could hold it. One that is another user's stays as it is.
    fchmod(descriptor, PrivateFile.mode)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let (failure, holder) = (errno, Self.holder(descriptor))
      close(descriptor)
      guard failure == EWOULDBLOCK else {
        throw .file(operation: "lock", path: file, errno: failure)
      }
      throw .inUse(path: path, process: holder)
    }
    self.descriptor = descriptor
    ftruncate(descriptor, 0)
    let text = Array("\(getpid())\n".utf8)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  /// The file stays: whoever waits for it must find the same one. Closing alone would leave it held
  /// by the copy that a child has which is being started.
  deinit {
    ftruncate(descriptor, 0)
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
  }
}
