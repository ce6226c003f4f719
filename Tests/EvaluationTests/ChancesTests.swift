import Evaluation
import Testing

struct ChancesTests {
  @Test func `pass at and pass to are those worked out by hand`() throws {
    let chances = Chances(trials: 5, passed: 3)
    #expect(chances.rate == 0.6)
    // C(2, 2) / C(5, 2) = 1 / 10, C(3, 2) / C(5, 2) = 3 / 10.
    #expect(abs(try #require(chances.passAt(2)) - 0.9) < 1e-12)
    #expect(abs(try #require(chances.passTo(2)) - 0.3) < 1e-12)
    #expect(chances.passAt(1) == chances.passTo(1))
    #expect(chances.passAt(3) == 1)
    #expect(chances.passTo(4) == 0)
    #expect(chances.passAt(6) == nil)
    #expect(chances.passTo(0) == nil)
  }

  @Test func `an independent count of all draws agrees`() throws {
    for trials in 1...8 {
      for passed in 0...trials {
        for k in 1...trials {
          let (any, all) = Self.counted(trials, passed, k)
          let chances = Chances(trials: trials, passed: passed)
          #expect(abs(try #require(chances.passAt(k)) - any) < 1e-9)
          #expect(abs(try #require(chances.passTo(k)) - all) < 1e-9)
        }
      }
    }
  }

  /// Goes through every way to draw k of the trials, of which the first have passed.
  private static func counted(_ trials: Int, _ passed: Int, _ k: Int) -> (any: Double, all: Double)
  {
    var (draws, any, all) = (0.0, 0.0, 0.0)
    for draw in 0..<(1 << trials) where draw.nonzeroBitCount == k {
      let good = (draw & ((1 << passed) - 1)).nonzeroBitCount
      draws += 1
      if good > 0 { any += 1 }
      if good == k { all += 1 }
    }
    return (any / draws, all / draws)
  }

  @Test(arguments: [
    // By scipy.stats.binomtest(k, n).proportion_ci(method="exact").
    (20, 20, 0.831566, 1.0), (0, 20, 0.0, 0.168434), (18, 20, 0.683017, 0.987651),
    (1, 2, 0.012579, 0.987421),
  ])
  func `the interval is that of Clopper and Pearson`(
    passed: Int, trials: Int, low: Double, high: Double
  ) throws {
    let interval = try #require(Chances(trials: trials, passed: passed).interval())
    #expect(abs(interval.lowerBound - low) < 2e-6)
    #expect(abs(interval.upperBound - high) < 2e-6)
  }

  @Test func `a thousand trials do not overflow`() throws {
    let interval = try #require(Chances(trials: 10_000, passed: 9_000).interval())
    #expect(interval.contains(0.9))
    #expect(interval.upperBound - interval.lowerBound < 0.013)
  }

  @Test func `trials that agree are consistent, others flaky`() {
    #expect(Chances(trials: 4, passed: 4).verdict == .consistentPass)
    #expect(Chances(trials: 4, passed: 0).verdict == .consistentFail)
    #expect(Chances(trials: 4, passed: 1).verdict == .flaky)
    #expect(Chances(trials: 0, passed: 0).verdict == .untried)
    #expect(Chances(trials: 0, passed: 0).interval() == nil)
  }
}
