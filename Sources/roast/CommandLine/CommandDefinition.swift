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
  var run: @Sendable (Arguments) async throws(Complaint) -> ExitCode
}

/// A word without dashes.
struct OperandDefinition: Sendable {
  var name: String
  var meaning: String
  var isRequired = true
}

/// A word with dashes.
struct OptionDefinition: Sendable {
  /// Without the dashes.
  var name: String
  /// What stands for its value in the usage; nil for a flag.
  var value: String?
  var meaning: String
  var isRequired = false

  static let json = OptionDefinition(
    name: "json", meaning: "for programs: JSON with field names that stay")
  static let help = OptionDefinition(name: "help", meaning: "this text")
  static let unit = OptionDefinition(
    name: "unit", value: "C|F",
    meaning: "temperatures for people; default: ROAST_UNIT, else the locale's habit")
  static let duration = OptionDefinition(
    name: "for", value: "SECONDS", meaning: "end after so many seconds of the roaster's time")
  static let device = OptionDefinition(
    name: "device", value: "DEVICE",
    meaning: "usb (default), usb:SERIAL, twin, twin:SCENARIO, twin@PATH, or replay:FILE")
  static let speed = OptionDefinition(
    name: "speed", value: "N|max", meaning: "with replay and twin: so many times as fast; default 1"
  )
}

/// How a run ends.
enum ExitCode: Int32, Sendable {
  case done = 0
  case failed = 1
  case refused = 3
  case absent = 4
  case usage = 64
}
