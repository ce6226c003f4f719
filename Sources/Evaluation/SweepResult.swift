import Analysis
import Roaster

/// What became of a sweep, or of a shard of one.
public struct SweepResult: Sendable {
  public let pilot: PilotKind
  public let seed: UInt64
  /// What `Sweep.fingerprint` says.
  public let fingerprint: String
  /// In the order of their names.
  public let cases: [CaseResult]

  /// A sweep with the trials of it that were run, in any order.
  public init(_ sweep: Sweep, _ trials: [TrialResult]) {
    pilot = sweep.pilot
    seed = sweep.seed
    fingerprint = sweep.fingerprint
    let byCase = Dictionary(grouping: trials, by: \.golden)
    cases = sweep.cases.map { golden in
      CaseResult(
        golden, planned: sweep.trials(of: golden), trials: byCase[golden.name] ?? [])
    }
  }

  init(
    pilot: PilotKind, seed: UInt64, fingerprint: String, cases: [CaseResult]
  ) {
    self.pilot = pilot
    self.seed = seed
    self.fingerprint = fingerprint
    self.cases = cases
  }

  // MARK: Figures

  public var trials: [TrialResult] { cases.flatMap(\.trials) }

  /// Names of cases in which what should have been refused was done.
  public var missedRefusals: [String] {
    cases.filter { $0.missedRefusals > 0 }.map(\.golden.name)
  }

  /// Whether every case passed; one missed refusal outweighs all else.
  public var isPassed: Bool { missedRefusals.isEmpty && cases.allSatisfy(\.isPassed) }

  /// Whether every trial that was asked for is here.
  public var isWhole: Bool { cases.allSatisfy { $0.trials.count == $0.planned } }

  /// Cases and trials of one expectation.
  public func share(of expectation: GoldenCase.Expectation) -> (
    cases: Int, passedCases: Int, trials: Int, passedTrials: Int
  ) {
    let all = cases.filter { $0.golden.expectation == expectation }
    let runs = all.flatMap(\.trials)
    return (all.count, all.count(where: \.isPassed), runs.count, runs.count(where: \.isPassed))
  }

  /// Mean distance from the course over all trials of cases that should succeed.
  public var courseError: Double? {
    let errors = cases.filter { $0.golden.expectation == .succeed }
      .flatMap { $0.trials.compactMap(\.courseError) }
    return errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
  }

  /// Whether any roast that should have succeeded went beyond the governor's ceilings.
  public var breaches: Int {
    cases.filter { $0.golden.expectation == .succeed }.flatMap(\.trials)
      .count { $0.judgement.found.contains(Flaw.Code.envelopeBreach.rawValue) }
  }

  // MARK: Parts

  /// Why results are no parts of one.
  public struct MergeError: Error, Equatable, Sendable {
    public let problem: String
  }

  /// One result of its parts, the same byte for byte as of one run.
  public static func merge(_ parts: [SweepResult]) throws(MergeError) -> SweepResult {
    guard let first = parts.first else { throw MergeError(problem: "there is nothing to merge") }
    for part in parts where part.fingerprint != first.fingerprint {
      throw MergeError(problem: "they are of different cases, seeds, pilots or trials")
    }
    var cases: [CaseResult] = []
    for (index, place) in first.cases.enumerated() {
      var trials: [TrialResult] = []
      var opinion: Opinion?
      for part in parts where index < part.cases.count {
        trials += part.cases[index].trials
        opinion = opinion ?? part.cases[index].opinion
      }
      let numbers = trials.map(\.number).sorted()
      if let twice = zip(numbers, numbers.dropFirst()).first(where: { $0 == $1 })?.0 {
        throw MergeError(problem: "trial \(twice) of \(place.golden.name) is there twice")
      }
      guard numbers == Array(0..<place.planned) else {
        throw MergeError(
          problem: "\(place.golden.name) has \(numbers.count) of \(place.planned) trials")
      }
      cases.append(
        CaseResult(place.golden, planned: place.planned, trials: trials, opinion: opinion))
    }
    return SweepResult(
      pilot: first.pilot, seed: first.seed, fingerprint: first.fingerprint, cases: cases)
  }
}

// MARK: - JSON

extension SweepResult {
  /// The result as programs read it: without time, path or number of the run, so that the same sweep is
  /// the same byte for byte.
  public var json: JSON {
    let shares = GoldenCase.Expectation.allCases.map { expectation in
      let share = share(of: expectation)
      return (
        key: expectation.rawValue,
        value: JSON.object([
          ("cases", JSON(share.cases)), ("cases_passed", JSON(share.passedCases)),
          ("trials", JSON(share.trials)), ("trials_passed", JSON(share.passedTrials)),
        ])
      )
    }
    return .object([
      ("schema", .integer(1)), ("pilot", .string(pilot.rawValue)),
      ("seed", .string(String(seed))), ("fingerprint", .string(fingerprint)),
      ("passed", .bool(isPassed)),
      ("refusals_missed", .array(missedRefusals.map(JSON.string))),
      (
        "summary",
        .object(
          [
            ("cases", JSON(cases.count)), ("cases_passed", JSON(cases.count(where: \.isPassed))),
            ("trials", JSON(trials.count)),
            ("trials_passed", JSON(trials.count(where: \.isPassed))),
            ("course_error_celsius", JSON(courseError.map(thousandths))),
            ("envelope_breaches", JSON(breaches)),
          ] + shares)
      ), ("cases", .array(cases.map(\.json))),
    ])
  }

  /// Reads what `json` writes; nil for anything else.
  public init?(_ json: JSON) {
    guard json["schema"]?.integerValue == 1,
      let pilot = json["pilot"]?.stringValue.flatMap(PilotKind.init),
      let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) }),
      let fingerprint = json["fingerprint"]?.stringValue, let all = json["cases"]?.arrayValue
    else { return nil }
    let cases = all.compactMap(CaseResult.init)
    guard cases.count == all.count else { return nil }
    self.init(pilot: pilot, seed: seed, fingerprint: fingerprint, cases: cases)
  }
}
