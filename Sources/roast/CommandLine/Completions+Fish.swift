extension Completions {
  /// For fish; the file is called roast.fish.
  static func fish(for commands: [CommandDefinition]) -> String {
    var lines: [String] = []
    for command in commands {
      lines.append(
        "complete -c roast -n __roast_first -a \(command.name) -d \(quoted(command.summary))")
    }
    for own in ownWords {
      let word = own.word.hasPrefix("--") ? "-l \(own.word.dropFirst(2))" : "-a \(own.word)"
      lines.append("complete -c roast -n __roast_first \(word) -d \(quoted(own.meaning))")
    }
    let names = quoted(commands.map(\.name).joined(separator: " "))
    lines.append("complete -c roast -n '__roast_is help; or __roast_is --man' -a \(names)")
    lines.append("complete -c roast -n '__roast_is --completions' -a 'bash zsh fish'")
    for command in commands {
      lines.append("")
      lines += fishLines(of: command)
    }
    return fishFrame + lines.joined(separator: "\n") + "\n"
  }

  private static func fishLines(of command: CommandDefinition) -> [String] {
    let start = "complete -c roast -n "
    let valued = command.options.filter { $0.value != nil }.map(\.name)
    let options = command.allOptions.map { option in
      start + quoted("__roast_is \(command.name)") + " -l \(option.name)"
        + (option.value == nil ? "" : " " + fishOffer(ValueOffer(for: option)))
        + " -d \(quoted(option.meaning))"
    }
    let operands = command.operands.enumerated().compactMap { index, operand -> String? in
      let offer = ValueOffer(for: operand)
      guard !offer.isEmpty else { return nil }
      let place = (["__roast_operand", command.name, "\(index + 1)"] + valued)
        .joined(separator: " ")
      return start + quoted(place) + " " + fishOffer(offer) + " -d \(quoted(operand.name))"
    }
    return options + operands
  }

  private static func fishOffer(_ offer: ValueOffer) -> String {
    let words =
      offer.words + offer.prefixes
      + offer.filePrefixes.filter { !$0.isEmpty }.map { "(__roast_files \($0))" }
    return (offer.filePrefixes.contains("") ? "-r -F" : "-x")
      + (words.isEmpty ? "" : " -a " + quoted(words.joined(separator: " ")))
  }

  private static let fishFrame = #"""
    # fish completion for roast; written by 'roast --completions fish'.

    function __roast_first
        test (count (commandline -opc)) -eq 1
    end

    function __roast_is
        set -l typed (commandline -opc)
        test (count $typed) -gt 1; and test $typed[2] = $argv[1]
    end

    # Whether operand number $argv[2] of command $argv[1] comes now; the rest are options with a value.
    function __roast_operand
        __roast_is $argv[1]; or return
        set -l valued $argv[3..-1]
        set -l operands 1
        set -l skipped 0
        for word in (commandline -opc)[3..-1]
            if test $skipped -eq 1
                set skipped 0
            else if string match -q -- '--*' $word
                contains -- (string sub -s 3 -- $word) $valued; and set skipped 1
            else
                set operands (math $operands + 1)
            end
        end
        test $operands -eq $argv[2]
    end

    # Files behind a prefix such as replay:
    function __roast_files
        set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
        string match -q -- "$argv[1]*" $token; or return
        for file in (__fish_complete_path (string sub -s (math (string length -- $argv[1]) + 1) -- $token))
            echo $argv[1]$file
        end
    end

    complete -c roast -f

    """#
}
