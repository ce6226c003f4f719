import Daemon

/// What the daemon needs of this computer, looked at before it makes or opens anything of its own:
/// what cannot be leaves nothing behind.
struct Preflight {
  /// The users who are owners.
  let people: Set<UInt32>
  let listeners: [Listener]

  init(_ configuration: Configuration) throws(Complaint) {
    people = try configuration.userIDs()
    listeners = try configuration.listeners()
    try FileLimit.make(room: configuration.openFiles)
    try configuration.checkSocketFolder()
    for case .unix(let path) in listeners { try Folder.checkUse(by: path) }
    if let file = configuration.readyFile { try Folder.checkUse(by: file, mayBeMade: false) }
    do throws(ServerFault) { try HTTPServer.check(listeners) } catch { throw Complaint(error) }
  }
}
