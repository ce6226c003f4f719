import Fixtures
import Glibc
import Testing

@testable import roast

/// Completions, asked of the shells themselves.
struct CompletionsTests {
  /// A line, and some of what a shell must offer at its end; nothing else where `alone`.
  struct Question: Sendable, CustomTestStringConvertible {
    var line: String
    var offered: [String]
    var alone = true
    var testDescription: String { line }
  }

  static let questions: [Question] = [
    Question(line: "roast wa", offered: ["watch"]),
    Question(line: "roast ", offered: Roast.commands.map(\.name) + ["help"], alone: false),
    Question(line: "roast help wat", offered: ["watch"]),
    Question(line: "roast --man sim", offered: ["simulate"]),
    Question(line: "roast --completions ", offered: ["bash", "zsh", "fish"]),
    Question(
      line: "roast watch --",
      offered: [
        "--device", "--socket", "--token", "--for", "--speed", "--unit", "--json", "--help",
      ]),
    Question(line: "roast watch --unit ", offered: ["C", "F"]),
    Question(line: "roast watch --speed m", offered: ["max"]),
    Question(line: "roast watch --for ", offered: []),
    Question(line: "roast watch --device us", offered: ["usb", "usb:"]),
    Question(line: "roast watch --device twin:med", offered: ["twin:medium"]),
    Question(line: "roast watch --device=twin:med", offered: ["twin:medium"]),
    Question(line: "roast watch --device replay:FOLDER/on", offered: ["replay:FOLDER/one.rec"]),
    Question(line: "roast watch --device twin@FOLDER/on", offered: ["twin@FOLDER/one.rec"]),
    Question(line: "roast simulate --noise o", offered: ["on", "off"]),
    Question(line: "roast simulate --machine note-m", offered: ["note-m1", "note-m2"]),
    Question(line: "roast record --out FOLDER/t", offered: ["FOLDER/two.rec"]),
    Question(line: "roast panel kn", offered: ["knob"]),
    Question(line: "roast panel --twin FOLDER/x kn", offered: ["knob"]),
    Question(line: "roast panel knob ", offered: []),
    Question(line: "roast decode --json FOLDER/o", offered: ["FOLDER/one.rec"]),
  ]

