import Analysis
import Roaster

/// A sweep as a page that stands by itself: no script, no address, nothing to load. What failed comes
/// first.
public struct SweepReport: Sendable {
  private let result: SweepResult
  private let regression: Regression?

  /// The report of a sweep, beside an earlier one where there is one.
  public init(_ result: SweepResult, _ regression: Regression? = nil) {
    self.result = result
    self.regression = regression
  }

  /// The page.
  public var html: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>roast: golden cases, pilot \(result.pilot.rawValue)</title>
    <style>\(ReportStyle.sheet)</style></head><body><main>
    \(heading)
    \(summary)
    \(changes)
    <h2>Cases</h2>
    <p class="facts">Curves of the first trials: BT (full line) and IBTS (dotted) over the target (dashed) with
    its tolerance; boxes are landmarks with theirs; below, heater (full) and fan (dashed) of the first.</p>
    \(ordered.map { CaseCard($0).html }.joined(separator: "\n"))
    <footer>Seed \(result.seed), fingerprint <code>\(result.fingerprint.prefix(16))</code>.
    Every trial went through the whole stack in simulated time, on a machine and beans drawn around
    the case's; intervals are Clopper and Pearson's, 95 %. A simulated roast is no roast: what was
    never tried on a real machine is said so in Docs/Safety.md.</footer>
    </main></body></html>

    """
  }

  /// Missed refusals first, then what failed, then the rest; each by name.
  private var ordered: [CaseResult] {
    func rank(_ item: CaseResult) -> Int { item.missedRefusals > 0 ? 0 : item.isPassed ? 2 : 1 }
    return result.cases.sorted {
      rank($0) == rank($1) ? $0.golden.name < $1.golden.name : rank($0) < rank($1)
    }
  }

  private var heading: String {
    let verdict = result.isPassed ? "passed" : "not passed"
    return """
      <header><p class="over">Golden cases</p><h1>Pilot <em>\(result.pilot.rawValue)</em>:
      <span class="\(result.isPassed ? "good" : "bad")">\(verdict)</span></h1></header>
      """
  }

  private var summary: String {
    var text = ""
    if !result.missedRefusals.isEmpty {
      let names = result.missedRefusals.map(escaped).joined(separator: ", ")
      text += """
        <p class="alarm"><strong>Refusals missed.</strong> What should have been refused was done in:
        \(names). Nothing outweighs that.</p>
        """
    }
    var tiles = [
      ("cases passed", "\(result.cases.count(where: \.isPassed)) of \(result.cases.count)"),
      ("trials passed", "\(result.trials.count(where: \.isPassed)) of \(result.trials.count)"),
      ("refusals missed", "\(result.cases.reduce(0) { $0 + $1.missedRefusals })"),
      ("over a ceiling", "\(result.breaches)"),
    ]
    if let error = result.courseError { tiles.append(("mean BT error", "\(hundredth(error)) C")) }
    text += "<div class=\"tiles\">"
    text += tiles.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }.joined()
    text += "</div>" + shares
    return text
  }

  private var shares: String {
    let rows = GoldenCase.Expectation.allCases.map { expectation -> String in
      let share = result.share(of: expectation)
      let chances = Chances(trials: share.trials, passed: share.passedTrials)
      return """
        <tr><th>should \(expectation.rawValue)</th><td>\(share.passedCases) of \(share.cases)</td>
        <td>\(share.passedTrials) of \(share.trials)</td><td>\(percent(chances.rate))</td>
        <td>\(interval(chances))</td></tr>
        """
    }.joined()
    return """
      <div class="wide"><table><thead><tr><th></th><th>cases</th><th>trials</th><th>rate</th>
      <th>95 %</th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private var changes: String {
    guard let regression else { return "" }
    let told = regression.lines.filter { $0.change != .same }
    let items = told.map {
      "<li><b>\($0.change.rawValue)</b> \(escaped($0.name)): \(percent($0.before?.rate)) before, "
        + "\(percent($0.now?.rate)) now</li>"
    }.joined()
    return "<h2>Beside the earlier sweep</h2>"
      + (told.isEmpty ? "<p>No case changed.</p>" : "<ul>\(items)</ul>")
  }
}

/// One case of the report.
private struct CaseCard {
  let item: CaseResult

  init(_ item: CaseResult) { self.item = item }

