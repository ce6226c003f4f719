import Glibc

/// Files for nobody but their owner: they hold the hashes of tokens, and what a person wrote.
enum PrivateFile {
  /// Read and written by the owner.
  static let mode: mode_t = 0o600

  /// Makes an empty file, unless there is one. SQLite gives what it puts beside it the same mode.
  static func make(_ path: String) throws(StoreFault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      if errno == EEXIST { return }
      throw .file(operation: "create", path: path, errno: errno)
    }
    close(descriptor)
  }

  /// Shares a draft with those who may get at the file that it will replace, if there is one. Where
  /// it cannot have the same owner it stays its maker's alone.
  static func share(_ draft: String, as path: String) {
    var status = stat()
    guard stat(path, &status) == 0, chown(draft, status.st_uid, status.st_gid) == 0 else { return }
    chmod(draft, status.st_mode & 0o777)
  }
}
