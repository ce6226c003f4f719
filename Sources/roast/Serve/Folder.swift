import Glibc

/// The folders that a daemon makes for its files.
enum Folder {
  /// Makes the folder that a file will lie in, and those around it.
  static func make(around file: String, mode: mode_t = 0o755) throws(Complaint) {
    let parts = file.split(separator: "/", omittingEmptySubsequences: true).dropLast()
    var path = file.hasPrefix("/") ? "" : "."
    for part in parts {
      path += "/" + part
      guard mkdir(path, mode) != 0, errno != EEXIST else { continue }
      throw Complaint(
        code: "folder_not_made",
        happened: "cannot make the folder \(path.printable): \(String(cString: strerror(errno)))",
        next: "Make it, or name another place.")
    }
  }
}

/// The file that says that the daemon serves.
enum ReadyFile {
  /// Writes it whole or not at all: who waits for it may read it at once.
  static func write(_ text: String, to path: String) throws(Complaint) {
    let draft = path + ".part-\(getpid())"
    let descriptor = try FileBytes.replace(draft)
    let isWritten = Console.write(text, to: descriptor)
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      throw Complaint(
        code: "file_not_writable", happened: "cannot write the ready file \(path.printable)",
        next: "Check the folder and its permissions.")
    }
  }
}
