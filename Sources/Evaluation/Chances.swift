import Roaster

/// What so many passes of so many trials tell, without assuming more than that trials are independent
/// (Specs/golden/README.md, J30 to J34).
public struct Chances: Equatable, Sendable {
  public let trials: Int
  public let passed: Int

  /// Of so many trials so many passed.
  public init(trials: Int, passed: Int) {
    self.trials = max(0, trials)
    self.passed = min(max(0, passed), max(0, trials))
  }

  /// The share that passed; nil without trials.
  public var rate: Double? { trials > 0 ? Double(passed) / Double(trials) : nil }

  /// Whether at least one of k would pass: 1 - C(n-c, k) / C(n, k), which is unbiased. Nil for more than
  /// there were.
  public func passAt(_ k: Int) -> Double? {
    guard (1...max(trials, 1)).contains(k), k <= trials else { return nil }
    return 1 - Self.share(of: trials - passed, in: trials, drawing: k)
  }

  /// Whether all of k would pass: C(c, k) / C(n, k), unbiased as well.
  public func passTo(_ k: Int) -> Double? {
    guard (1...max(trials, 1)).contains(k), k <= trials else { return nil }
    return Self.share(of: passed, in: trials, drawing: k)
  }

  /// C(some, k) / C(all, k), as a product that stays small.
  private static func share(of some: Int, in all: Int, drawing k: Int) -> Double {
    guard some >= k else { return 0 }
    return (0..<k).reduce(1.0) { $0 * Double(some - $1) / Double(all - $1) }
  }

  /// Where the true rate lies, with 95 % confidence at least: Clopper and Pearson's interval.
  public func interval(confidence: Double = 0.95) -> ClosedRange<Double>? {
    guard trials > 0 else { return nil }
    let tail = (1 - confidence) / 2
    let low = passed == 0 ? 0 : Self.solve { upperTail($0, from: passed) - tail }
    let high = passed == trials ? 1 : Self.solve { tail - lowerTail($0, to: passed) }
    return low...max(low, high)
  }

  /// The chance of so many passes or more at a rate. It is summed on the side away from the likeliest
  /// count, where terms only shrink and may vanish.
  private func upperTail(_ rate: Double, from least: Int) -> Double {
    Double(least) >= Double(trials) * rate
      ? upperSum(rate, from: least) : 1 - lowerSum(rate, to: least - 1)
  }

  private func lowerTail(_ rate: Double, to most: Int) -> Double {
    Double(most) <= Double(trials) * rate
      ? lowerSum(rate, to: most) : 1 - upperSum(rate, from: most + 1)
  }

  /// Each term from the one before.
  private func upperSum(_ rate: Double, from least: Int) -> Double {
    guard least <= trials, rate < 1 else { return least <= trials ? 1 : 0 }
    var term = probability(least, rate)
    var sum = term
    for count in least..<trials {
      term *= Double(trials - count) / Double(count + 1) * rate / (1 - rate)
      sum += term
    }
    return sum
  }

  private func lowerSum(_ rate: Double, to most: Int) -> Double {
    guard most >= 0, rate > 0 else { return most >= 0 ? 1 : 0 }
    var term = probability(most, rate)
    var sum = term
    for count in stride(from: most, to: 0, by: -1) {
      term *= Double(count) / Double(trials - count + 1) * (1 - rate) / rate
      sum += term
    }
    return sum
  }

  /// The binomial chance of exactly so many, as a product whose factors are taken in turn so that none of
  /// it overflows.
  private func probability(_ count: Int, _ rate: Double) -> Double {
    var (product, passes, fails) = (1.0, 0, 0)
    for index in 0..<count {
      product *= Double(trials - index) / Double(count - index)
      while product > 1, passes < count || fails < trials - count {
        if passes < count {
          product *= rate
          passes += 1
        } else {
          product *= 1 - rate
          fails += 1
        }
      }
    }
    while passes < count {
      product *= rate
      passes += 1
    }
    while fails < trials - count {
      product *= 1 - rate
      fails += 1
    }
    return product
  }

  /// Where a growing function crosses zero between 0 and 1.
  private static func solve(_ body: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if body(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Whether trials agree.
  public enum Verdict: String, CaseIterable, Sendable {
    case consistentPass = "consistent_pass"
    case consistentFail = "consistent_fail"
    case flaky
    case untried
  }

  /// Whether trials agree.
  public var verdict: Verdict {
    if trials == 0 { return .untried }
    return passed == trials ? .consistentPass : passed == 0 ? .consistentFail : .flaky
  }

  /// The chances as programs read them.
  public var json: JSON {
    let ks = [1, 3, 5, 10, 20].filter { $0 <= trials }
    func table(_ value: (Int) -> Double?) -> JSON {
      .object(ks.map { (key: String($0), value: JSON(value($0).map(millionths))) })
    }
    let interval = interval()
    return .object([
      ("trials", JSON(trials)), ("passed", JSON(passed)), ("rate", JSON(rate.map(millionths))),
      (
        "interval_95",
        interval.map {
          .array([.number(millionths($0.lowerBound)), .number(millionths($0.upperBound))])
        } ?? .null
      ),
      ("pass_at", table(passAt)), ("pass_to", table(passTo)),
      ("verdict", .string(verdict.rawValue)),
    ])
  }
}

/// To six places.
private func millionths(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
