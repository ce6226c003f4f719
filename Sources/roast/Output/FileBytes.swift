import Glibc

/// Whole files, and standard input, as bytes.
enum FileBytes {
  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(Complaint) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes += chunk.prefix(count)
      } else if errno != EINTR {
        throw unreadable(path)
      }
    }
  }

  /// The first so many bytes of a file. Where there may be none, nil stands for a missing one.
  static func read(_ path: String, most: Int, orNil mayBeMissing: Bool) throws(Complaint)
    -> [UInt8]?
  {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if mayBeMissing, errno == ENOENT || errno == ENOTDIR { return nil }
      throw unreadable(path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < most {
      let count = Glibc.read(descriptor, &chunk, min(chunk.count, most - bytes.count))
      if count == 0 { break }
      if count > 0 {
        bytes += chunk.prefix(count)
      } else if errno != EINTR {
        throw unreadable(path)
      }
    }
    return bytes
  }

  /// Creates a file; one that exists is not overwritten.
  static func create(_ path: String) throws(Complaint) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor < 0 else { return descriptor }
    if errno == EEXIST {
      throw Complaint(
        code: "file_exists", happened: "\(path) exists and is not overwritten",
        next: "Name another file, or move that one away.")
    }
    throw unwritable(path)
  }

  /// Creates a file, or empties the one that is there.
  static func replace(_ path: String) throws(Complaint) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw unwritable(path) }
    return descriptor
  }

  private static func unwritable(_ path: String) -> Complaint {
    Complaint(
      code: "file_not_writable",
      happened: "cannot write \(path): \(String(cString: strerror(errno)))",
      next: "Check the folder and its permissions.")
  }

  private static func unreadable(_ path: String) -> Complaint {
    Complaint(
      code: "file_not_readable",
      happened: "cannot read \(path): \(String(cString: strerror(errno)))",
      next: "Check the path and its permissions.")
  }
}
