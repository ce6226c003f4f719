import Daemon
import Store

extension Complaint {
  /// Why the database did not do what was asked.
  init(_ fault: StoreFault) {
    let (code, next) =
      switch fault {
      case .inUse:
        ("database_in_use", "End that daemon first, or name another database with --db.")
      case .newer: ("database_newer", "Update roast; the file was left as it is.")
      case .tampered:
        (
          "database_tampered",
          "Restore a backup ('roast restore FILE'); the file was left as it is."
        )
      case .foreign: ("database_foreign", "Name another file; this one was left as it is.")
      case .damaged: ("database_damaged", "Restore a backup ('roast restore FILE').")
      case .file:
        ("database_not_usable", "Check the folder, its permissions and the room on the disk.")
      case .sqlite, .late:
        ("database_failed", "Check the folder, its permissions and the room on the disk.")
      case .dropped, .closed, .tooMany: ("database_failed", "Try again.")
      }
    self.init(code: code, happened: fault.text.printable, next: next)
  }
}
