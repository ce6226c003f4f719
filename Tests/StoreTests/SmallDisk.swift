import Glibc

/// A small file system of a test's own; only root may have one.
final class SmallDisk {
  let path: String
  /// Why there is none.
  static var absence: String? { geteuid() == 0 ? nil : "only root may mount a file system" }

  init(megabytes: Int, at path: String) throws {
    self.path = path
    mkdir(path, 0o755)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
      throw Garbage.Failed(errno: errno)
    }
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  /// Writes of any kind fail, or work again. It waits for who has a file open for writing: a journal
  /// that was closed leaves a check behind that is about to end.
  func setReadOnly(_ isReadOnly: Bool) throws {
    let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
    for _ in 0..<2000 {
      if mount("tmpfs", path, "tmpfs", flags, nil) == 0 { return }
      guard errno == EBUSY else { break }
      usleep(5000)
    }
    throw Garbage.Failed(errno: errno)
  }

  /// Takes what room is left.
  func fill() throws {
    let descriptor = open(path + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Garbage.Failed(errno: errno) }
    defer { close(descriptor) }
    let zeros = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, zeros, zeros.count) > 0 {}
  }

  /// Gives it back.
  func empty() { unlink(path + "/filler") }
}
