/// Something wrong with the configuration, for people: where, what, and what to do.
struct ConfigurationProblem: Equatable, Sendable {
  /// `/etc/roast/roast.conf, line 3`, `ROAST_SPEED` or `--speed`.
  var place: String
  var happened: String
  var next: String

  var text: String { "\(place): \(happened). \(next)" }
}

extension ConfigurationProblem {
  /// A value that is none of the setting's.
  init(value: String, of setting: Setting, at place: String) {
    let shown = value.isEmpty ? "nothing" : "'\(value.printable)'"
    self.init(
      place: place, happened: "'\(setting.key)' is \(shown)", next: "Expected \(setting.expected).")
  }

  /// What is wrong with the file at that path.
  init(_ problem: ConfigurationFile.Problem, path: String) {
    func at(_ line: Int) -> String { "\(path), line \(line)" }
    switch problem {
    case .tooLong(let bytes):
      self.init(
        place: path,
        happened: "it has \(bytes) bytes, more than the \(ConfigurationFile.mostBytes) of any "
          + "configuration",
        next: "Check that it is the right file.")
    case .notText(let line):
      self.init(
        place: at(line), happened: "it holds what no text has, so none of it was read",
        next: "Check that it is the right file; text is UTF-8.")
    case .noEqualsSign(let line, let text):
      self.init(
        place: at(line), happened: "'\(text.prefix(60))' has no equals sign",
        next: "Write KEY = VALUE, or # before a comment.")
    case .unknownKey(let line, let key):
      let near = Setting.allCases.map(\.key).min {
        Arguments.distance($0, key) < Arguments.distance($1, key)
      }
      let meant = near.flatMap { Arguments.distance($0, key) <= 2 ? $0 : nil }
      let known = Setting.allCases.map(\.key).joined(separator: ", ")
      self.init(
        place: at(line), happened: "there is no setting '\(key.prefix(60))'",
        next: meant.map { "Did you mean \($0)?" } ?? "There are: \(known).")
    case .noValue(let line, let setting):
      self.init(
        place: at(line), happened: "'\(setting.key)' has no value",
        next: "Expected \(setting.expected); or leave the line out.")
    case .badValue(let line, let setting, let value):
      self.init(value: value, of: setting, at: at(line))
    case .duplicate(let line, let setting, let first):
      self.init(
        place: at(line), happened: "'\(setting.key)' is already set in line \(first)",
        next: "Keep one of the two lines.")
    case .badQuotes(let line, let setting):
      self.init(
        place: at(line), happened: "the quotes of '\(setting.key)' are not right",
        next:
          "Write \"VALUE\" and nothing but a comment after it; \\\" and \\\\ stand for \" and \\.")
    }
  }
}
