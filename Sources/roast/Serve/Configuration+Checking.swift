import Daemon
import Driver
import Glibc

/// What only this computer can tell of a configuration, for `--check-config`. Nothing is made, begun
/// or changed.
extension Configuration {
  /// The same, with all that would keep the daemon from running here, or from its cases, among its
  /// problems.
  func checkedHere() -> Configuration {
    var checked = self
    checked.note(.device) { () throws(Complaint) in try checkDevice() }
    checked.note(.db) { () throws(Complaint) in try Folder.checkUse(by: database) }
    for text in listen {
      checked.note(.listen) { () throws(Complaint) in try checkListener(text) }
    }
    checked.note(.listen) { () throws(Complaint) in try checkSocketFolder() }
    if let readyFile {
      checked.note(.readyFile) { () throws(Complaint) in
        try Folder.checkUse(by: readyFile, mayBeMade: false)
      }
    }
    for name in people {
      checked.note(.people) { () throws(Complaint) in _ = try Self.userID(name) }
    }
    if let cases {
      checked.note(.cases) { () throws(Complaint) in try Folder.checkReading(cases) }
    }
    checked.note(.connections) { () throws(Complaint) in try FileLimit.check(openFiles) }
    return checked
  }

  private mutating func note(_ setting: Setting, _ check: () throws(Complaint) -> Void) {
    do throws(Complaint) { try check() } catch { add(error, of: setting) }
  }

  private func checkDevice() throws(Complaint) {
    if case .replay(let path) = try DeviceChoice(named: device, of: "serve"), path != "-" {
      _ = try RecordingReader(path: path)
    }
  }

  private func checkListener(_ text: String) throws(Complaint) {
    if case .unix(let path) = try Self.listener(text) { try Folder.checkUse(by: path) }
  }
}
