import Daemon
import Glibc
import Store

extension Complaint {
  /// Why there is no database to write to.
  init(_ fault: StoreFault) {
    let (code, happened, next): (String, String, String) =
      switch fault {
      case .inUse(let path, let process):
        (
          "database_in_use",
          "\(path) is written by another process" + (process.map { " (\($0))" } ?? ""),
          "End that daemon first, or name another database with --db."
        )
      case .newer(let path, let version, let known):
        (
          "database_newer", "\(path) was made by a newer roast (schema \(version), known \(known))",
          "Update roast; the file was left as it is."
        )
      case .tampered(let path, let version):
        (
          "database_tampered", "migration \(version) in \(path) is not the one of this program",
          "Restore a backup ('roast restore FILE'); the file was left as it is."
        )
      case .foreign(let path):
        (
          "database_foreign", "\(path) is a database of another program",
          "Name another file with --db; this one was left as it is."
        )
      case .damaged(let path, let findings):
        (
          "database_damaged", "\(path) is damaged: \(findings.first ?? "it contradicts itself")",
          "Restore a backup ('roast restore FILE')."
        )
      case .file(let operation, let path, let number):
        (
          "database_not_usable",
          "cannot \(operation) \(path): \(Self.systemText(number))",
          "Check the folder, its permissions and the room on the disk."
        )
      case .sqlite(let failure), .late(let failure):
        (
          "database_failed", "the database fails: \(failure.message)",
          "Check the folder, its permissions and the room on the disk."
        )
      case .dropped, .closed, .tooMany:
        ("database_failed", "the database did not take it", "Try again.")
      }
    self.init(code: code, happened: happened.printable, next: next)
  }

  /// Why it cannot listen.
  init(_ fault: ServerFault) {
    guard case .listener(let place, let problem) = fault else {
      self.init(
        code: "cannot_listen", happened: "the system has no threads left for the server",
        next: "End other programs, and try again.")
      return
    }
    let (why, next) =
      switch problem {
      case .inUse: ("another program listens there", "End it, or choose another place.")
      case .denied: ("this user may not", "Choose a place of your own; ports below 1024 are root's.")
      case .noFolder: ("its folder is not there", "Make the folder, or choose another place.")
      case .unusable: ("it is no place to listen at", "Choose a shorter path, or an address.")
      case .notASocket: ("something else lies there", "Move it away, or choose another path.")
      case .noSuchAddress: ("this machine does not have that address", "Choose one of its own.")
      case .failed(let number): (Self.systemText(number), "Choose another place.")
      }
    self.init(
      code: "cannot_listen", happened: "cannot listen at \("\(place)".printable): \(why)", next: next)
  }

  private static func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }
}
