import Roaster

/// `roast commands`: how commands fared.
enum CommandsCommand {
  static let definition = CommandDefinition(
    name: "commands",
    summary: "How commands fared: counts, rates and how long they took",
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default stats", isRequired: false,
        choices: ["stats"])
    ],
    options: [
      OptionDefinition(
        name: "from", value: "TIME", meaning: "not before; default a week ago"),
      OptionDefinition(name: "to", value: "TIME", meaning: "not after; default now"),
    ] + OptionDefinition.asking,
    examples: [("roast commands stats --from 2026-11-20T00:00:00Z", "since yesterday")],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let found = try DaemonClient(arguments).document(
      "GET", "/v1/analytics/commands",
      query: [("from", arguments.value("from")), ("to", arguments.value("to"))])
    return Console.answer(found, as: arguments, text: text(found))
  }

  private static func text(_ json: JSON) -> String {
    var lines: [String] = []
    for (name, title) in [("by_status", "by status"), ("by_kind", "by kind")] {
      let counts = (json[name]?.members ?? []).compactMap { key, value in
        value.integerValue.flatMap { $0 > 0 ? "\(key.printable) \($0)" : nil }
      }
      if !counts.isEmpty { lines.append("\(title): \(counts.joined(separator: ", "))") }
    }
    for (list, word, title) in [
      ("by_actor", "name", "by who"), ("rules", "code", "rules that spoke"),
    ] {
      let counts = (json[list]?.arrayValue ?? []).map {
        "\($0.words(word) ?? "?") \($0.count("count") ?? 0)"
      }
      if !counts.isEmpty { lines.append("\(title): \(counts.joined(separator: ", "))") }
    }
    for (name, title) in [("success_ratio", "confirmed"), ("rejection_ratio", "rejected")] {
      if let share = json.fact(name) { lines.append("\(title): \(fixed(100 * share, 1)) %") }
    }
    for (name, title) in [
      ("approval_seconds", "to approval"), ("execution_seconds", "to the effect"),
    ] {
      guard let times = json[name], let half = times.fact("p50"), let most = times.fact("p99")
      else {
        continue
      }
      lines.append("\(title): half within \(fixed(half, 2)) s, 99 % within \(fixed(most, 2)) s")
    }
    return lines.isEmpty
      ? "Nothing was proposed in that time.\n" : lines.joined(separator: "\n") + "\n"
  }
}
