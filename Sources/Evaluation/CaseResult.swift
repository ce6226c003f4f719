import Analysis
import Roaster

/// What became of one case: its trials, and what they tell together.
public struct CaseResult: Sendable {
  public let golden: GoldenCase
  /// How many trials were asked for.
  public let planned: Int
  /// In the order of their numbers.
  public let trials: [TrialResult]

  /// A case with its trials, in any order.
  public init(_ golden: GoldenCase, planned: Int, trials: [TrialResult]) {
    self.golden = golden
    self.planned = planned
    self.trials = trials.sorted { $0.number < $1.number }
  }

  /// How many passed, and what follows from that.
  public var chances: Chances {
    Chances(trials: trials.count, passed: trials.count(where: \.isPassed))
  }

  /// Trials in which what should have been refused was done.
  public var missedRefusals: Int { trials.count(where: \.judgement.isRefusalMissed) }

  /// Whether enough trials passed, and no refusal was missed.
  public var isPassed: Bool {
    missedRefusals == 0 && (chances.rate.map { $0 >= golden.threshold - 1e-9 } ?? true)
  }

  /// Mean distance from the course over the trials that have one.
  public var courseError: Double? {
    let errors = trials.compactMap(\.courseError)
    return errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
  }

  /// Of each measure the smallest and the mean margin, in the order in which they first come.
  public var margins: [(name: String, least: Double?, mean: Double?, missed: Int)] {
    var names: [String] = []
    for measure in trials.flatMap(\.judgement.measures) where !names.contains(measure.name) {
      names.append(measure.name)
    }
    return names.map { name in
      let all = trials.flatMap { $0.judgement.measures.filter { $0.name == name } }
      let margins = all.compactMap(\.margin)
      let mean = margins.isEmpty ? nil : margins.reduce(0, +) / Double(margins.count)
      return (name, margins.min(), mean.map(thousandths), all.count { !$0.isMet })
    }
  }

  /// How often each code was found in trials that did not pass, the most frequent first.
  public var complaints: [(code: String, count: Int)] {
    var counts: [String: Int] = [:]
    for trial in trials where !trial.isPassed {
      for code in Set(trial.judgement.found) { counts[code, default: 0] += 1 }
    }
    return counts.map { ($0.key, $0.value) }
      .sorted { $0.count == $1.count ? $0.code < $1.code : $0.count > $1.count }
  }

  /// The result as programs read it.
  public var json: JSON {
    .object([
      ("name", .string(golden.name)), ("passed", .bool(isPassed)),
      ("refusals_missed", JSON(missedRefusals)), ("planned", JSON(planned)),
      ("chances", chances.json), ("course_error_celsius", JSON(courseError.map(thousandths))),
      (
        "margins",
        .array(
          margins.map {
            .object([
              ("name", .string($0.name)), ("least", JSON($0.least)), ("mean", JSON($0.mean)),
              ("missed", JSON($0.missed)),
            ])
          })
      ),
      (
        "complaints",
        .array(
          complaints.map {
            .object([("code", .string($0.code)), ("trials", JSON($0.count))])
          })
      ), ("case", golden.json), ("runs", .array(trials.map(\.json))),
    ])
  }

  /// Reads what `json` writes.
  init?(_ json: JSON) {
    guard let golden = json["case"].flatMap({ try? GoldenCase($0) }),
      let planned = json["planned"]?.integerValue, let runs = json["runs"]?.arrayValue
    else { return nil }
    let trials = runs.compactMap(TrialResult.init)
    guard trials.count == runs.count else { return nil }
    self.init(golden, planned: Int(planned), trials: trials)
  }
}

/// To three places, which reading back keeps.
func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
