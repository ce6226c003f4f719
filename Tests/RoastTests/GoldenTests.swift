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
    for command in commands { now.append(try await Transcript(of: command).text) }
    try Self.compare(now.joined(separator: "\n"), with: path, golden)
  }

  @Test func `what the commands that ask the daemon say is what the golden file says`() async throws
  {
    let daemon = try ScriptedDaemon { DaemonDocuments.reply(to: $0) }
    let path = "cli/daemon.txt"
    let golden = String(decoding: Fixtures.bytes(path), as: UTF8.self)
    let commands = golden.split(separator: "\n").filter { $0.hasPrefix("$ ") }
    #expect(!commands.isEmpty)
    var now: [String] = []
    for command in commands {
      let transcript = try await Transcript(
        of: command, environment: ["ROAST_SOCKET": daemon.path, "ROAST_TOKEN": nil, "TZ": "UTC"])
      now.append(transcript.text.replacing(daemon.path, with: "SOCKET"))
    }
    try Self.compare(now.joined(separator: "\n"), with: path, golden)
  }

  private static func compare(_ text: String, with path: String, _ golden: String) throws {
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(text.utf8).write(to: URL(filePath: Fixtures.path(path)))
    } else {
      for (said, wanted) in zip(blocks(text), blocks(golden)) { #expect(said == wanted) }
      #expect(text == golden)
    }
  }

  private static func blocks(_ text: String) -> [String] {
    text.split(separator: "\n$ ").map(String.init)
  }
}
