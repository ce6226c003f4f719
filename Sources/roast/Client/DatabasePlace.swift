import Glibc
import Roaster

/// The database that a command on this computer means: the one that is named, else that of the
/// daemon that runs, else that which `roast serve` would use.
struct DatabasePlace {
  let path: String

  static let option = OptionDefinition(
    name: "db", value: "PATH", meaning: "the database; default that of 'roast serve'",
    environment: "ROAST_DB")
  static let options: [OptionDefinition] = [option, .socket, .token, .json]

  init(path: String) { self.path = path }

  init(_ arguments: Arguments) throws(Complaint) {
    if let path = arguments.value("db") {
      self.path = path
    } else if let client = try DaemonClient(ifRunning: arguments),
      let path = try client.document("GET", "/v1/status")["store"]?["path"]?.stringValue
    {
      self.path = path
    } else {
      path = try Configuration(arguments).database
    }
  }

  /// Fails when there is none.
  func require() throws(Complaint) {
    guard access(path, F_OK) == 0 else {
      throw Complaint(
        code: "no_database",
        happened: "there is no database at \(path.printable): \(String(cString: strerror(errno)))",
        next: "Name it with --db; the daemon's is only for the user that it runs as, and for root.")
    }
  }

  /// Gives what root has made here to whom the folder belongs to, so that the daemon can use it.
  func giveToOwner() {
    let folder =
      path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    var facts = stat()
    guard geteuid() == 0, stat(folder.isEmpty ? "/" : folder, &facts) == 0, facts.st_uid != 0 else {
      return
    }
    for suffix in ["", "-wal", "-shm", ".lock"] { chown(path + suffix, facts.st_uid, facts.st_gid) }
  }
}
