/// Help, written from the definitions.
enum HelpText {
  /// `roast --help`.
  static func overview(of commands: [CommandDefinition]) -> String {
    let width = commands.map(\.name.count).max() ?? 0
    let rows = commands.map { "  " + padded($0.name, width) + "  " + $0.summary }
    let exits = ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
    return """
      roast \(Version.number): reads an Aillio Bullet R1 over USB.

      Usage: roast COMMAND [OPTIONS]

      \(rows.joined(separator: "\n"))

      'roast COMMAND --help' says more; 'roast --version' tells the version.
      Exit codes: \(exits).

      """
  }

  /// `roast COMMAND --help`.
  static func page(of command: CommandDefinition) -> String {
    var text = usage(of: command) + "\n\n" + command.summary + ".\n"
    for paragraph in command.discussion { text += "\n" + wrapped(paragraph, width: 90) + "\n" }
    let rows =
      command.operands.map { ($0.name, $0.fullMeaning) }
      + (command.options + [.help]).map { (form(of: $0), $0.fullMeaning) }
    text += "\n" + table(rows)
    if !command.examples.isEmpty {
      text += "\nExamples:\n"
      for example in command.examples {
        text += "  " + example.line + "\n      " + example.meaning + "\n"
      }
    }
    return text
  }

  /// What may be given, each with its meaning; a long form has a line of its own.
  private static func table(_ rows: [(form: String, meaning: String)]) -> String {
    let width = rows.map(\.form.count).filter { $0 <= widestForm }.max() ?? 0
    let margin = String(repeating: " ", count: width + 4)
    return rows.map { form, meaning in
      let lines = wrapped(meaning, width: 100 - margin.count).split(separator: "\n")
      let first = "  " + padded(form, width) + (form.count > width ? "\n" + margin : "  ")
      return first + lines.joined(separator: "\n" + margin) + "\n"
    }.joined()
  }

  private static let widestForm = 30

  /// The one line that shows how the command is called.
  static func usage(of command: CommandDefinition) -> String {
    let operands = command.operands.map {
      ($0.isRequired ? $0.name : "[\($0.name)]") + ($0.isRepeatable ? "..." : "")
    }
    let options = command.options.map { option in
      (option.isRequired ? form(of: option) : "[\(form(of: option))]")
        + (option.isRepeatable ? "..." : "")
    }
    return folded(["Usage: roast", command.name] + operands + options)
  }

  private static func form(of option: OptionDefinition) -> String {
    "--" + option.name + (option.value.map { " " + $0 } ?? "")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Parts on as many lines as they need, none of them cut.
  private static func folded(_ parts: [String]) -> String {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + 1 + part.count <= 96 {
        lines[lines.count - 1] = last + " " + part
      } else {
        lines.append(lines.isEmpty ? part : "      " + part)
      }
    }
    return lines.joined(separator: "\n")
  }

  static func wrapped(_ text: String, width: Int) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
