import Governor
import Roaster
import Shadow
import Testing

/// Pasts that no roast had: each ends in words, never in a trap (Specs/governor.md, F3).
struct HostilePastTests {
  private func problem(_ past: [Rehearsal.Sample], grams: Double? = nil) -> String? {
    TwinForesight().rehearse(Rehearsal(command: .heater(9), past: past, grams: grams)).problem
  }

  private func sample(
    _ seconds: Double, bean: Double? = 150, infrared: Double? = 180, heater: Int = 7
  ) -> Rehearsal.Sample {
    Rehearsal.Sample(
      seconds: seconds, bean: bean.map { Celsius($0) }, infrared: infrared.map { Celsius($0) },
      heater: heater, fan: 2, drum: 9)
  }

  @Test func `nothing, and next to nothing`() {
    #expect(problem([]) == "no beans are in")
    #expect(problem([sample(0)]) == "too little of the roast was seen")
    #expect(problem([sample(-500), sample(-3)]) == "too little of the roast was seen")
  }

  @Test func `gaps, and times without an order`() {
    let unseen = "part of the roast was not seen"
    #expect(problem([sample(300)]) == unseen)
    #expect(problem([sample(0), sample(1e300)]) == unseen)
    #expect(problem([sample(0), sample(.infinity)]) == unseen)
    #expect(problem([sample(0), sample(.nan), sample(60)]) == unseen)
    #expect(problem((0...100).map { sample(Double($0 > 50 ? $0 + 15 : $0)) }) == unseen)
    #expect(problem((0...100).reversed().map { sample(Double($0)) }) == unseen)
    var mixed = (0...100).map { sample(Double($0)) }
    mixed.swapAt(30, 31)
    #expect(problem(mixed) == unseen)
  }

  @Test func `10,000 samples, long, dense or all at once`() {
    #expect(problem((0..<10_000).map { sample(Double($0)) }) == "no roast takes so long")
    #expect(problem((0..<10_000).map { sample(Double($0) / 10) }) != nil)
    #expect(problem((0..<10_000).map { _ in sample(90) }) != nil)
    #expect(
      problem(
        (0..<10_000).map { sample($0 < 9000 ? Double.leastNonzeroMagnitude : Double($0) - 8999) })
        != nil)
  }

  @Test func `readings that nothing has, and levels that are none`() {
    for wild in [1e6, -1e6, 1e160, -1e160, 1e308, .infinity, -.infinity] as [Double] {
      #expect(problem((0...90).map { sample(Double($0), bean: wild) }) != nil, "\(wild)")
      #expect(problem((0...90).map { sample(Double($0), infrared: wild) }) != nil, "\(wild)")
      #expect(
        problem((0...90).map { sample(Double($0), bean: $0 % 2 == 0 ? wild : -wild) }) != nil)
      #expect(problem((0...90).map { sample(Double($0), bean: $0 == 0 ? wild : 100) }) != nil)
    }
    for level in [Int.min, -1, 10, Int.max] {
      #expect(problem((0...90).map { sample(Double($0), heater: level) }) != nil)
    }
  }

  @Test func `random pasts`() {
    for seed in UInt64(1)...300 {
      var random = SeededGenerator(seed: seed)
      var seconds = 0.0
      let past = (0..<Int.random(in: 0...200, using: &random)).map { _ in
        seconds += .random(in: -0.5...3, using: &random)
        return sample(
          seconds, bean: .random(in: -1000...1000, using: &random),
          infrared: .random(in: -1000...1000, using: &random),
          heater: .random(in: -20...20, using: &random))
      }
      #expect(problem(past) != nil, "seed \(seed)")
    }
  }
}
