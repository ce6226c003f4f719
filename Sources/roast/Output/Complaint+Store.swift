import Glibc
import Store

extension Complaint {
  /// Why the database did not do what was asked.
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
          "Name another file; this one was left as it is."
        )
      case .damaged(let path, let findings):
        (
          "database_damaged", "\(path) is damaged: \(findings.first ?? "it contradicts itself")",
          "Restore a backup ('roast restore FILE')."
        )
      case .file(let operation, let path, let number):
        (
          "database_not_usable",
          "cannot \(operation) \(path): \(String(cString: strerror(number)))",
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
    self.init(code: code, happened: happened.printable, next: next.printable)
  }
}
