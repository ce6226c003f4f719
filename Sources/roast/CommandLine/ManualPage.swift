/// Manual pages in roff's man macros, written from the definitions.
enum ManualPage {
  /// What `roast` takes before any command.
  private static let ownOptions: [(form: String, meaning: String)] = [
    ("--help", "what the commands are"),
    ("--version", "the version"),
    ("--man [COMMAND]", "a manual page such as this one, as roff"),
    ("--completions bash|zsh|fish", "what teaches a shell to complete this program's words"),
  ]

  /// Variables that stand in for no option.
  private static let ownVariables = [
    (name: "NO_COLOR", meaning: "When set, pictures on a terminal come without colour.")
  ]

  /// roast(1).
  static func overview(of commands: [CommandDefinition]) -> String {
    let name = heading("ROAST") + section("NAME", line("roast - read an Aillio Bullet R1 over USB"))
    let synopsis = section(
      "SYNOPSIS", ".SY roast\n\(placeholder("COMMAND"))\n[\(placeholder("OPTIONS"))]\n.YS\n")
    let description = section(
      "DESCRIPTION",
      line(
        "Drives an Aillio Bullet R1 coffee roaster over USB. Each command has a page of its own, "
          + "and 'roast COMMAND --help' says the same in short."))
    let list = section(
      "COMMANDS", commands.map { tagged(reference(to: $0), $0.summary + ".") }.joined())
    let options = section(
      "OPTIONS", ownOptions.map { tagged(literal($0.form), $0.meaning) }.joined())
    return name + synopsis + description + list + options + exitStatus
      + environment(of: commands) + files(of: commands)
      + section("SEE ALSO", seeAlso(commands.map(reference)))
  }

  /// roast-COMMAND(1).
  static func roff(of command: CommandDefinition) -> String {
    heading("ROAST-" + command.name.uppercased())
      + section("NAME", line("roast-\(command.name) - \(lowercasedFirst(command.summary))"))
      + section("SYNOPSIS", synopsis(of: command))
      + section("DESCRIPTION", paragraphs([command.summary + "."] + command.discussion))
      + section("ARGUMENTS", command.operands.map(entry).joined())
      + section("OPTIONS", (command.options + [.help]).map(entry).joined())
      + section("EXAMPLES", command.examples.map(example).joined())
      + exitStatus + environment(of: [command]) + files(of: [command])
      + section("SEE ALSO", seeAlso(["\\fBroast\\fR(1)"]))
  }

  // MARK: Sections

  private static func heading(_ title: String) -> String {
    ".\\\" Written by 'roast --man' from the definitions behind --help.\n"
      + ".TH \(escaped(title)) 1 \"\" \"\(escaped(Version.program))\" \"User Commands\"\n"
  }

  /// Nothing when there is nothing in it.
  private static func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : ".SH \(title)\n" + body
  }

  private static func synopsis(of command: CommandDefinition) -> String {
    let operands = command.operands.map {
      $0.isRequired ? placeholder($0.name) : "[\(placeholder($0.name))]"
    }
    let options = command.options.map { option in
      let form = form(of: option).replacing(" ", with: "\\ ")
      return (option.isRequired ? form : "[\(form)]") + (option.isRepeatable ? "..." : "")
    }
    return ".SY \"roast \(escaped(command.name))\"\n"
      + (operands + options).map { $0 + "\n" }.joined() + ".YS\n"
  }

  private static func entry(_ operand: OperandDefinition) -> String {
    tagged(placeholder(operand.name), operand.fullMeaning)
  }

  private static func entry(_ option: OptionDefinition) -> String {
    tagged(form(of: option), option.fullMeaning)
  }

  private static func example(_ example: (line: String, meaning: String)) -> String {
    ".PP\n" + line(example.meaning + ":") + ".RS 4\n.EX\n" + line(example.line) + ".EE\n.RE\n"
  }

  private static let exitStatus = section(
    "EXIT STATUS",
    ExitCode.allCases.map { tagged("\($0.rawValue)", $0.meaning) }.joined())

  private static func environment(of commands: [CommandDefinition]) -> String {
    var rows: [(name: String, meaning: String)] = []
    for option in commands.flatMap(\.options) {
      guard let name = option.environment, !rows.contains(where: { $0.name == name }) else {
        continue
      }
      rows.append((name, "Stands in for --\(option.name)."))
    }
    for variable in commands.flatMap(\.variables) + ownVariables
    where !rows.contains(where: { $0.name == variable.name }) {
      rows.append(variable)
    }
    return section("ENVIRONMENT", rows.map { tagged(literal($0.name), $0.meaning) }.joined())
  }

  private static func files(of commands: [CommandDefinition]) -> String {
    var rows: [(path: String, meaning: String)] = []
    for file in commands.flatMap(\.files) where !rows.contains(where: { $0.path == file.path }) {
      rows.append(file)
    }
    return section(
      "FILES",
      rows.map { tagged("\\fI\(escaped($0.path))\\fR", $0.meaning) }.joined())
  }

  // MARK: Roff

  private static func form(of option: OptionDefinition) -> String {
    literal("--" + option.name) + (option.value.map { " " + placeholder($0) } ?? "")
  }

  private static func literal(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
  private static func placeholder(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  private static func reference(to command: CommandDefinition) -> String {
    "\\fBroast\\-\(escaped(command.name))\\fR(1)"
  }

  private static func seeAlso(_ references: [String]) -> String {
    references.joined(separator: ",\n") + "\n"
  }

  /// A paragraph under a tag; the tag is roff already.
  private static func tagged(_ tag: String, _ text: String) -> String {
    ".TP\n\(tag)\n" + line(text)
  }

  private static func paragraphs(_ texts: [String]) -> String {
    texts.map(line).joined(separator: ".PP\n")
  }

  private static func line(_ text: String) -> String { escaped(text) + "\n" }

  /// The text with nothing left in it that roff would take for a request.
  static func escaped(_ text: String) -> String {
    var roff = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": roff += "\\e"
      case "\n": roff += " "
      case "-": roff += "\\-"
      case "'": roff += "\\(aq"
      case "`": roff += "\\(ga"
      case "^": roff += "\\(ha"
      case "~": roff += "\\(ti"
      case "\"": roff += "\\(dq"
      case _ where scalar.isASCII: roff.unicodeScalars.append(scalar)
      default: roff += "\\[u\(hexDigits(scalar.value))]"
      }
    }
    return roff.hasPrefix(".") ? "\\&" + roff : roff
  }

  private static func hexDigits(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func lowercasedFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}