  @Test(.enabled(if: isThere("/bin/bash"), "bash is not installed"))
  func `bash completes`() async throws {
    let script = """
      source "$1"
      complete -p roast
      COMP_LINE=$2 COMP_POINT=${#2}
      COMP_WORDS=($2) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _roast roast "" ""
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    try await ask(.bash, "/bin/bash", ["--norc", "-c", script, "bash"]) { lines in
      #expect(lines.first == "complete -F _roast roast")
      return Array(lines.dropFirst())
    }
  }

  @Test(.enabled(if: isThere("/usr/bin/fish"), "fish is not installed"))
  func `fish completes`() async throws {
    try await ask(
      .fish, "/usr/bin/fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]"]
    ) { lines in lines.map { String($0.prefix { $0 != "\t" }) } }
  }

  @Test(.enabled(if: isThere("/usr/bin/zsh"), "zsh is not installed"))
  func `zsh completes`() async throws {
    try await ask(.zsh, "/usr/bin/zsh", ["-f", "-c", Self.zshQuestion, "zsh"]) { $0 }
  }

  /// Asks a shell every question; `read` turns its lines of output into what it offers.
  private func ask(
    _ shell: Completions, _ path: String, _ words: [String], read: ([String]) -> [String]
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.put([], as: "one.rec")
    try folder.put([], as: "two.rec")
    let script = try folder.put(Array(shell.script(for: Roast.commands).utf8), as: "_roast")
    for question in Self.questions {
      let line = question.line.replacing("FOLDER", with: folder.path)
      let run = try await Program.run(path, words + [script, line], environment: ["TERM": "dumb"])
      #expect(run.end == .exit(0) && run.stderr.isEmpty, "\(line): \(run.stderr)")
      let offered = Set(read(run.lines.map(String.init)).map(Self.lastPart).filter { !$0.isEmpty })
      let wanted = Set(
        question.offered.map { Self.lastPart($0.replacing("FOLDER", with: folder.path)) })
      #expect(offered.isSuperset(of: wanted), "\(line): \(offered)")
      if question.alone { #expect(offered == wanted, "\(line)") }
    }
  }

  /// Shells tell a different share of what is typed already; the end is the same for all.
  private static func lastPart(_ word: String) -> String {
    let body = word.last.map { ":@".contains($0) } == true ? word.dropLast() : word[...]
    let start = body.lastIndex { ":@=/".contains($0) }.map { word.index(after: $0) }
    return String(word[(start ?? word.startIndex)...])
  }

  private static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Types the line and a tab into a zsh on a terminal of its own, and prints what it would offer.
  private static let zshQuestion = #"""
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PROMPT=; fpath=(${1:h} \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w z 'compadd() {
      if [[ " ${@[1,(i)(-|--)]}" == *" "-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
      local -a hits
      local hit
      builtin compadd -A hits "$@"
      for hit in $hits; do print -r -- "<$hit>"; done
      builtin compadd "$@"
    }
    end-of-offer() { print -r "<<end>>" }
    comppostfuncs=(end-of-offer)
    zle -C ask complete-word _generic
    bindkey "^I" ask
    print "<<start>>"'
    while zpty -r z line; do [[ $line == *"<<start>>"* && $line != *print* ]] && break; done
    zpty -w -n z "$2"$'\t'
    while zpty -r z line; do
      [[ $line == *"<<end>>"* ]] && break
      print -r -- $line
    done | tr -d '\r' | grep -o '<[^<>]*>' | tr -d '<>'
    zpty -d z
    exit 0
    """#

  @Test func `what may be offered is read from how a definition writes it`() {
    func offer(_ value: String, _ suggestions: [String] = []) -> [[String]] {
      let offer = ValueOffer(
        for: OptionDefinition(name: "o", value: value, meaning: "", suggestions: suggestions))
      return [offer.words, offer.prefixes, offer.filePrefixes]
    }
    #expect(offer("csv|json|svg") == [["csv", "json", "svg"], [], []])
    #expect(offer("N|max") == [["max"], [], []])
    #expect(offer("C|F") == [[], [], []])
    #expect(offer("C|F", ["C", "F"]) == [["C", "F"], [], []])
    #expect(offer("SECONDS") == [[], [], []])
    #expect(offer("FILE.csv|.json") == [[], [], [""]])
    #expect(offer("NAME|FILE", ["medium"]) == [["medium"], [], [""]])
    #expect(offer("unix:PATH|ADDRESS:PORT") == [[], ["unix:"], ["unix:"]])
    #expect(offer("usb[:SERIAL]", ["usb", "usb:SERIAL"]) == [["usb"], ["usb:"], []])
    #expect(
      ValueOffer(for: OperandDefinition(name: "ACTION", meaning: "", choices: ["a", "b"])).words
        == ["a", "b"])
    #expect(ValueOffer(for: OperandDefinition(name: "ID", meaning: "")).isEmpty)
  }

  @Test func `an option that may be repeated is offered again`() async throws {
    let command = CommandDefinition(
      name: "serve", summary: "Serve",
      options: [
        OptionDefinition(name: "listen", value: "WHERE", meaning: "where", isRepeatable: true),
        OptionDefinition(name: "db", value: "PATH", meaning: "what"),
      ],
      run: { (_) async throws(Complaint) in .done })
    let script =
      Completions.bash(for: [command]) + """
        COMP_LINE='roast serve --listen a --db b --' COMP_POINT=33
        _roast
        echo "${COMPREPLY[@]}"
        """
    let run = try await Program.run("/bin/bash", ["--norc"], input: Array(script.utf8))
    #expect(run.stdout == "--listen --help\n")
  }

  @Test func `the program prints them, and names the shells it knows`() async throws {
    for shell in Completions.allCases {
      let run = try await Built.roast(["--completions", shell.rawValue])
      #expect(run.stdout == shell.script(for: Roast.commands))
    }
    let unknown = try await Built.roast(["--completions", "tcsh"])
    #expect(unknown.end == .exit(64))
    #expect(unknown.stderr.contains("Shells: bash, zsh, fish."))
    #expect(try await Built.roast(["--completions"]).end == .exit(64))
  }
}
