import Roaster

/// `roast roasts`: the roasts that the daemon keeps.
enum RoastsCommand {
  static let definition = CommandDefinition(
    name: "roasts",
    summary: "List, show, export, edit and mark the roasts that the daemon keeps",
    discussion: [
      "A roast is named by its number, or is 'current', on record now, or 'last', the latest; "
        + "'last' where none is named; with mark and unmark 'current'.",
      "Markable are yellowing, first_crack, first_crack_end and second_crack; a mark without a time "
        + "is of now. 'batch' shows or changes what the next roast will be called and made of. An "
        + "empty text clears: --notes ''.",
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default list", isRequired: false,
        choices: RoastsAction.allCases.map(\.rawValue)),
      OperandDefinition(name: "ROAST", meaning: "which roast", isRequired: false),
      OperandDefinition(
        name: "EVENT", meaning: "mark, unmark", isRequired: false,
        choices: Landmark.allCases.filter(\.isMarkable).map(\.name)),
    ],
    options: options + OptionDefinition.asking + [.unit],
    examples: [
      ("roast roasts --text kenya --limit 5", "the latest five that are called so"),
      ("roast roasts show 12", "its figures, events and curve"),
      ("roast roasts export last --format svg --out last.svg", "its chart"),
      ("roast roasts edit last --grams-out 345 --notes bright", "after weighing"),
      ("roast roasts mark first_crack --seconds-ago 5", "heard five seconds ago"),
      ("roast roasts batch --beans Kenya --grams-in 400", "what comes next"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static let options: [OptionDefinition] = [
    OptionDefinition(name: "limit", value: "N", meaning: "list: at most so many, default 50"),
    OptionDefinition(name: "before", value: "ID", meaning: "list: older than that roast"),
    OptionDefinition(name: "text", value: "TEXT", meaning: "list: found in title, beans or notes"),
    OptionDefinition(
      name: "beans", value: "NAME", meaning: "list: of these beans; edit, batch: set them"),
    OptionDefinition(
      name: "from", value: "TIME", meaning: "list: not before, as 2026-11-21T09:00:00Z"),
    OptionDefinition(name: "to", value: "TIME", meaning: "list: not after"),
    OptionDefinition(name: "format", value: "csv|json|svg", meaning: "export: default csv"),
    OptionDefinition(name: "out", value: "FILE", meaning: "export: to a new file"),
    OptionDefinition(name: "theme", value: "light|dark", meaning: "export: of the SVG chart"),
    OptionDefinition(name: "with", value: "ROAST", meaning: "export: drawn beside it in the chart"),
    OptionDefinition(name: "title", value: "TEXT", meaning: "edit, batch: what it is called"),
    OptionDefinition(
      name: "grams-in", value: "G", meaning: "edit, batch: weight of the green beans"),
    OptionDefinition(name: "grams-out", value: "G", meaning: "edit: weight of the roasted beans"),
    OptionDefinition(name: "notes", value: "TEXT", meaning: "edit, batch: anything"),
    OptionDefinition(name: "at", value: "TIME", meaning: "mark: when, as 2026-11-21T09:30:05Z"),
    OptionDefinition(name: "seconds-ago", value: "N", meaning: "mark: so long before now"),
    OptionDefinition(
      name: "roast-seconds", value: "N|M:SS", meaning: "mark: so long after the roast began"),
    OptionDefinition(
      name: "key", value: "KEY", meaning: "mark: with the same key, sent twice is marked once"),
  ]

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let action = arguments.operands.first.flatMap(RoastsAction.init(rawValue:)) ?? .list
    let taken = action.operands + 1
    if arguments.operands.count > max(1, taken) {
      throw .usage("unexpected word '\(arguments.operands[taken])'", definition)
    }
    for option in options where arguments.value(option.name) != nil {
      guard action.options.contains(option.name) else {
        throw .usage("--\(option.name) is not for 'roast roasts \(action.rawValue)'", definition)
      }
    }
    let unit = try arguments.unit(of: "roasts")
    let call = RoastsCall(arguments: arguments, unit: unit)
    switch action {
    case .list: return try call.list()
    case .show: return try call.show()
    case .export: return try call.export()
    case .edit: return try call.edit()
    case .mark: return try call.mark()
    case .unmark: return try call.unmark()
    case .batch: return try call.batch()
    }
  }
}

/// What `roast roasts` can do.
enum RoastsAction: String, CaseIterable {
  case list, show, export, edit, mark, unmark, batch

  /// How many words it takes.
  var operands: Int {
    switch self {
    case .list, .batch: 0
    case .show, .export, .edit: 1
    case .mark, .unmark: 2
    }
  }

  /// The options that are for it.
  var options: Set<String> {
    switch self {
    case .list: ["limit", "before", "text", "beans", "from", "to"]
    case .show, .unmark: []
    case .export: ["format", "out", "theme", "with"]
    case .edit: ["title", "beans", "grams-in", "grams-out", "notes"]
    case .mark: ["at", "seconds-ago", "roast-seconds", "key"]
    case .batch: ["title", "beans", "grams-in", "notes"]
    }
  }
}
