import Fixtures
import Glibc
import Testing

@testable import roast

/// Manual pages, read by the programs that show them.
struct ManualPageTests {
  private static let man = "/usr/bin/man"
  private static let groff = "/usr/bin/groff"
  private static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Every page, by its name.
  private static var pages: [(name: String, roff: String)] {
    [("roast", ManualPage.overview(of: Roast.commands))]
      + Roast.commands.map { ("roast-" + $0.name, ManualPage.roff(of: $0)) }
  }

  @Test(.enabled(if: isThere(man), "man is not installed"))
  func `man shows every page without a warning, whole`() async throws {
    let folder = try TemporaryFolder()
    for page in Self.pages {
      let path = try folder.put(Array(page.roff.utf8), as: page.name + ".1")
      let run = try await Program.run(
        Self.man, ["--warnings", "-l", path],
        environment: ["LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANPAGER": "cat", "PAGER": "cat"])
      #expect(run.end == .exit(0) && run.stderr.isEmpty, "\(page.name): \(run.stderr)")
      let isOverview = page.name == "roast"
      let sections =
        ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"]
        + (isOverview ? ["COMMANDS", "FILES"] : ["EXAMPLES"])
      for section in sections {
        #expect(run.lines.contains { $0 == section }, "\(page.name) has no \(section)")
      }
    }
  }

  @Test(.enabled(if: isThere(man), "man is not installed"))
  func `a page says every word of the definition as it is typed`() async throws {
    let folder = try TemporaryFolder()
    for command in Roast.commands {
      let path = try folder.put(Array(ManualPage.roff(of: command).utf8), as: "page.1")
      let run = try await Program.run(
        Self.man, ["-l", path],
        environment: ["LC_ALL": "C", "MANWIDTH": "1000", "MANPAGER": "cat", "PAGER": "cat"])
      let shown = Set(run.stdout.split { $0 == " " || $0 == "\n" })
      let texts =
        [command.summary] + command.discussion + command.operands.map(\.fullMeaning)
        + command.options.flatMap { ["--\($0.name)", $0.value ?? "", $0.fullMeaning] }
        + command.examples.map(\.line) + command.files.flatMap { [$0.path, $0.meaning] }
        + command.variables.flatMap { [$0.name, $0.meaning] }
      for word in texts.flatMap({ $0.split(separator: " ") }).dropFirst() {
        let isThere =
          shown.contains(word) || shown.contains(word + ".") || shown.contains(word + ":")
        #expect(isThere, "\(command.name): \(word)")
      }
    }
  }

  @Test(.enabled(if: isThere(groff), "groff is not installed"))
  func `groff finds nothing to warn of`() async throws {
    for page in Self.pages {
      let run = try await Program.run(
        Self.groff, ["-ww", "-man", "-Tutf8", "-z"], input: Array(page.roff.utf8))
      #expect(run.end == .exit(0) && run.stderr.isEmpty, "\(page.name): \(run.stderr)")
    }
  }

  @Test(arguments: [
    ("--unit", "\\-\\-unit"), ("'a'", "\\(aqa\\(aq"), (".SH no", "\\&.SH no"),
    ("a\\b\n.c", "a\\eb .c"), ("~^`\"", "\\(ti\\(ha\\(ga\\(dq"), ("5 °C", "5 \\[u00B0]C"),
  ])
  func `text cannot be taken for a request`(_ text: String, _ roff: String) {
    #expect(ManualPage.escaped(text) == roff)
  }

  @Test func `the program prints its pages`() async throws {
    #expect(
      try await Built.roast(["--man"]).stdout == ManualPage.overview(of: Roast.commands))
    #expect(
      try await Built.roast(["--man", "watch"]).stdout
        == ManualPage.roff(of: WatchCommand.definition))
    let refused = try await Built.roast(["--man", "brew"])
    #expect(refused.end == .exit(64) && refused.stdout.isEmpty)
    #expect(refused.stderr.hasPrefix("roast: there is no command 'brew'\n"))
  }

  @Test func `who serves, and who asks the daemon, tells where its files are`() {
    for command in Roast.commands where command.options.contains(where: { $0.name == "socket" }) {
      #expect(command.files.contains { $0.path == DaemonPlace.systemSocket }, "\(command.name)")
    }
    let page = ManualPage.roff(of: ServeCommand.definition)
    let places = [
      DaemonPlace(variables: { _ in nil }, user: 0),
      DaemonPlace(variables: { $0 == "HOME" ? "/home/alice" : nil }, user: 1),
    ]
    for place in places.flatMap({ [$0.database, $0.configuration] }) {
      let path = place.replacing("/home/alice", with: "~")
      #expect(page.contains("\\fI\(ManualPage.escaped(path))\\fR\n"), "\(path)")
    }
  }

  @Test func `variables that stand in for options, and files, are named once`() {
    let page = ManualPage.overview(of: Roast.commands)
    for name in ["ROAST_UNIT", "ROAST_SOCKET", "XDG_DATA_HOME", "NO_COLOR"] {
      #expect(page.split(separator: "\n").count { $0 == "\\fB\(name)\\fR" } == 1, "\(name)")
    }
    for path in ["/usr/lib/udev/rules.d/70\\-roast.rules", DaemonPlace.systemSocket] {
      #expect(page.split(separator: "\n").count { $0 == "\\fI\(path)\\fR" } == 1, "\(path)")
    }
  }
}
