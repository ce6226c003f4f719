import Analysis
import Roaster

/// A roast whose rate of rise is what a test says, with a probe's noise on BT.
struct SyntheticCurve {
  var seconds = 540.0
  var crack: Double? = 440
  var crackSource = RoastEvent.Source.marked
  var spacing = 1.0
  /// What is added to a calm rate of rise, in C/min.
  var bump: (Double) -> Double = { _ in 0 }
  /// Standard deviation of BT, in C.
  var noise = 0.1
  var seed: UInt64 = 1
  var charge = 235.0
  /// IBTS above BT.
  var excess = 20.0
  var heater: (Double) -> Int = { $0 < 300 ? 7 : $0 < 400 ? 5 : 4 }
  /// Where BT is not known.
  var missing: Range<Double>?
  var hasEnded = true

  /// Like those of the recordings: 20 C/min at 100 s, 9 at 400 s, then 5 at the drop.
  static func calm(_ seconds: Double) -> Double {
    seconds < 100 ? (seconds - 60) / 2 : 20 - (seconds - 100) * 0.033
  }

  var curve: RoastCurve {
    var generator = SeededGenerator(seed: seed)
    var (bean, samples): (Double, [RoastCurve.Sample]) = (95, [])
    for step in Int(-20 / spacing)...Int((seconds + 30) / spacing) {
      let time = Double(step) * spacing
      bean = time <= 60 ? 95 + max(0, 60 - max(time, 0)) : bean + rise(time) / 60 * spacing
      let isKnown = missing?.contains(time) != true
      samples.append(
        RoastCurve.Sample(
          seconds: time,
          bean: isKnown ? Celsius(bean + noise * Self.normal(&generator)) : nil,
          infrared: Celsius(time < 0 ? charge : bean + excess), heater: heater(time),
          fan: 2, drum: 9, state: time < 0 ? .ready : time < seconds ? .roasting : .cooling))
    }
    func event(_ landmark: Landmark, _ seconds: Double, _ source: RoastEvent.Source = .estimated)
      -> RoastCurve.Event
    {
      RoastCurve.Event(
        name: landmark.name, category: .landmark, source: source, seconds: seconds)
    }
    return RoastCurve(
      spacingSeconds: spacing, samples: samples,
      events: [event(.turningPoint, 60)]
        + (crack.map { [event(.firstCrack, $0, crackSource)] } ?? []),
      endSeconds: hasEnded ? seconds : nil)
  }

  private func rise(_ time: Double) -> Double { Self.calm(time) + bump(time) }

  /// Twelve even numbers make nearly a normal one.
  private static func normal(_ generator: inout SeededGenerator) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
  }
}
