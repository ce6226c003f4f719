import Analysis
import Evaluation
import Roaster

/// What the daemon keeps of evaluations: it earns levels (Specs/governor.md R2).
enum EvaluationRecord {
  /// Has the daemon keep a result, as whoever asks.
  static func keep(_ result: SweepResult, _ arguments: Arguments) throws(Complaint) {
    guard result.isWhole else {
      throw Complaint(
        code: "not_whole", happened: "a part of a sweep is not kept",
        next: "'roast evaluate merge --keep' joins the parts first.", exit: .usage)
    }
    let outcomes = result.cases.map { one in
      GoldenOutcome(
        name: one.golden.name, expectation: one.golden.expectation.rawValue,
        machine: one.golden.machine,
        isPassed: one.isPassed, trials: one.trials.count,
        passedTrials: one.trials.count(where: \.isPassed))
    }
    _ = try DaemonClient(arguments).document(
      "POST", "/v1/evaluations",
      body: .object([
        ("pilot", .string(result.pilot.rawValue)), ("fingerprint", .string(result.fingerprint)),
        ("passed", .bool(result.isPassed)), ("cases", .array(outcomes.map(\.json))),
      ]))
    Console.error("Kept by the daemon; 'roast autonomy readiness' asks for it.\n")
  }

  /// How each case went over the last evaluations.
  static func history(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let found = try DaemonClient(arguments).document(
      "GET", "/v1/evaluations", query: [("pilot", arguments.value("pilot"))])
    var table = TextTable(["CASE", "RUNS", "PASSED", "TRIALS", "TOO EASY", "LOOK AT IT"])
    for line in found["cases"]?.arrayValue ?? [] {
      let (trials, passed) = (line.count("trials") ?? 0, line.count("trials_passed") ?? 0)
      table.add([
        line.words("name") ?? "?", "\(line.count("runs") ?? 0)",
        "\(line.count("runs_passed") ?? 0)",
        "\(passed) of \(trials)", line["saturated"]?.boolValue == true ? "yes" : "",
        line.words("attention") ?? "",
      ])
    }
    let runs = (found["evaluations"]?.arrayValue ?? []).prefix(GoldenHistory.recent).map { one in
      "\(one.time("at")?.localText ?? "?")  \(one.words("pilot") ?? "?")  "
        + (one["passed"]?.boolValue == true ? "passed" : "failed") + "\n"
    }
    return Console.answer(
      found, as: arguments,
      text: runs.isEmpty
        ? "Nothing was kept yet: 'roast evaluate --keep'.\n" : runs.joined() + table.text)
  }
}
