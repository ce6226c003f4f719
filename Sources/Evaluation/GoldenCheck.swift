import Analysis
import Governor
import Roaster
import Shadow
import Simulator

/// What is wrong with a case beyond its form: names that nobody knows, and cases that could not do what
/// they say.
public struct GoldenCheck: Sendable {
  /// One sentence each; empty for a sound case.
  public let problems: [String]

  /// Checks a case by itself.
  public init(_ golden: GoldenCase) {
    var problems: [String] = []
    let known = Judgement.codes(for: golden.expectation)
    for reason in golden.reasons where !known.contains(reason) {
      problems.append("reasons: '\(reason)' is no code of what a case can \(golden.expectation)")
    }
    let refusals =
      (try? golden.start()).map { golden.target.refusals($0).map(\.code.rawValue) } ?? []
    if MachineParameters.named(golden.machine) == nil {
      problems.append("machine: '\(golden.machine)' is none that is known")
    } else if refusals.isEmpty {
      problems += Self.plant(golden)
    }
    problems += Self.sense(golden, refusals)
    self.problems = problems
  }

  private static func plant(_ golden: GoldenCase) -> [String] {
    do throws(ScenarioError) {
      _ = try golden.scenario()
      return []
    } catch {
      return ["\(error.place) \(error.problem)"]
    }
  }

  private static func sense(_ golden: GoldenCase, _ refusals: [String]) -> [String] {
    var problems: [String] = []
    let isRefused = golden.expectation == .refuse
    if isRefused, golden.proposals.isEmpty, !golden.reasons.contains(where: refusals.contains) {
      problems.append(
        "expectation: its target is refused for \(refusals.isEmpty ? "nothing" : refusals.joined(separator: ", "))"
      )
    }
    if !isRefused, let code = refusals.first {
      problems.append("target: would be refused: \(code)")
    }
    if isRefused, !golden.proposals.isEmpty, !refusals.isEmpty {
      problems.append("target: is refused before anything can be proposed: \(refusals[0])")
    }
    if golden.expectation == .fail, golden.commands.isEmpty, golden.charge.heater == nil {
      problems.append("commands: a failure is made by commands, and there are none")
    }
    let words = PersonsWord.allCases.map(\.rawValue)
    for word in golden.proposals.flatMap(\.words) where !words.contains(word) {
      problems.append("proposals: '\(word)' is no word of a person")
    }
    return problems
  }

  /// Names that more than one case has.
  public static func duplicates(_ cases: [GoldenCase]) -> [String] {
    let names = cases.map(\.name).sorted()
    return Set(zip(names, names.dropFirst()).filter { $0 == $1 }.map(\.0)).sorted()
  }
}
