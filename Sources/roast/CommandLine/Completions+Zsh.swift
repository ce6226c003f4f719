extension Completions {
  /// For zsh's completion system; the file is called _roast.
  static func zsh(for commands: [CommandDefinition]) -> String {
    let described = commands.map { "      " + quoted($0.name + ":" + $0.summary) }
    var functions: [String] = []
    var cases: [String] = []
    for command in commands {
      var specs: [String] = []
      for option in command.allOptions {
        let (action, function) = zshAction(
          ValueOffer(for: option), named: "_roast_\(command.name)_\(option.name)")
        functions += function
        specs.append(zshSpec(of: option, action))
      }
      for (index, operand) in command.operands.enumerated() {
        let (action, function) = zshAction(
          ValueOffer(for: operand), named: "_roast_\(command.name)_\(index + 1)")
        functions += function
        let colons = operand.isRequired ? ":" : "::"
        specs.append("\(index + 1)\(colons)\(zshEscaped(operand.name)):\(action)")
      }
      cases.append(
        "        \(command.name))\n          _arguments -s \\\n            "
          + specs.map(quoted).joined(separator: " \\\n            ") + " ;;")
    }
    return
      zshFrame
      .replacing("FUNCTIONS", with: functions.joined(separator: "\n"))
      .replacing("COMMANDS", with: described.joined(separator: "\n"))
      .replacing("CASES", with: cases.joined(separator: "\n"))
  }

  private static func zshSpec(of option: OptionDefinition, _ action: String) -> String {
    let meaning = "[\(zshEscaped(option.meaning))]"
    guard option.name != "help" else { return "(- *)--help" + meaning }
    let star = option.isRepeatable ? "*" : ""
    guard let value = option.value else { return "\(star)--\(option.name)\(meaning)" }
    return "\(star)--\(option.name)=\(meaning):\(zshEscaped(value)):\(action)"
  }

  /// What stands as the action in a spec, and the function behind it where one is needed.
  private static func zshAction(
    _ offer: ValueOffer, named name: String
  ) -> (action: String, function: [String]) {
    if offer.isEmpty { return (" ", []) }
    if offer.words.isEmpty, offer.prefixes.isEmpty { return ("_files", []) }
    let function =
      "\(name)() {\n  _roast_offer \(quoted(offer.words + offer.prefixes)) -- "
      + "\(quoted(offer.filePrefixes))\n}\n"
    return (name, [function])
  }

  private static func zshEscaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
      .replacing("[", with: "\\[").replacing("]", with: "\\]")
  }

  private static let zshFrame = #"""
    #compdef roast
    # zsh completion for roast; written by 'roast --completions zsh'.

    # Offers the words before '--', and files after each of the prefixes behind it.
    _roast_offer() {
      local -a words going prefixes
      while [[ $# -gt 0 && $1 != -- ]]; do
        if [[ $1 == *[:@] ]]; then going+=("$1"); else words+=("$1"); fi
        shift
      done
      shift
      prefixes=("$@")
      local prefix found=1
      compadd -a words && found=0
      compadd -S '' -a going && found=0
      for prefix in "${prefixes[@]}"; do
        if [[ -z $prefix ]]; then
          _files && found=0
        elif compset -P "$prefix"; then
          _files && found=0
        fi
      done
      return found
    }

    FUNCTIONS
    _roast() {
      local curcontext=$curcontext state line
      local -a commands
      commands=(
    COMMANDS
        'help:what a command does'
      )
      _arguments -C \
        '(- *)--help[what the commands are]' \
        '(- *)--version[the version]' \
        '(- *)--man[a manual page]:: :->command' \
        '(- *)--completions[completions for a shell]:shell:(bash zsh fish)' \
        '1: :->command' \
        '*:: :->words' && return
      case $state in
        command) _describe command commands ;;
        words)
          case $words[1] in
            help) _arguments '1: :{_describe command commands}' ;;
    CASES
          esac ;;
      esac
    }

    _roast "$@"

    """#
}
