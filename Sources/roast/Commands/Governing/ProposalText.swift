import Roaster

/// A proposal for a person, and the exit code that says how it went.
struct ProposalText {
  private let proposal: JSON

  init(_ proposal: JSON) { self.proposal = proposal }

  /// Writes it. What the governor refused, a person rejected or a run failed is no success.
  func answer(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let written = Console.answer(proposal, as: arguments, text: text)
    guard written == .done else { return written }
    switch proposal.words("status") {
    case "rejected", "vetoed": return .refused
    case "failed", "aborted", "superseded", "expired": return .failed
    default: return proposal["verdict"]?["allowed"] == .bool(false) && isDry ? .refused : .done
    }
  }

  private var isDry: Bool { proposal["id"]?.integerValue == nil }

  /// In some lines.
  var text: String {
    var lines = [head]
    if let reason = proposal.words("reason") { lines.append("  because: \(reason)") }
    for rule in proposal["verdict"]?["rules"]?.arrayValue ?? [] {
      lines.append(
        "  \(rule.words("number") ?? "?") \(rule.words("code") ?? "?"): "
          + (rule.words("text") ?? ""))
    }
    if isDry, proposal["verdict"]?["allowed"] == .bool(true) {
      lines.append("  nothing stands against it")
    }
    if let seconds = proposal.fact("veto_until_seconds") {
      lines.append("  runs in \(fixed(seconds, 0)) s unless it is vetoed")
    }
    if let outcome = proposal.words("outcome") { lines.append("  outcome: \(outcome)\(readback)") }
    if let next { lines.append("  " + next) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var head: String {
    let number = proposal["id"]?.integerValue.map { "Proposal \($0): " } ?? "Dry run: "
    let status = proposal.words("status").map {
      ", \($0.split(separator: "_").joined(separator: " "))"
    }
    return number + Self.steps(proposal) + (status ?? "")
  }

  /// What it would do, as `heater 7, then fan 4`.
  static func steps(_ proposal: JSON) -> String {
    let steps = proposal["steps"]?.arrayValue ?? []
    return steps.map { step in
      let kind = (step.words("kind") ?? "?").split(separator: "_").joined(separator: " ")
      return kind + (step.count("level").map { " \($0)" } ?? "")
    }.joined(separator: ", then ")
  }

  private var readback: String {
    guard let back = proposal["readback"], let from = back.count("from"), let to = back.count("to")
    else { return "" }
    let sent = back.count("steps_sent") ?? 0
    let lost = back.count("steps_lost").map { $0 > 0 ? ", \($0) lost" : "" } ?? ""
    return ", \(from) to \(to) with \(sent) step\(sent == 1 ? "" : "s")\(lost)"
  }

  private var next: String? {
    guard let id = proposal["id"]?.integerValue else { return nil }
    let words = (proposal["words_needed"]?.arrayValue ?? []).compactMap(\.stringValue)
      .map { " --word \($0)" }.joined()
    return switch proposal.words("status") {
    case "pending_approval": "'roast approve \(id)\(words)' runs it, 'roast reject \(id)' does not."
    case "recommended": "'roast adopt \(id)\(words)' runs it."
    case "awaiting_veto": "'roast veto \(id)' stops it."
    default: nil
    }
  }
}
