import Analysis
import Governor
import Roaster

/// Looks for the levels that keep BT nearest to the course, as the shadow foresees it
/// (Specs/pilot.md, S5 to S9).
struct Planner: Sendable {
  /// What counts, and for how much. Prices are in C^2 of mean error.
  struct Weights: Equatable, Sendable {
    var heaterPrice = 0.3
    var fanPrice = 0.3
    /// How much of a change's price goes with the square of its levels.
    var size = 0.5
    /// Of a rise over its limit, per (C/min)^2.
    var rise = 0.3
    /// Of a rise that grows again, per (C/min)^2.
    var growth = 0.02
    /// Of what comes near a ceiling, per C^2.
    var ceiling = 5.0
    /// Of a fan that is not as usual, per level^2.
    var fan = 0.05
    /// How much more the end of the horizon counts than its beginning.
    var end = 1.0
    /// How far it looks, in s, and how many plans it tries: more are not worth their time.
    var horizon = 120.0
    var mostLooks = 44
  }

  static let spacing = 10.0
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
    min(now + weights.horizon, max(course.endSeconds + 15, now + 60))
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
    _ = search.isNew(best)
    if let last {
      let before = may.trimmed(last.moves.later(by: now - last.seconds))
      _ = take(before, &search, &best, &cost, may)
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
    while hasImproved, search.looks < weights.mostLooks {
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
    guard search.looks < weights.mostLooks, may.allows(other), search.isNew(other),
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

  /// What of the air is not as people have it: without this, heat and air would fight each other.
  func fanCost(_ moves: LevelMoves, from level: Int, _ means: [Outlook.Mean]) -> Double {
    var cost = 0.0
    var fan = level
    let until = means.last?.seconds ?? 0
    let now = means.first?.seconds ?? 0
    for index in LevelMoves.moments.indices {
      fan += moves.fan[index]
      let begin = now + LevelMoves.moments[index]
      let end = index + 1 < LevelMoves.moments.count ? now + LevelMoves.moments[index + 1] : until
      guard end > begin, let bean = course.bean(at: (begin + end) / 2) else { continue }
      let away = Double(fan) - Planner.usualFan(bean)
      cost += (end - begin) * away * away
    }
    return weights.fan * cost / max(1, until - now)
  }

  /// More air as the beans get hotter, for chaff and smoke: F2 to 130 C, F4 from 190 C on.
  static func usualFan(_ bean: Double) -> Double { 2 + min(max((bean - 130) / 30, 0), 2) }

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
      cost += weights.rise * over * over * weights.horizon / Planner.spacing / 4
    }
    if target.isFalling, last.isFinite {
      let growth = max(0, rise - last - 0.2)
      cost += weights.growth * growth * growth * weights.horizon / Planner.spacing
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
    private var tried: Set<LevelMoves> = []

    init(
      planner: Planner, estimator: Estimator, sample: Rehearsal.Sample,
      prices: (heater: Double, fan: Double)
    ) {
      self.planner = planner
      self.estimator = estimator
      self.sample = sample
      self.prices = prices
    }

    /// Whether it was not looked at before; asked once of each.
    mutating func isNew(_ moves: LevelMoves) -> Bool { tried.insert(moves).inserted }

    mutating func cost(_ moves: LevelMoves) -> Double {
      looks += 1
      let plan = moves.plan(
        from: sample.seconds, lead: planner.lead, heater: sample.heater, fan: sample.fan)
      let means = estimator.course(
        plan, until: planner.until(sample.seconds), spacing: Planner.spacing)
      return planner.cost(means) + planner.fanCost(moves, from: sample.fan, means)
        + moves.price(heater: prices.heater, fan: prices.fan, size: planner.weights.size)
    }
  }
}
