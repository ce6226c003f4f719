import Simulator

/// What a subcommand is called, takes and does. Help, parsing, completions and manual pages all
/// come from these definitions.
struct CommandDefinition: Sendable {
  var name: String
  /// One line, no full stop.
  var summary: String
  /// Paragraphs below the usage.
  var discussion: [String] = []
  var operands: [OperandDefinition] = []
  var options: [OptionDefinition] = []
  var examples: [(line: String, meaning: String)] = []
  /// Variables that stand in for none of its options, for its manual page.
  var variables: [(name: String, meaning: String)] = []
  /// Files that it reads or writes unasked, for its manual page.
  var files: [(path: String, meaning: String)] = []
  var run: @Sendable (Arguments) async throws(Complaint) -> ExitCode
}

/// A word without dashes.
struct OperandDefinition: Sendable {
  var name: String
  var meaning: String
  var isRequired = true
  /// The words that it may be; any when there are none.
  var choices: [String] = []
  /// Whether more than one may be given; only the last operand may be so.
  var isRepeatable = false

  /// The meaning with the words that it may be.
  var fullMeaning: String {
    choices.isEmpty ? meaning : meaning + ": " + choices.joined(separator: ", ")
  }

  func allows(_ word: String) -> Bool { choices.isEmpty || choices.contains(word) }
}

/// A word with dashes.
struct OptionDefinition: Sendable {
  /// Without the dashes.
  var name: String
  /// What stands for its value in the usage; nil for a flag. Words in small letters stand for
  /// themselves, capitals for something to fill in: `csv|json`, `unix:PATH|ADDRESS:PORT`.
  var value: String?
  var meaning: String
  var isRequired = false
  /// Whether it may be given more than once; `Arguments.values` tells all its values.
  var isRepeatable = false
  /// The variable that stands in for it.
  var environment: String?
  /// More values for a shell to offer, written as in `value`.
  var suggestions: [String] = []

  /// The meaning, and whether it may be repeated.
  var fullMeaning: String { isRepeatable ? meaning + "; may be repeated" : meaning }

  static let json = OptionDefinition(
    name: "json", meaning: "for programs: JSON with field names that stay")
  static let help = OptionDefinition(name: "help", meaning: "this text")
  static let unit = OptionDefinition(
    name: "unit", value: "C|F",
    meaning: "temperatures for people; default: ROAST_UNIT, else the locale's habit",
    environment: "ROAST_UNIT", suggestions: ["C", "F"])
  static let duration = OptionDefinition(
    name: "for", value: "SECONDS", meaning: "end after so many seconds of the roaster's time")
  static let device = OptionDefinition(
    name: "device", value: "DEVICE",
    meaning: "usb (default), usb:SERIAL, twin, twin:SCENARIO, twin@PATH, or replay:FILE",
    suggestions: ["usb", "usb:SERIAL", "twin", "twin@PATH", "replay:FILE"]
      + ShippedScenarios.names.map { "twin:" + $0 })
  static let speed = OptionDefinition(
    name: "speed", value: "N|max", meaning: "with replay and twin: so many times as fast; default 1"
  )
}