  var html: String {
    let golden = item.golden
    let kind = item.missedRefusals > 0 ? "missed" : item.isPassed ? "good" : "bad"
    let word =
      item.missedRefusals > 0 ? "refusal missed" : item.isPassed ? "passed" : "not passed"
    let reason = golden.reasons.isEmpty ? "" : ": " + golden.reasons.joined(separator: " or ")
    return """
      <section class="case \(kind)" id="\(golden.name)"><h3>\(escaped(golden.title))
      <span class="badge">\(word)</span></h3>
      <p class="facts"><code>\(golden.name)</code> · should \(golden.expectation.rawValue)\(escaped(reason))
      · \(whole(golden.grams)) g on \(escaped(golden.machine)) · danger \(golden.danger.rawValue)
      · \(golden.source.rawValue.replacing("_", with: " "))</p>
      <p>\(item.chances.passed) of \(item.chances.trials) trials passed (\(interval(item.chances)),
      \(item.chances.verdict.rawValue.replacing("_", with: " "))); wanted \(percent(golden.threshold)).
      \(estimates)</p>
      \(CaseChart(item).svg)\(margins)\(complaints)</section>
      """
  }

  private var estimates: String {
    [1, 3, 5, 10].compactMap { k in
      guard let at = item.chances.passAt(k), let to = item.chances.passTo(k), k > 1 else {
        return nil
      }
      return "Of \(k) at least one \(percent(at)), all \(percent(to))."
    }.joined(separator: " ")
  }

  private var margins: String {
    guard !item.margins.isEmpty else { return "" }
    let rows = item.margins.map { margin -> String in
      let mean = margin.mean ?? -1
      let share = min(max(mean, -1), 1)
      let width = hundredth(abs(share) * 50)
      let left = hundredth(share < 0 ? 50 - abs(share) * 50 : 50)
      return """
        <tr><th>\(margin.name.replacing("_", with: " "))</th>
        <td><div class="bar"><i class="\(share < 0 ? "bad" : "good")" style="left:\(left)%;width:\(width)%"></i></div></td>
        <td>\(margin.mean.map(hundredth) ?? "–")</td><td>\(margin.least.map(hundredth) ?? "–")</td>
        <td>\(margin.missed)</td></tr>
        """
    }.joined()
    return """
      <details\(item.isPassed ? "" : " open")><summary>Margins to the tolerances</summary>
      <div class="wide"><table><thead><tr><th></th><th>0 is the edge, 1 as wanted</th><th>mean</th>
      <th>least</th><th>missed</th></tr></thead><tbody>\(rows)</tbody></table></div></details>
      """
  }

  private var complaints: String {
    guard !item.complaints.isEmpty else { return "" }
    let first = item.trials.first { !$0.isPassed }
    let reasons = (first?.judgement.reasons ?? []).map { "<li>\(escaped($0))</li>" }.joined()
    let counts = item.complaints.map { "\(escaped($0.code)) ×\($0.count)" }.joined(separator: ", ")
    let sample =
      reasons.isEmpty ? "" : "<p>Trial \(first?.number ?? 0), as an example:</p><ul>\(reasons)</ul>"
    return "<p class=\"found\">Found in what did not pass: \(counts)</p>\(sample)"
  }
}

func percent(_ share: Double?) -> String { share.map { "\(tenth($0 * 100)) %" } ?? "–" }

func interval(_ chances: Chances) -> String {
  chances.interval().map { "\(tenth($0.lowerBound * 100)) to \(tenth($0.upperBound * 100)) %" }
    ?? "–"
}

func whole(_ value: Double) -> String { String(Int64(value.rounded())) }

func tenth(_ value: Double) -> String {
  let tenths = Int64((value * 10).rounded())
  let sign = tenths < 0 ? "-" : ""
  return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}

func hundredth(_ value: Double) -> String {
  let hundredths = Int64((abs(value) * 100).rounded())
  let rest = hundredths % 100
  return (value < 0 && hundredths > 0 ? "-" : "")
    + "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// A text that may stand in a page.
func escaped(_ text: some StringProtocol) -> String {
  var safe = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": safe += "&amp;"
    case "<": safe += "&lt;"
    case ">": safe += "&gt;"
    case "\"": safe += "&quot;"
    default: safe.unicodeScalars.append(character)
    }
  }
  return safe
}
