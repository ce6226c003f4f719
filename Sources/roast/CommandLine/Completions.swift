/// What teaches a shell to complete the words of `roast`, written from the definitions.
enum Completions: String, CaseIterable {
  case bash, zsh, fish

  /// The shell of that name.
  init(for name: String?) throws(Complaint) {
    guard let shell = name.flatMap(Self.init(rawValue:)) else {
      throw Complaint(
        code: "usage",
        happened: name.map { "there are no completions for '\($0)'" }
          ?? "--completions needs a shell",
        next: "Shells: \(Self.allCases.map(\.rawValue).joined(separator: ", ")).", exit: .usage)
    }
    self = shell
  }

  func script(for commands: [CommandDefinition]) -> String {
    switch self {
    case .bash: Self.bash(for: commands)
    case .zsh: Self.zsh(for: commands)
    case .fish: Self.fish(for: commands)
    }
  }

  /// What `roast` takes in place of a command.
  static let ownWords: [(word: String, meaning: String)] = [
    ("help", "what a command does"), ("--help", "what the commands are"),
    ("--version", "the version"), ("--man", "a manual page"),
    ("--completions", "completions for a shell"),
  ]

  /// Between single quotes, for all three shells.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  static func quoted(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}

extension CommandDefinition {
  /// Its options and the one that every command has.
  var allOptions: [OptionDefinition] { options + [.help] }
}
