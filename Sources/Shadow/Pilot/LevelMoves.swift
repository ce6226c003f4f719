import Roaster

/// A coarse plan: by how much heater and fan change at a few moments from now on.
///
/// Changes instead of levels, so that trying another one now carries everything later along.
struct LevelMoves: Hashable, Sendable {
  /// Seconds from now at which levels may change.
  static let moments = [0.0, 20, 60, 110]

  var heater = SIMD4<Int>()
  var fan = SIMD4<Int>()

  /// What all of its changes cost. Later ones cost as much as those now: were they cheaper, it would
  /// always be better to wait.
  func price(heater heaterPrice: Double, fan fanPrice: Double, size: Double) -> Double {
    var price = 0.0
    for index in LevelMoves.moments.indices {
      price += heaterPrice * LevelMoves.weight(heater[index], size)
      price += fanPrice * LevelMoves.weight(fan[index], size)
    }
    return price
  }

  /// A larger change is one change, and rougher.
  private static func weight(_ change: Int, _ size: Double) -> Double {
    change == 0 ? 0 : 1 - size + size * Double(change * change)
  }

  /// As a plan for the shadow; `lead` is how long the hand or the bus takes.
  func plan(from now: Double, lead: Double, heater level: Int, fan fanLevel: Int) -> LevelPlan {
    var steps: [LevelPlan.Step] = []
    var (h, f) = (level, fanLevel)
    for (index, moment) in LevelMoves.moments.enumerated()
    where heater[index] != 0 || fan[index] != 0 {
      h += heater[index]
      f += fan[index]
      steps.append(LevelPlan.Step(seconds: now + lead + moment, heater: h, fan: f))
    }
    return LevelPlan(steps)
  }

  /// Whether every level of it can be set.
  func isPossible(heater level: Int, fan fanLevel: Int, floor: [Int], fans: ClosedRange<Int>)
    -> Bool
  {
    var (h, f) = (level, fanLevel)
    for index in LevelMoves.moments.indices {
      h += heater[index]
      f += fan[index]
      guard (1...9).contains(h) || (h == level && heater[index] == 0),
        fans.contains(f) || f == fanLevel,
        f >= floor[min(max(h, 0), floor.count - 1)] || (h <= level && f >= fanLevel)
      else { return false }
    }
    return true
  }

  /// The same plan, so many seconds later: what was due by then is over.
  func later(by seconds: Double) -> LevelMoves {
    var moves = LevelMoves()
    for (index, moment) in LevelMoves.moments.enumerated() where index > 0 {
      let left = moment - seconds
      let nearest =
        LevelMoves.moments.indices.min {
          abs(LevelMoves.moments[$0] - left) < abs(LevelMoves.moments[$1] - left)
        } ?? 0
      moves.heater[nearest] += heater[index]
      moves.fan[nearest] += fan[index]
    }
    return moves
  }
}
