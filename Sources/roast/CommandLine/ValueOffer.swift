/// What a shell can offer for a word, read from how the definition writes it.
///
/// `csv|json` are two words; `twin@PATH` is a word that goes on, with a file; `FILE` is a file;
/// capitals that name no file stand for something that no shell knows.
struct ValueOffer: Equatable, Sendable {
  /// Words that are whole.
  private(set) var words: [String] = []
  /// Words that go on.
  private(set) var prefixes: [String] = []
  /// What stands before a file: some of the prefixes, or nothing.
  private(set) var filePrefixes: [String] = []

  var isEmpty: Bool { words.isEmpty && prefixes.isEmpty && filePrefixes.isEmpty }

  private init(forms: some Sequence<String>) {
    for form in forms {
      guard let literal = Self.literal(of: form) else {
        words.append(form)
        continue
      }
      if !literal.isEmpty { prefixes.append(literal) }
      if Self.namesFile(form) { filePrefixes.append(literal) }
    }
  }

  init(for operand: OperandDefinition) {
    self.init(forms: operand.choices + (Self.namesFile(operand.name) ? [operand.name] : []))
  }

  init(for option: OptionDefinition) {
    let parts = (option.value ?? "").split(separator: "|").map(String.init)
    let readable = parts.filter { part in
      !part.contains("[") && (part.first?.isLowercase == true || Self.namesFile(part))
    }
    self.init(forms: readable + option.suggestions)
  }

  /// What precedes the capitals that stand for something to fill in; nil when there are none. One
  /// capital alone, as in C, is a word.
  private static func literal(of form: String) -> String? {
    let letters = Array(form)
    let start = zip(letters, letters.dropFirst()).enumerated()
      .first { $1.0.isUppercase && $1.1.isUppercase }?.offset
    return start.map { String(letters[..<$0]) }
  }

  private static func namesFile(_ form: String) -> Bool {
    ["FILE", "PATH", "FOLDER"].contains { form.contains($0) }
  }
}
