import Analysis
import Governor
import Roaster

/// Looks for the levels that keep BT nearest to the course, as the shadow foresees it
/// (Specs/pilot.md, S5 to S9).
struct Planner: Sendable {
  /// What counts, and for how much. Prices are in C^2 of mean error.
  struct Weights: Equatable, Sendable {
    var heaterPrice = 0.35
    var fanPrice = 0.35
    /// Of a rise over its limit, per (C/min)^2.
    var rise = 0.3
    /// Of a rise that grows again, per (C/min)^2.
    var growth = 0.02
    /// Of what comes near a ceiling, per C^2.
    var ceiling = 5.0
    /// How much more the end of the horizon counts than its beginning.
    var end = 1.0
  }

  static let horizon = 170.0
  static let spacing = 10.0
  /// More looks are not worth their time.
  static let mostLooks = 64
  /// The model knows no faster fan in a roast (Specs/physics.md, P20).
  static let fastestFan = 5
  /// Margins under what the governor refuses, in C and C/min.
  private static let margin = (bean: 4.0, infrared: 5.0, rise: 4.0)

  let course: Course
  let target: Target
  let envelope: Envelope
  var weights = Weights()
  /// How long a move takes to reach the roaster.
  var lead = 1.0
  private(set) var last: (moves: LevelMoves, seconds: Double)?

  init(course: Course, target: Target, envelope: Envelope) {
    self.course = course
    self.target = target
    self.envelope = envelope
  }

  /// What was found.
  struct Finding: Sendable {
    var moves: LevelMoves
    var cost: Double
    /// Of leaving everything as it is.
    var standing: Double
  }

  /// How far it looks from a moment.
  func until(_ now: Double) -> Double {
    min(now + Planner.horizon, max(course.endSeconds + 15, now + 60))
  }

  /// The best plan from here, moves now being only those that are allowed.
  mutating func find(
    _ estimator: Estimator, _ sample: Rehearsal.Sample, prices: (heater: Double, fan: Double),
    allows: (Control, Int) -> Bool
  ) -> Finding {
    var search = Search(planner: self, estimator: estimator, sample: sample, prices: prices)
    let now = sample.seconds
    var best = LevelMoves()
    let standing = search.cost(best)
    var cost = standing
    let may = Permitted(sample, allows)
    if let last {
      let before = may.trimmed(last.moves.later(by: now - last.seconds))
      let other = search.cost(before)
      if other < cost { (best, cost) = (before, other) }
    }
    descend(&search, &best, &cost, may)
    last = (best, now)
    return Finding(moves: best, cost: cost, standing: standing)
  }

  mutating func forget() { last = nil }

  private func descend(
    _ search: inout Search, _ best: inout LevelMoves, _ cost: inout Double, _ may: Permitted
  ) {
    var hasImproved = true
    while hasImproved, search.looks < Planner.mostLooks {
      hasImproved = false
      for index in LevelMoves.moments.indices {
        for change in [-1, 1, -2, 2] {
          var other = best
          other.heater[index] += change
          hasImproved = take(other, &search, &best, &cost, may) || hasImproved
        }
        for change in [-1, 1] {
          var other = best
          other.fan[index] += change
          hasImproved = take(other, &search, &best, &cost, may) || hasImproved
        }
        guard index > 0 else { continue }
        // The same change earlier.
        var other = best
        other.heater[index - 1] += other.heater[index]
        other.heater[index] = 0
        hasImproved = take(other, &search, &best, &cost, may) || hasImproved
      }
    }
  }

  private func take(
    _ other: LevelMoves, _ search: inout Search, _ best: inout LevelMoves, _ cost: inout Double,
    _ may: Permitted
  ) -> Bool {
    guard other != best, search.looks < Planner.mostLooks, may.allows(other),
      other.isPossible(
        heater: search.sample.heater, fan: search.sample.fan, floor: envelope.fanFloor,
        fans: 1...max(Planner.fastestFan, search.sample.fan))
    else { return false }
    let price = search.cost(other)
    guard price < cost - 1e-9 else { return false }
    (best, cost) = (other, price)
    return true
  }

