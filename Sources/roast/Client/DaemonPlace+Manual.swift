/// What manual pages say of the daemon's places.
extension DaemonPlace {
  typealias Entry = (path: String, meaning: String)
  typealias Variable = (name: String, meaning: String)

  /// The files of those who ask the daemon.
  static let socketFiles: [Entry] = [
    (
      systemSocket,
      "where the daemon of the system is asked; that of roast@SERIAL.service is in a folder "
        + "SERIAL beside it"
    ),
    ("$XDG_RUNTIME_DIR/roast/roast.sock", "where a user's own daemon is asked, before that one"),
  ]

  /// The files of those who open the database themselves.
  static let databaseFiles: [Entry] = [
    (
      "/var/lib/roast/roast.db",
      "the roasts, of root and of the system's daemon; those of roast@SERIAL.service are in a "
        + "folder SERIAL beside it"
    ),
    ("~/.local/share/roast/roast.db", "the roasts of a user's own daemon"),
  ]

  /// The files that set how the daemon runs.
  static let configurationFiles: [Entry] = [
    ("/etc/roast/roast.conf", "the configuration, for root and for the system's daemon"),
    ("~/.config/roast/roast.conf", "the configuration of a user's own daemon"),
    ("/usr/share/roast/roast.conf", "an example; may also be in /usr/local/share/roast"),
  ]

  /// Where a socket lies by the environment.
  static let socketVariables: [Variable] = [
    ("XDG_RUNTIME_DIR", "Where a user's own socket is; else in /tmp/roast-UID.")
  ]

  /// Where a database and a configuration lie by the environment.
  static let databaseVariables: [Variable] = [
    ("XDG_DATA_HOME", "Where a user's own database is, in place of ~/.local/share."),
    ("XDG_CONFIG_HOME", "Where a user's own configuration is, in place of ~/.config."),
    ("STATE_DIRECTORY", "Where a service of systemd has its database."),
  ]

  /// What systemd tells those whom it runs.
  static let serviceVariables: [Variable] = [
    ("ROAST_SOCKET", "The Unix socket, where no --listen names one."),
    ("RUNTIME_DIRECTORY", "Where a service of systemd has its socket."),
    ("NOTIFY_SOCKET, WATCHDOG_USEC", "Where systemd hears of readiness and of signs of life."),
  ]
}
