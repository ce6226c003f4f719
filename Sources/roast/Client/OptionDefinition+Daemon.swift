extension OptionDefinition {
  static let socket = OptionDefinition(
    name: "socket", value: "PATH",
    meaning: "the daemon's socket; default: ROAST_SOCKET, else that of 'serve'",
    environment: "ROAST_SOCKET")
  static let token = OptionDefinition(
    name: "token", value: "TOKEN", meaning: "who asks; default: ROAST_TOKEN, else this user",
    environment: "ROAST_TOKEN")

  /// What every command that asks the daemon takes.
  static let asking: [OptionDefinition] = [.socket, .token, .json]
}