  /// What a forecast costs, without the price of changes.
  func cost(_ means: [Outlook.Mean]) -> Double {
    var sum = 0.0
    var weight = 0.0
    var penalty = 0.0
    var peak = -Double.infinity
    let count = Double(max(1, means.count - 1))
    for index in 1..<max(1, means.count) {
      let (before, mean) = (means[index - 1], means[index])
      let apart = mean.seconds - before.seconds
      guard apart > 0.5, let wanted = course.bean(at: mean.seconds) else { continue }
      let share = 1 + (weights.end - 1) * Double(index) / count
      sum += share * (mean.bean - wanted) * (mean.bean - wanted)
      weight += share
      let rise = 60 * (mean.bean - before.bean) / apart
      penalty += ceilings(mean, rise) + limits(before, mean, rise, peak)
      if mean.seconds > course.beginSeconds + 60 { peak = rise }
    }
    return (weight > 0 ? sum / weight : 0) + penalty / count
  }

  private func ceilings(_ mean: Outlook.Mean, _ rise: Double) -> Double {
    let margin = Planner.margin
    let bean = max(0, mean.bean - envelope.beanCeiling.degrees + margin.bean)
    let infrared = max(0, mean.infrared - envelope.infraredCeiling.degrees + margin.infrared)
    let steep = max(0, rise - envelope.riseWithBeans.degreesPerMinute + margin.rise)
    return weights.ceiling * (bean * bean + infrared * infrared + steep * steep)
  }

  private func limits(
    _ before: Outlook.Mean, _ mean: Outlook.Mean, _ rise: Double, _ last: Double
  ) -> Double {
    var cost = 0.0
    if let most = target.largestRise?.degreesPerMinute, mean.seconds > course.beginSeconds {
      let over = max(0, rise - most)
      cost += weights.rise * over * over
    }
    if let wanted = target.riseAtFirstCrack?.degreesPerMinute,
      before.bean < course.crack.bean, mean.bean >= course.crack.bean
    {
      // One moment of many: it counts for all of them.
      let over = rise - wanted
      cost += weights.rise * over * over * Planner.horizon / Planner.spacing / 4
    }
    if target.isFalling, last.isFinite {
      let growth = max(0, rise - last - 0.2)
      cost += weights.growth * growth * growth * Planner.horizon / Planner.spacing
    }
    return cost
  }

  /// The moves now that may be asked for.
  private struct Permitted {
    private var heater: Set<Int> = [0]
    private var fan: Set<Int> = [0]

    init(_ sample: Rehearsal.Sample, _ allows: (Control, Int) -> Bool) {
      for change in -4...4 where change != 0 {
        if allows(.heater, sample.heater + change) { heater.insert(change) }
        if allows(.fan, sample.fan + change) { fan.insert(change) }
      }
    }

    func allows(_ moves: LevelMoves) -> Bool {
      heater.contains(moves.heater[0]) && fan.contains(moves.fan[0])
    }

    /// What may not be done now waits for the next moment.
    func trimmed(_ moves: LevelMoves) -> LevelMoves {
      var moves = moves
      if !heater.contains(moves.heater[0]) {
        moves.heater[1] += moves.heater[0]
        moves.heater[0] = 0
      }
      if !fan.contains(moves.fan[0]) {
        moves.fan[1] += moves.fan[0]
        moves.fan[0] = 0
      }
      return moves
    }
  }

  /// One search: what it costs to look.
  private struct Search {
    let planner: Planner
    let estimator: Estimator
    let sample: Rehearsal.Sample
    let prices: (heater: Double, fan: Double)
    private(set) var looks = 0

    mutating func cost(_ moves: LevelMoves) -> Double {
      looks += 1
      let plan = moves.plan(
        from: sample.seconds, lead: planner.lead, heater: sample.heater, fan: sample.fan)
      let means = estimator.course(
        plan, until: planner.until(sample.seconds), spacing: Planner.spacing)
      return planner.cost(means) + moves.price(heater: prices.heater, fan: prices.fan)
    }
  }
}
