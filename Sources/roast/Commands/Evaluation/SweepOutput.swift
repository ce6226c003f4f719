import Analysis
import Evaluation
import Roaster

/// Tells what became of a sweep: as text or JSON, as a page, and beside an earlier one.
struct SweepOutput {
  private let arguments: Arguments
  /// What to say of it beside its figures.
  private let note: String?
  private let baseline: SweepResult?
  /// So many cases without an opinion are told of by name.
  private static let mostFailures = 5

  init(_ arguments: Arguments, note: String?) throws(Complaint) {
    self.arguments = arguments
    self.note = note
    baseline = try arguments.value("baseline").map { path throws(Complaint) in try Self.read(path) }
  }

  /// A result that was written as JSON.
  static func read(_ path: String) throws(Complaint) -> SweepResult {
    let bytes = try FileBytes.read(path)
    guard let json = try? JSON(reading: bytes), let result = SweepResult(json) else {
      throw Complaint(
        code: "no_result", happened: "\(path.printable) is no JSON of 'roast evaluate'",
        next: "Make one with 'roast evaluate --json'.", exit: .usage)
    }
    return result
  }

  /// Writes it; the exit code tells whether all is as it should be.
  func write(_ result: SweepResult) throws(Complaint) -> ExitCode {
    let regression = baseline.map { Regression(result, against: $0) }
    if let path = arguments.value("report") {
      let file = try OutputFile(path, mayReplace: true)
      file.append(Array(SweepReport(result, regression).html.utf8))
      if let failure = file.failure {
        throw Complaint(
          code: "file_not_writable", happened: "cannot write \(path.printable): \(failure)",
          next: "Free some room, or name a file elsewhere.")
      }
    }
    var json = result.json
    if let regression {
      json = .object((json.members ?? []) + [("baseline", regression.json)])
    }
    let answered = Console.answer(json, as: arguments, text: text(result, regression))
    guard answered == .done else { return answered }
    return result.isPassed && regression?.worse.isEmpty ?? true ? .done : .failed
  }

  // MARK: For people

  private func text(_ result: SweepResult, _ regression: Regression?) -> String {
    var text = ""
    if !result.missedRefusals.isEmpty {
      text +=
        "REFUSALS MISSED: what should have been refused was done in "
        + result.missedRefusals.joined(separator: ", ") + ".\nNothing outweighs that.\n\n"
    }
    text += table(result) + "\n" + summary(result) + opinions(result)
    if let regression { text += "\n" + changes(regression) }
    return text
  }

  private func table(_ result: SweepResult) -> String {
    var table = TextTable(["", "case", "should", "passed", "BT error", "found in the others"])
    for item in result.cases where !item.trials.isEmpty {
      let complaints = item.complaints.prefix(3).map { "\($0.code) x\($0.count)" }
      table.add([
        item.missedRefusals > 0 ? "MISSED" : item.isPassed ? "ok" : "failed", item.golden.name,
        item.golden.expectation.rawValue, "\(item.chances.passed) of \(item.chances.trials)",
        item.courseError.map { fixed($0, 2) } ?? "", complaints.joined(separator: ", "),
      ])
    }
    return table.text
  }

  private func summary(_ result: SweepResult) -> String {
    var text =
      "Pilot \(result.pilot.rawValue)\(note.map { ", " + $0 } ?? ""): "
      + "\(result.cases.count(where: \.isPassed)) of \(result.cases.count) cases, "
      + "\(result.trials.count(where: \.isPassed)) of \(result.trials.count) trials passed.\n"
    for expectation in GoldenCase.Expectation.allCases {
      let share = result.share(of: expectation)
      guard share.trials > 0 else { continue }
      let chances = Chances(trials: share.trials, passed: share.passedTrials)
      let range = chances.interval().map {
        ", \(fixed($0.lowerBound * 100, 1)) to \(fixed($0.upperBound * 100, 1)) %"
      }
      text +=
        "Should \(expectation.rawValue): \(share.passedTrials) of \(share.trials) trials "
        + "(\(fixed((chances.rate ?? 0) * 100, 1)) %\(range ?? "")).\n"
    }
    if let error = result.courseError {
      text += "Mean BT error against the course: \(fixed(error, 2)) C.\n"
    }
    return text + "Roasts over a ceiling: \(result.breaches).\n"
  }

  /// What a judge from outside said, and of which cases it could not.
  private func opinions(_ result: SweepResult) -> String {
    guard let summary = result.opinionSummary else { return "" }
    let failures = result.cases.compactMap { item in
      item.opinion?.failure.map { failure in
        "  \(item.golden.name) \(failure.kind.rawValue): \(failure.why.printable)\n"
      }
    }
    let rest = failures.count - Self.mostFailures
    return "Judge: \(summary).\n" + failures.prefix(Self.mostFailures).joined()
      + (rest > 0 ? "  and \(rest) more.\n" : "")
  }

  private func changes(_ regression: Regression) -> String {
    let told = regression.lines.filter { $0.change != .same }
    if told.isEmpty { return "Beside the earlier sweep: no case changed.\n" }
    return "Beside the earlier sweep:\n"
      + told.map { line in
        func rate(_ chances: Chances?) -> String {
          chances?.rate.map { fixed($0 * 100, 0) + " %" } ?? "-"
        }
        return "  \(line.change.rawValue) \(line.name): \(rate(line.before)) to \(rate(line.now))\n"
      }.joined()
  }
}
