import Analysis
import Governor
import Roaster

/// Why a move is wanted, in one sentence with the numbers behind it: what comes without it, and what
/// with it (Specs/pilot.md, S9).
struct Reason: Sendable {
  /// Over these somebody should listen now: C off, and C or C/min under a ceiling.
  private static let urgentCelsius = 8.0
  private static let urgentMargin = 2.0
  /// Less of a difference is not worth words.
  private static let leastRise = 0.5
  private static let spacing = 5.0

  let text: String
  let isUrgent: Bool

  init(
    _ planner: Planner, _ estimator: Estimator, _ sample: Rehearsal.Sample, _ control: Control,
    to level: Int
  ) {
    let until = planner.until(sample.seconds)
    let step = LevelPlan.Step(
      seconds: sample.seconds + planner.lead, heater: control == .heater ? level : nil,
      fan: control == .fan ? level : nil)
    let without = estimator.course(until: until, spacing: Reason.spacing)
    let with = estimator.course(LevelPlan([step]), until: until, spacing: Reason.spacing)
    let move = "\(control.name) \(sample.level(control)) to \(level)"
    let present = control == .heater ? "F\(sample.fan)" : "P\(sample.heater)"
    let pair = Pair(planner: planner, without: without, with: with)
    let hot = pair.ceiling
    text =
      "\(move): "
      + (hot ?? pair.riseAtCrack(present) ?? pair.steepest(present) ?? pair.bean(present))
    isUrgent = hot != nil || pair.farthest > Reason.urgentCelsius
  }

  /// Two forecasts, side by side.
  private struct Pair {
    let planner: Planner
    let without: [Outlook.Mean]
    let with: [Outlook.Mean]

    private var both: Range<Int> { 1..<max(1, min(without.count, with.count)) }

    private func rise(_ means: [Outlook.Mean], _ index: Int) -> Double {
      let apart = means[index].seconds - means[index - 1].seconds
      return apart > 0 ? 60 * (means[index].bean - means[index - 1].bean) / apart : 0
    }

    private func error(_ means: [Outlook.Mean], _ index: Int) -> Double {
      means[index].bean - (planner.course.bean(at: means[index].seconds) ?? means[index].bean)
    }

    /// How far BT would be off without the move, at most.
    var farthest: Double { both.map { abs(error(without, $0)) }.max() ?? 0 }

    /// A ceiling that would come near.
    var ceiling: String? {
      let envelope = planner.envelope
      for index in both {
        let mean = without[index]
        if mean.infrared > envelope.infraredCeiling.degrees - Reason.urgentMargin {
          return
            "IBTS would be \(tenth(mean.infrared)) C at \(clock(mean.seconds)), the ceiling is "
            + "\(whole(envelope.infraredCeiling.degrees)) C, "
            + "\(tenth(with[index].infrared)) C with it"
        }
        if mean.bean > envelope.beanCeiling.degrees - Reason.urgentMargin {
          return "BT would be \(tenth(mean.bean)) C at \(clock(mean.seconds)), the ceiling is "
            + "\(whole(envelope.beanCeiling.degrees)) C, \(tenth(with[index].bean)) C with it"
        }
      }
      return nil
    }

    /// The rise at first crack, where the target names one and the move brings it nearer.
    func riseAtCrack(_ present: String) -> String? {
      guard let wanted = planner.target.riseAtFirstCrack?.degreesPerMinute else { return nil }
      let crack = planner.course.crack.bean
      guard let index = both.first(where: { without[$0].bean >= crack }), without[0].bean < crack
      else { return nil }
      let (rise, better) = (rise(without, index), rise(with, index))
      guard abs(rise - wanted) > Reason.leastRise, abs(better - wanted) < abs(rise - wanted) else {
        return nil
      }
      let (off, side) = (abs(rise - wanted), rise > wanted ? "above" : "below")
      return "at \(present) the rate of rise would \(rise > wanted ? "still" : "only") be "
        + "\(tenth(rise)) C/min at first crack, \(tenth(off)) \(side) target, "
        + "\(tenth(better)) C/min with it"
    }

    /// The steepest rise, where the target limits it.
    func steepest(_ present: String) -> String? {
      guard let most = planner.target.largestRise?.degreesPerMinute,
        let index = both.max(by: { rise(without, $0) < rise(without, $1) }),
        rise(without, index) > most + Reason.leastRise, rise(with, index) < rise(without, index)
      else { return nil }
      return "at \(present) the rate of rise would be \(tenth(rise(without, index))) C/min at "
        + "\(clock(without[index].seconds)), \(tenth(rise(without, index) - most)) above target, "
        + "\(tenth(rise(with, index))) C/min with it"
    }

    /// BT where the move helps most.
    func bean(_ present: String) -> String {
      let helped = { (index: Int) in abs(error(without, index)) - abs(error(with, index)) }
      guard let index = both.max(by: { helped($0) < helped($1) }) else {
        return "at \(present) nothing can be foreseen beyond 0 s"
      }
      let (off, less) = (error(without, index), error(with, index))
      return "at \(present) BT would be \(tenth(without[index].bean)) C at "
        + "\(clock(without[index].seconds)), \(side(off)) the course, "
        + "\(side(less)) with it"
    }

    private func side(_ error: Double) -> String {
      "\(tenth(abs(error))) C \(error < 0 ? "under" : "over")"
    }
  }
}
