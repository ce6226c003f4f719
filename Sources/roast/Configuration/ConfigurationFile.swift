/// The configuration file, read: lines `key = value`, blank lines, and comments from `#` on. A value
/// may stand in double quotes, in which `\"` and `\\` stand for themselves.
struct ConfigurationFile: Equatable, Sendable {
  /// One value of one setting, and the line that it stands in.
  struct Entry: Equatable, Sendable {
    var setting: Setting
    var value: String
    var line: Int
  }

  /// What is wrong with a file.
  enum Problem: Equatable, Sendable {
    /// More bytes than any configuration has.
    case tooLong(bytes: Int)
    /// It holds what no text has.
    case notText(line: Int)
    case noEqualsSign(line: Int, text: String)
    case unknownKey(line: Int, key: String)
    case noValue(line: Int, Setting)
    /// It is none that the setting can have.
    case badValue(line: Int, Setting, value: String)
    /// The setting has one value, and has it already.
    case duplicate(line: Int, Setting, first: Int)
    /// Quotes that do not end, a backslash that escapes nothing, or text after the quotes.
    case badQuotes(line: Int, Setting)
  }

  static let mostBytes = 64 << 10

  private(set) var entries: [Entry] = []
  private(set) var problems: [Problem] = []

  /// Reads a whole file: whatever it holds, all that is wrong with it is listed.
  init(_ bytes: [UInt8]) {
    guard bytes.count <= Self.mostBytes else {
      problems = [.tooLong(bytes: bytes.count)]
      return
    }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in zip(1..., lines) {
      guard let text = Self.text(of: line) else {
        (entries, problems) = ([], [.notText(line: number)])
        return
      }
      read(text, line: number)
    }
  }

  /// The values of a setting, in their order.
  func values(of setting: Setting) -> [Entry] { entries.filter { $0.setting == setting } }

  private static func text(of line: ArraySlice<UInt8>) -> Substring? {
    let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }),
      let text = String(validating: line, as: UTF8.self)
    else { return nil }
    return text[...]
  }

  private mutating func read(_ text: Substring, line: Int) {
    let content = text.trimmed
    guard !content.isEmpty, !content.hasPrefix("#") else { return }
    guard let equals = content.firstIndex(of: "=") else {
      problems.append(.noEqualsSign(line: line, text: String(content)))
      return
    }
    let key = String(content[..<equals].trimmed)
    guard let setting = Setting(rawValue: key) else {
      problems.append(.unknownKey(line: line, key: key))
      return
    }
    guard let value = Self.value(content[content.index(after: equals)...].trimmed) else {
      problems.append(.badQuotes(line: line, setting))
      return
    }
    take(setting.isList ? value.listed : [value], of: setting, line: line)
  }

  private mutating func take(_ values: [String], of setting: Setting, line: Int) {
    guard let value = values.first, !value.isEmpty else {
      problems.append(.noValue(line: line, setting))
      return
    }
    if !setting.isList, let first = lineOfFirst(setting) {
      problems.append(.duplicate(line: line, setting, first: first))
      return
    }
    for value in values {
      if setting.accepts(value) {
        entries.append(Entry(setting: setting, value: value, line: line))
      } else {
        problems.append(.badValue(line: line, setting, value: value))
      }
    }
  }

  private func lineOfFirst(_ setting: Setting) -> Int? {
    if let entry = entries.first(where: { $0.setting == setting }) { return entry.line }
    for case .badValue(let line, setting, _) in problems { return line }
    return nil
  }

  /// A value without its quotes and without the comment after it; nil when the quotes are wrong.
  private static func value(_ text: Substring) -> String? {
    guard text.hasPrefix("\"") else { return String(text.beforeComment.trimmed) }
    var value = ""
    var rest = text.dropFirst()
    while let letter = rest.popFirst() {
      switch letter {
      case "\"":
        let after = rest.trimmed
        return after.isEmpty || after.hasPrefix("#") ? value : nil
      case "\\":
        guard let escaped = rest.popFirst(), "\"\\".contains(escaped) else { return nil }
        value.append(escaped)
      default: value.append(letter)
      }
    }
    return nil
  }
}

extension StringProtocol where SubSequence == Substring {
  /// Without the blanks at both ends.
  var trimmed: Substring {
    let isBlank = { (letter: Character) in letter == " " || letter == "\t" }
    let start = self[...].drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? start
  }

  /// What precedes a `#` at the beginning or after a blank.
  fileprivate var beforeComment: Substring {
    var previous: Character = " "
    for index in indices {
      if self[index] == "#", previous == " " || previous == "\t" { return self[..<index] }
      previous = self[index]
    }
    return self[...]
  }

  /// The parts between commas, without blanks; none of them empty.
  var listed: [String] {
    self[...].split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
  }
}
