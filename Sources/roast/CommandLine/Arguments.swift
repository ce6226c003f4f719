import Roaster

/// The words after a subcommand, sorted by its definition.
struct Arguments: Sendable {
  private(set) var operands: [String] = []
  private var given: [String: [String]] = [:]
  private var flags: Set<String> = []

  /// Sorts the words; a word that fits nowhere is a complaint that names it.
  init(_ words: [String], for command: CommandDefinition) throws(Complaint) {
    var rest = words[...]
    var onlyOperands = false
    while let word = rest.popFirst() {
      if !onlyOperands, word == "--" {
        onlyOperands = true
      } else if onlyOperands || !word.hasPrefix("-") || word == "-" || Double(word) != nil {
        operands.append(word)
      } else {
        try take(word, from: &rest, of: command)
      }
    }
    guard !wantsHelp else { return }
    if operands.count > command.operands.count, command.operands.last?.isRepeatable != true {
      throw .usage("unexpected word '\(operands[command.operands.count])'", command)
    }
    if let missing = command.operands.dropFirst(operands.count).first(where: \.isRequired) {
      throw .usage("\(missing.name) is missing: \(missing.meaning)", command)
    }
    for (operand, word) in zip(command.operands, operands) where !operand.allows(word) {
      let hint = Self.near(word, among: operand.choices).map { "; did you mean \($0)?" }
      let choices = operand.choices.joined(separator: ", ")
      throw .usage("\(operand.name) is \(choices); not '\(word)'\(hint ?? "")", command)
    }
    for option in command.options where option.isRequired && given[option.name] == nil {
      throw .usage("--\(option.name) \(option.value ?? "") is missing: \(option.meaning)", command)
    }
  }

  var wantsHelp: Bool { flags.contains("help") }
  var wantsJSON: Bool { flags.contains("json") }

  func has(_ flag: String) -> Bool { flags.contains(flag) }
  func value(_ option: String) -> String? { given[option]?.first }
  /// Every value of an option that may be repeated, in the order given.
  func values(_ option: String) -> [String] { given[option] ?? [] }

  private mutating func take(
    _ word: String, from rest: inout ArraySlice<String>, of command: CommandDefinition
  ) throws(Complaint) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = word == "-h" ? "help" : String(parts[0].dropFirst(2))
    let known = command.options + [.help]
    guard word == "-h" || word.hasPrefix("--"), let option = known.first(where: { $0.name == name })
    else {
      let hint = Self.near(name, among: known.map(\.name)).map { "; did you mean --\($0)?" }
      throw .usage("unknown option '\(parts[0])'\(hint ?? "")", command)
    }
    let attached = parts.count == 2 ? String(parts[1]) : nil
    guard option.value != nil else {
      if attached != nil { throw .usage("--\(name) takes no value", command) }
      flags.insert(name)
      return
    }
    guard option.isRepeatable || given[name] == nil else {
      throw .usage("--\(name) is given twice", command)
    }
    guard let value = attached ?? rest.popFirst() else {
      throw .usage("--\(name) needs a value: \(option.value ?? "")", command)
    }
    given[name, default: []].append(value)
  }

  /// The word that was probably meant.
  private static func near(_ word: String, among known: [String]) -> String? {
    let near = known.min { distance($0, word) < distance($1, word) }
    return near.flatMap { distance($0, word) <= 2 ? $0 : nil }
  }

  /// How many letters must be added, dropped or changed to turn one word into the other.
  static func distance(_ one: String, _ other: String) -> Int {
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, otherLetter) in other.enumerated() {
        let changed = diagonal + (letter == otherLetter ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[other.count]
  }
}

extension Arguments {
  /// A positive number of seconds.
  func seconds(_ option: String, of command: String) throws(Complaint) -> Double? {
    guard let text = value(option) else { return nil }
    guard let seconds = Double(text), seconds.isFinite, seconds > 0, seconds <= 1e8 else {
      throw .badValue(text, option: option, expected: "a number of seconds above 0", command)
    }
    return seconds
  }

  /// The scale for people: the option, else ROAST_UNIT, else the locale's habit.
  func unit(of command: String) throws(Complaint) -> TemperatureUnit {
    if let text = value("unit") {
      guard let unit = TemperatureUnit(rawValue: text.uppercased()) else {
        throw .badValue(text, option: "unit", expected: "C or F", command)
      }
      return unit
    }
    if let text = Environment.value("ROAST_UNIT") {
      guard let unit = TemperatureUnit(rawValue: text.uppercased()) else {
        throw Complaint(
          code: "bad_environment", happened: "ROAST_UNIT is '\(text)'",
          next: "Set ROAST_UNIT to C or F, or unset it.", exit: .usage)
      }
      return unit
    }
    let locale = ["LC_ALL", "LC_MEASUREMENT", "LANG"].lazy.compactMap(Environment.value).first
    return TemperatureUnit.habit(ofLocale: locale ?? "C")
  }
}
