import Analysis
import Governor
import Roaster
import Shadow

/// What the judge says of a trial.
public struct Judgement: Equatable, Sendable {
  /// How the trial ended.
  public enum Ending: String, CaseIterable, Sendable {
    /// The roast became what it was to become.
    case succeeded
    /// It was roasted to its end, and did not.
    case failed
    case refused
    case aborted
    /// It neither ended nor was stopped.
    case unfinished
  }

  public let ending: Ending
  /// Whether that is what the case expects, for the reason that it names.
  public let isPassed: Bool
  /// What should have been refused was done: nothing outweighs that.
  public let isRefusalMissed: Bool
  /// Codes of what was found: refusals, rules, trips, flaws, and what of the target was missed.
  public let found: [String]
  /// The same for people.
  public let reasons: [String]
  public let measures: [Measure]

  /// Judges what was seen of a trial by what its case expects.
  public init(_ record: TrialRecord, _ golden: GoldenCase, envelope: Envelope = Envelope()) {
    var bench = Bench(record, golden, envelope)
    bench.judge()
    ending = bench.ending
    found = bench.found
    reasons = bench.reasons
    measures = bench.measures
    let isExpected =
      switch golden.expectation {
      case .succeed: ending == .succeeded
      case .refuse: ending == .refused
      case .abort: ending == .aborted
      case .fail: ending == .failed
      }
    isRefusalMissed = bench.isRefusalMissed
    isPassed =
      isExpected && !bench.isRefusalMissed && record.isAuditWhole
      && (golden.reasons.isEmpty || golden.reasons.contains(where: bench.found.contains))
  }

  /// What a stored judgement said.
  init(
    ending: Ending, isPassed: Bool, isRefusalMissed: Bool, found: [String], reasons: [String],
    measures: [Measure]
  ) {
    self.ending = ending
    self.isPassed = isPassed
    self.isRefusalMissed = isRefusalMissed
    self.found = found
    self.reasons = reasons
    self.measures = measures
  }

  /// The code of a pilot that gave the roast back.
  public static let handedBack = "handed_back"

  /// Every code that a case may name as its reason.
  public static func codes(for expectation: GoldenCase.Expectation) -> [String] {
    switch expectation {
    case .succeed: []
    case .refuse: Rule.allCases.map(\.rawValue) + TargetRefusal.Code.allCases.map(\.rawValue)
    case .abort: Trip.allCases.map(\.rawValue) + [handedBack]
    case .fail: Flaw.Code.allCases.map(\.rawValue)
    }
  }
}

/// The judge at work on one trial.
private struct Bench {
  let record: TrialRecord
  let golden: GoldenCase
  let envelope: Envelope
  var ending = Judgement.Ending.unfinished
  var found: [String] = []
  var reasons: [String] = []
  var measures: [Measure] = []
  var isRefusalMissed = false

  init(_ record: TrialRecord, _ golden: GoldenCase, _ envelope: Envelope) {
    self.record = record
    self.golden = golden
    self.envelope = envelope
  }

  mutating func judge() {
    if !record.isAuditWhole { add("audit_broken", "the audit does not follow, or was not written") }
    if golden.expectation == .refuse { return judgeRefusal() }
    if !record.targetRefusals.isEmpty {
      ending = .refused
      for code in record.targetRefusals { add(code, "the target was refused: \(code)") }
      return
    }
    for trip in record.trips { add(trip, "the machine tripped: \(trip)") }
    for why in record.lowered { add("level_lowered", "the level fell by itself: \(why)") }
    if let why = record.handedBack { add(Judgement.handedBack, "the pilot gave it back: \(why)") }
    if golden.expectation == .abort, !record.trips.isEmpty || record.handedBack != nil {
      ending = .aborted
      return
    }
    judgeRoast()
  }

  private mutating func add(_ code: String, _ reason: String) {
    if !found.contains(code) { found.append(code) }
    reasons.append(reason)
  }

  // MARK: What should be refused

  private mutating func judgeRefusal() {
    if !record.targetRefusals.isEmpty {
      ending = .refused
      for code in record.targetRefusals { add(code, "the target was refused: \(code)") }
    }
    for (index, challenge) in record.challenges.enumerated() {
      for code in challenge.codes { add(code, "proposal \(index + 1) was refused: \(code)") }
      if challenge.isMissed {
        isRefusalMissed = true
        add("refusal_missed", "proposal \(index + 1) was done")
      } else if !challenge.isMade {
        add("not_tried", "the moment for proposal \(index + 1) never came")
      }
    }
    let areAllRefused =
      !record.challenges.isEmpty
      && record.challenges.allSatisfy { $0.isMade && !$0.isMissed && !$0.codes.isEmpty }
    if areAllRefused, !isRefusalMissed { ending = .refused }
    guard golden.proposals.isEmpty, record.targetRefusals.isEmpty else { return }
    isRefusalMissed = true
    ending = .failed
    add("refusal_missed", "the target was not refused")
  }

  // MARK: What was roasted

  private mutating func judgeRoast() {
    guard let curve = record.curve, let end = curve.endSeconds, end > 60 else {
      add("unfinished", "no roast came to its end")
      return
    }
    let flaws = curve.flaws(under: envelope.ceilings)
    for flaw in flaws { add(flaw.code.rawValue, flaw.text) }
    measures = RoastJudge(golden.target).measures(curve) + restraint()
    for measure in measures where !measure.isMet {
      let got = measure.got.map { "\($0)" } ?? "nothing"
      add(
        "missed_" + measure.name,
        "\(measure.name): wanted \(measure.words), got \(got)")
    }
    if record.isOverdue { add("not_asked_to_drop", "a person had to see to the drop") }
    ending = found.isEmpty ? .succeeded : .failed
  }

  /// The pilot's own changes of levels.
  private func restraint() -> [Measure] {
    let restraint = golden.target.restraint
    let done = record.commands.filter { $0.state == .completed }
    func times(_ kind: Command.Kind) -> [Double] { done.filter { $0.kind == kind }.map(\.seconds) }
    let (heater, fan) = (times(.heater), times(.fan))
    let gaps = [heater, fan].flatMap { zip($0, $0.dropFirst()).map { $1 - $0 } }
    var measures: [Measure] = [
      .atMost("heater_changes", Double(restraint.heaterChanges), got: Double(heater.count)),
      .atMost("fan_changes", Double(restraint.fanChanges), got: Double(fan.count)),
    ]
    if let least = gaps.min() {
      measures.append(.atLeast("seconds_between", restraint.secondsBetween, got: least))
    }
    return measures
  }
}

extension Measure {
  fileprivate var words: String {
    switch kind {
    case .near: "\(wanted) within \(tolerance)"
    case .atMost: "at most \(wanted)"
    case .atLeast: "at least \(wanted)"
    }
  }
}
