import Glibc

/// Where the daemon's socket, database and configuration lie unless somebody says otherwise; the
/// same for `roast serve` and for those who look for it.
struct DaemonPlace: Sendable {
  /// What a variable of the environment says; nil when it is unset or empty.
  typealias Variables = @Sendable (String) -> String?

  private let variables: Variables
  private let user: UInt32

  /// The places of this process's user, by its environment.
  init(
    variables: @escaping Variables = { Environment.value($0) }, user: UInt32 = UInt32(getuid())
  ) {
    self.variables = variables
    self.user = user
  }

  /// The socket of a daemon that runs as a service of the system.
  static let systemSocket = "/run/roast/roast.sock"

  /// The socket that `roast serve` listens on and this user's commands look at first.
  var socket: String {
    if let path = variables("ROAST_SOCKET") { return path }
    if let folder = folder("RUNTIME_DIRECTORY") { return folder + "/roast.sock" }
    if user == 0 { return Self.systemSocket }
    if let folder = folder("XDG_RUNTIME_DIR") { return folder + "/roast/roast.sock" }
    return "/tmp/roast-\(user)/roast.sock"
  }

  /// Fails when the folder of the default socket is not this user's alone. Where somebody says where
  /// the socket is, or the system makes its folder, it is theirs to say.
  func checkSocketFolder() throws(Complaint) {
    guard variables("ROAST_SOCKET") == nil, folder("RUNTIME_DIRECTORY") == nil, user != 0 else {
      return
    }
    try Folder.checkOwn(Folder.around(socket), of: user)
  }

  /// Where a command looks for the daemon, in order: where it is told to and nowhere else, or at
  /// the user's own socket and then at the system's.
  func sockets(asked path: String? = nil) -> [String] {
    if let path { return [path] }
    let isAsked = variables("ROAST_SOCKET") != nil
    return isAsked || socket == Self.systemSocket ? [socket] : [socket, Self.systemSocket]
  }

  var database: String {
    if let folder = folder("STATE_DIRECTORY") { return folder + "/roast.db" }
    if user == 0 { return "/var/lib/roast/roast.db" }
    return (folder("XDG_DATA_HOME") ?? home + "/.local/share") + "/roast/roast.db"
  }

  var configuration: String {
    if user == 0 || variables("STATE_DIRECTORY") != nil { return "/etc/roast/roast.conf" }
    return (folder("XDG_CONFIG_HOME") ?? home + "/.config") + "/roast/roast.conf"
  }

  private var home: String {
    if let home = folder("HOME") { return home }
    guard let entry = getpwuid(user), let home = entry.pointee.pw_dir else { return "" }
    return String(cString: home)
  }

  /// The first folder that a variable names; systemd separates several by colons.
  private func folder(_ name: String) -> String? {
    guard let first = variables(name)?.split(separator: ":").first, first.hasPrefix("/") else {
      return nil
    }
    return first == "/" ? "" : String(first.hasSuffix("/") ? first.dropLast() : first)
  }
}
