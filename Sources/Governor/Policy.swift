import Roaster

/// May this command happen? Pure: the same circumstances give the same verdict.
public struct Policy: Sendable {
  public var envelope: Envelope

  /// A policy within that envelope.
  public init(envelope: Envelope = Envelope()) { self.envelope = envelope }

  /// What stands against a command now. Without an approver it is judged as the level would have
  /// it run: an agent's at L4 and L5 unasked, any other by leave of a person yet to come.
  public func review(
    _ command: Command, by actor: Actor, approver: Approval.Approver?, words: Set<PersonsWord>,
    _ circumstances: Circumstances
  ) -> Verdict {
    var judgement = Judgement(
      command: command, actor: actor, approver: approver, words: words, now: circumstances,
      envelope: envelope)
    judgement.judgePermissives()
    judgement.judgeInterlocks()
    return Verdict(judgement.findings)
  }

  /// What stands against a proposal now: all rules for a first step that is done at once, and for
  /// steps that wait those that the moment does not decide (L8).
  public func review(
    _ proposal: Proposal, approver: Approval.Approver?, words: Set<PersonsWord>,
    _ circumstances: Circumstances
  ) -> Verdict {
    let now = circumstances.own(proposal.id)
    var found: [Finding] = []
    for (index, step) in proposal.steps.enumerated() {
      let waits = index > 0 || step.when != .atOnce
      let verdict = review(
        step.command, by: proposal.actor, approver: approver, words: words, now)
      for finding in verdict.findings where !(waits && Self.ofTheMoment.contains(finding.rule)) {
        if !found.contains(where: { $0.rule == finding.rule }) { found.append(finding) }
      }
    }
    return Verdict(found)
  }

  /// What a rehearsal says against a command that would run unasked (P14, P15). Less heat needs
  /// none: a rule that keeps heat on is no safety.
  public func foresee(
    _ forecast: Forecast?, _ command: Command, _ circumstances: Circumstances
  ) -> [Finding] {
    if command.isLessHeat(than: circumstances.status) || command == .press(.beginCooling) {
      return []
    }
    guard let forecast else { return [Self.cannotRehearse("nothing was rehearsed", nil)] }
    if let problem = forecast.problem { return [Self.cannotRehearse(problem, forecast.misfit)] }
    guard let bean = forecast.bean.max(), let infrared = forecast.infrared.max(),
      (forecast.bean + forecast.infrared + [forecast.steepestRise]).allSatisfy(\.isFinite)
    else { return [Self.cannotRehearse("the model gave no curve", forecast.misfit)] }
    guard let misfit = forecast.misfit, misfit <= envelope.misfit else {
      return [Self.cannotRehearse("the model is too far from the roast", forecast.misfit)]
    }
    guard
      bean >= envelope.rehearsedBean.degrees || infrared >= envelope.rehearsedInfrared.degrees
        || forecast.steepestRise >= envelope.rehearsedRise.degreesPerMinute
    else { return [] }
    return [
      Finding(
        .rehearsedBreach,
        "rehearsed, it reaches BT \(text(bean)) C, IBTS \(text(infrared)) C and "
          + "\(text(forecast.steepestRise)) C/min",
        [
          ("bean_celsius", .number(tenths(bean))),
          ("ibts_celsius", .number(tenths(infrared))),
          ("rise_celsius_per_minute", .number(tenths(forecast.steepestRise))),
          ("bean_limit_celsius", .number(envelope.rehearsedBean.degrees)),
          ("ibts_limit_celsius", .number(envelope.rehearsedInfrared.degrees)),
          ("rise_limit_celsius_per_minute", .number(envelope.rehearsedRise.degreesPerMinute)),
        ])
    ]
  }

  /// Rules that for a step that waits say nothing yet.
  private static let ofTheMoment: Set<Rule> = [
    .wrongState, .busy, .panelActive, .stepLimit, .rampLimit, .minimumInterval, .beanCeiling,
    .infraredCeiling, .riseCeiling, .fanFloor, .drumStands,
  ]

  private static func cannotRehearse(_ problem: String, _ misfit: Double?) -> Finding {
    Finding(
      .cannotRehearse, "it cannot be rehearsed: \(problem)",
      [("problem", .string(problem)), ("misfit_celsius", JSON(misfit.map(tenths)))])
  }
}

/// A number for people.
func text(_ number: Double) -> String { JSON.number(tenths(number)).text }
