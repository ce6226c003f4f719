import Fixtures

/// A command as a golden file shows it: what it wrote and returned.
struct Transcript {
  let text: String

  /// Runs a line `$ roast WORD ...` in Tests/Fixtures. A word may stand in single quotes.
  init(of command: Substring, environment: [String: String?] = [:]) async throws {
    let words = Self.words(of: command).dropFirst(2)
    let run = try await Program.run(
      "/usr/bin/env", ["-C", Fixtures.path(""), Built.roastPath] + words,
      environment: Built.plainly.merging(environment) { $1 })
    let end = if case .exit(let code) = run.end { "[\(code)]\n" } else { "\(run.end)\n" }
    text = command + "\n" + Self.marked(run.stdout, "|") + Self.marked(run.stderr, "!") + end
  }

  private static func words(of line: Substring) -> [String] {
    let pieces = line.split(separator: "'", omittingEmptySubsequences: false)
    return pieces.enumerated().flatMap { index, piece in
      index % 2 == 1 ? [String(piece)] : piece.split(separator: " ").map(String.init)
    }
  }

  private static func marked(_ text: String, _ mark: String) -> String {
    guard !text.isEmpty else { return "" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isWhole = lines.last?.isEmpty == true
    if isWhole { lines.removeLast() }
    return lines.map { $0.isEmpty ? mark + "\n" : mark + " " + $0 + "\n" }.joined()
      + (isWhole ? "" : mark + "(no end of line)\n")
  }
}
