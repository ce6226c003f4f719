import Fixtures
import FoundationEssentials
import Testing

/// What the program says, word for word: the triples of Tests/Fixtures/cli.
///
/// A file holds commands, run in Tests/Fixtures, each with what it must write and return: `| ` begins
/// a line of standard output, `! ` one of standard error, `[n]` is the exit code.
/// `ROAST_REFRESH=1 swift test --filter GoldenTests` writes the files anew; read the diff.
struct GoldenTests {
  @Test(arguments: ["help", "usage", "complaints", "decode"])
  func `what the program says is what the golden file says`(_ name: String) async throws {
    let path = "cli/\(name).txt"
    let golden = String(decoding: Fixtures.bytes(path), as: UTF8.self)
    let commands = golden.split(separator: "\n").filter { $0.hasPrefix("$ ") }
    #expect(!commands.isEmpty)
    var now: [String] = []
    for command in commands { now.append(try await transcript(of: command)) }
    let text = now.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(text.utf8).write(to: URL(filePath: Fixtures.path(path)))
    } else {
      for (said, wanted) in zip(Self.blocks(text), Self.blocks(golden)) { #expect(said == wanted) }
      #expect(text == golden)
    }
  }

  private func transcript(of command: Substring) async throws -> String {
    let words = command.split(separator: " ").dropFirst(2).map(String.init)
    let run = try await Program.run(
      "/usr/bin/env", ["-C", Fixtures.path(""), Built.roastPath] + words,
      environment: Built.plainly)
    var text = command + "\n" + Self.marked(run.stdout, "|") + Self.marked(run.stderr, "!")
    if case .exit(let code) = run.end { text += "[\(code)]\n" } else { text += "\(run.end)\n" }
    return text
  }

  private static func marked(_ text: String, _ mark: String) -> String {
    guard !text.isEmpty else { return "" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isWhole = lines.last?.isEmpty == true
    if isWhole { lines.removeLast() }
    return lines.map { $0.isEmpty ? mark + "\n" : mark + " " + $0 + "\n" }.joined()
      + (isWhole ? "" : mark + "(no end of line)\n")
  }

  private static func blocks(_ text: String) -> [String] {
    text.split(separator: "\n$ ").map(String.init)
  }
}
