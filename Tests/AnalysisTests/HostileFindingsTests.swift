import Analysis
import Roaster
import Testing

/// No curve, however odd, brings the analysis down.
struct HostileFindingsTests {
  @Test func `nothing, one sample and no readings give nothing`() {
    #expect(RoastFindings(RoastCurve()).items.isEmpty)
    let one = RoastCurve(
      samples: [.init(seconds: 0, bean: Celsius(100), state: .roasting)], endSeconds: 0)
    #expect(RoastFindings(one).items.isEmpty && RoastFindings(one).energy == nil)
    let blank = RoastCurve(
      samples: (0..<500).map { .init(seconds: Double($0), state: .roasting) }, endSeconds: 500)
    #expect(RoastFindings(blank).items.map(\.code) == [.readingsMissing])
    #expect(RoastFindings(RoastCurve(endSeconds: -5)).items.isEmpty)
    #expect(RoastFindings(RoastCurve(endSeconds: 999_999)).items.map(\.code) == [.readingsMissing])
  }

  @Test func `random curves are survived, and say the same twice`() {
    for seed in 1...200 as ClosedRange<UInt64> {
      let curve = Self.random(seed)
      let findings = RoastFindings(curve)
      #expect(findings == RoastFindings(curve), "seed \(seed)")
      #expect(RoastFindings(json: findings.json) == findings, "seed \(seed)")
      #expect(!findings.json.text.contains("nan"), "seed \(seed)")
      for item in findings.items {
        #expect(item.seconds.isFinite && item.endSeconds >= item.seconds, "seed \(seed): \(item)")
      }
    }
  }

  private static func random(_ seed: UInt64) -> RoastCurve {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Double>) -> Double {
      Int.random(in: 0..<40, using: &generator) == 0
        ? [.nan, .infinity, -1e300, 5e3, 0].randomElement(using: &generator) ?? 0
        : Double.random(in: range, using: &generator)
    }
    let count = Int.random(in: 0...600, using: &generator)
    let samples = (0..<count).map { index in
      RoastCurve.Sample(
        seconds: Bool.random(using: &generator) ? Double(index) : number(-100...700),
        bean: Bool.random(using: &generator) ? Celsius(number(-50...400)) : nil,
        infrared: Celsius(number(0...500)), heater: Int.random(in: -5...20, using: &generator),
        fan: Int.random(in: 0...3, using: &generator) == 0 ? nil : 3,
        state: [.roasting, .cooling, .ready].randomElement(using: &generator))
    }
    let events = Landmark.allCases.filter { _ in Bool.random(using: &generator) }.map { landmark in
      RoastCurve.Event(
        name: landmark.name, category: .landmark, source: .estimated, seconds: number(-100...700))
    }
    return RoastCurve(
      spacingSeconds: number(-1...20), samples: samples, events: events,
      endSeconds: Bool.random(using: &generator) ? number(-10...700) : nil)
  }
}
