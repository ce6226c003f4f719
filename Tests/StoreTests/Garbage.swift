import Glibc

/// Writes garbage into a file without making it shorter.
enum Garbage {
  static func write(into path: String, at offset: Int, count: Int) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failed(errno: errno) }
    defer { close(descriptor) }
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 91) }
    guard pwrite(descriptor, bytes, count, offset) == count else { throw Failed(errno: errno) }
  }

  struct Failed: Error { let errno: Int32 }
}
