import Roaster

extension Console {
  /// Writes what was asked for; a reader who left has had enough.
  static func answer(_ text: String) -> ExitCode {
    out(text) || readerLeft ? .done : .failed
  }

  /// The same for programs as JSON, and for people as text.
  static func answer(
    _ json: JSON, as arguments: Arguments, text: @autoclosure () -> String
  ) -> ExitCode {
    answer(arguments.wantsJSON ? json.text + "\n" : text())
  }
}
