extension Configuration {
  /// The flags of `roast serve`.
  static let options: [OptionDefinition] =
    [
      OptionDefinition(
        name: "config", value: "FILE",
        meaning:
          "the configuration file; default: ROAST_CONFIG, which may name several with colons, of "
          + "which the first there is counts, else roast.conf in /etc/roast or in ~/.config/roast",
        environment: "ROAST_CONFIG"),
      OptionDefinition(
        name: "check-config",
        meaning:
          "only show what is set, where each setting comes from, and what is wrong or cannot be here"
      ),
    ] + Setting.allCases.map(\.option) + [.json]
}

extension Setting {
  /// Its flag.
  fileprivate var option: OptionDefinition {
    switch self {
    case .device:
      option("DEVICE", OptionDefinition.device.meaning, OptionDefinition.device.suggestions)
    case .db: option("PATH", "the database; default: roast.db in the state folder")
    case .listen:
      option(
        "unix:PATH|ADDRESS:PORT",
        "where to listen; there is always a Unix socket, which clients find by themselves")
    case .readyFile: option("PATH", "a file that is written when it serves")
    case .speed: option("N|max", OptionDefinition.speed.meaning)
    case .people:
      option("USERS", "who may mark and edit: names or ids, with commas; default: who starts it")
    case .allowHost: option("NAME", "a name under which browsers may reach it")
    case .unit: option("C|F", "temperatures on the page, unless the browser says otherwise")
    case .cases:
      option(
        "FOLDER",
        "the golden cases that the page judges roasts by; default Specs/golden, else those installed "
          + "with the program")
    case .machine:
      option(
        "m1|m2",
        "whose parameters the model has that forecasts, rehearses and pilots; also note-m1, note-m2; "
          + "default m1", ["note-m1", "note-m2"])
    case .room: option("C", "the room temperature that the model takes; default 22")
    case .onEvent:
      option(
        "COMMAND",
        "gets states, landmarks, warnings, anomalies, alarms, aborts, changes of autonomy and of the "
          + "link, but no changes of levels, as JSON on its standard input")
    case .keepFramesDays: option("DAYS", "how long to keep raw frames; default 30")
    case .keepIdleDays: option("DAYS", "how long to keep every point between roasts; default 7")
    case .logLevel: option(Self.logLevels.joined(separator: "|"), "how much to say; default info")
    case .requestsPerSecond: option("N", "how many requests a second one client may make")
    case .connections:
      option("N", "how many connections there may be; default 400, of one client 250")
    }
  }

  private func option(
    _ value: String, _ meaning: String, _ suggestions: [String] = []
  ) -> OptionDefinition {
    OptionDefinition(
      name: flag, value: value, meaning: meaning, isRepeatable: isList && self != .people,
      environment: variable, suggestions: suggestions)
  }
}
