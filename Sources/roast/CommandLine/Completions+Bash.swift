extension Completions {
  /// For bash, with or without the package bash-completion.
  static func bash(for commands: [CommandDefinition]) -> String {
    let names = commands.map(\.name)
    var cases = [
      bashCase("''", words: names + ownWords.map(\.word)),
      bashCase("'help 1'", words: names), bashCase("'--man 1'", words: names),
      bashCase("'--completions 1'", words: Completions.allCases.map(\.rawValue)),
    ]
    for command in commands {
      let options = command.allOptions
      cases.append(
        "    \(quoted(command.name))) options=(\(quoted(options.map { "--" + $0.name })))\n"
          + "      valued=(\(quoted(options.filter { $0.value != nil }.map { "--" + $0.name })))\n"
          + "      repeatable=(\(quoted(options.filter(\.isRepeatable).map { "--" + $0.name }))) ;;"
      )
      for option in command.options {
        bashCase("\(command.name) --\(option.name)", ValueOffer(for: option)).map {
          cases.append($0)
        }
      }
      for (index, operand) in command.operands.enumerated() {
        bashCase("\(command.name) \(index + 1)", ValueOffer(for: operand)).map { cases.append($0) }
      }
    }
    return bashFrame.replacing("CASES", with: cases.joined(separator: "\n"))
  }

  private static func bashCase(_ place: String, words: [String]) -> String {
    "    \(place)) words=(\(quoted(words))) ;;"
  }

  private static func bashCase(_ place: String, _ offer: ValueOffer) -> String? {
    guard !offer.isEmpty else { return nil }
    let words = quoted(offer.words + offer.prefixes)
    return "    \(quoted(place))) words=(\(words)) files=(\(quoted(offer.filePrefixes))) ;;"
  }

  private static let bashFrame = #"""
    # bash completion for roast; written by 'roast --completions bash'.

    # What may stand at a place: 'COMMAND', 'COMMAND --OPTION' or 'COMMAND NUMBER-OF-OPERAND'.
    _roast_offer() {
      words=() files=()
      case $1 in
    CASES
      esac
    }

    _roast_has() {
      local wanted=$1 word
      shift
      for word; do [[ $word == "$wanted" ]] && return; done
      return 1
    }

    _roast() {
      local line=${COMP_LINE:0:COMP_POINT} place='' given=() operands=1 attached='' current word
      local typed=() words=() files=() options=() valued=() repeatable=()
      read -ra typed <<<"$line"
      [[ $line == *[[:blank:]] ]] && typed+=('')
      current=${typed[-1]}
      COMPREPLY=()
      if ((${#typed[@]} > 2)); then
        _roast_offer "${typed[1]}"
        place="${typed[1]} 1"
        local index last=''
        for ((index = 2; index < ${#typed[@]} - 1; index++)); do
          word=${typed[index]}
          if _roast_has "$last" "${valued[@]}"; then
            last=''
          elif [[ $word == --* ]]; then
            last=$word
            given+=("${word%%=*}")
          else
            last=''
            ((operands++))
          fi
        done
        place="${typed[1]} $operands"
        if _roast_has "$last" "${valued[@]}"; then
          place="${typed[1]} $last"
        elif [[ $current == --*=* ]]; then
          place="${typed[1]} ${current%%=*}"
          attached=${current%%=*}=
        elif [[ $current == -* ]]; then
          for word in "${options[@]}"; do
            [[ $word == "$current"* ]] || continue
            _roast_has "$word" "${given[@]}" && ! _roast_has "$word" "${repeatable[@]}" && continue
            COMPREPLY+=("$word")
          done
          return
        fi
      fi
      _roast_offer "$place"
      local value=${current#"$attached"} prefix path
      for word in "${words[@]}"; do
        [[ $word == "$value"* ]] && COMPREPLY+=("$attached$word")
      done
      for prefix in "${files[@]}"; do
        [[ $value == "$prefix"* ]] || continue
        compopt -o filenames 2>/dev/null
        while IFS= read -r path; do
          COMPREPLY+=("$attached$prefix$path")
        done < <(compgen -f -- "${value#"$prefix"}")
      done
      if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[:@] ]]; then
        compopt -o nospace 2>/dev/null
      fi
      # Readline only replaces what follows the last of these.
      local breaks=${COMP_WORDBREAKS//[^:=@]/}
      if [[ -n $breaks && $current == *["$breaks"]* ]]; then
        local head=${current%"${current##*["$breaks"]}"}
        COMPREPLY=("${COMPREPLY[@]#"$head"}")
      fi
    }

    complete -F _roast roast

    """#
}
