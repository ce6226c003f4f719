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

  /// The folder that a file lies in.
  static func around(_ file: String) -> String {
    let parts = file.split(separator: "/").dropLast().joined(separator: "/")
    return file.hasPrefix("/") ? "/" + parts : parts.isEmpty ? "." : parts
  }

  /// Fails when a file cannot be written where its folder is, or would be made. Nothing is made.
  static func checkUse(by file: String, mayBeMade: Bool = true) throws(Complaint) {
    var folder = around(file)
    var facts = stat()
    while stat(folder, &facts) != 0 {
      guard errno == ENOENT, mayBeMade, folder != "/", folder != "." else {
        throw unusable(folder, String(cString: strerror(errno)))
      }
      folder = around(folder)
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw unusable(folder, "it is no folder") }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw unusable(folder, String(cString: strerror(errno)))
    }
    if stat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
      throw unusable(file, "it is a folder itself")
    }
  }

  private static func unusable(_ path: String, _ reason: String) -> Complaint {
    Complaint(
      code: "folder_not_usable", happened: "nothing can be made at \(path.printable): \(reason)",
      next: "Name another place, or make it and allow this user to write there.")
  }

  /// Fails when nothing in a folder can be read.
  static func checkReading(_ path: String) throws(Complaint) {
    var facts = stat()
    let isThere = stat(path, &facts) == 0
    let reason =
      isThere && facts.st_mode & S_IFMT != S_IFDIR
      ? "it is no folder"
      : isThere && access(path, R_OK | X_OK) == 0 ? nil : String(cString: strerror(errno))
    guard let reason else { return }
    throw Complaint(
      code: "folder_not_readable", happened: "cannot read the folder \(path.printable): \(reason)",
      next: "Name another one, or allow this user to read it.")
  }

  /// Fails when a folder that should be one user's alone is not: in a place like /tmp, others may
  /// have made it before, and could answer in our stead. One that is not there is no harm.
  static func checkOwn(_ path: String, of user: UInt32) throws(Complaint) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    let reason: String
    switch facts.st_mode & S_IFMT {
    case S_IFDIR where facts.st_uid != user: reason = "it belongs to user \(facts.st_uid)"
    case S_IFDIR where facts.st_mode & (S_IWGRP | S_IWOTH) != 0: reason = "others may write in it"
    case S_IFDIR: return
    case S_IFLNK: reason = "it is a link"
    default: reason = "it is no folder"
    }
    throw Complaint(
      code: "folder_not_trusted",
      happened: "\(path.printable) is not user \(user)'s alone: \(reason)",
      meaning: "Somebody else could answer there in the daemon's stead.",
      next: "Have it removed, or name another place: 'roast serve --listen unix:PATH', and "
        + "--socket PATH or ROAST_SOCKET for the other commands.")
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
