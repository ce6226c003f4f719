import Analysis
import Roaster

/// A small invented roast whose figures can be worked out by hand.
enum SmallRoast {
  /// A sample every 10 s. BT falls from 160 by 2 a second for 30 s, stands at 100 until 60 s, then
  /// climbs by 0.2 a second; nothing is known from 150 to 160 s.
  static let samples: [RoastCurve.Sample] = stride(from: -30, through: 630, by: 10).map { second in
    let seconds = Double(second)
    let state: RoasterState = second < 0 ? .ready : second < 600 ? .roasting : .cooling
    if (150...160).contains(second) { return RoastCurve.Sample(seconds: seconds) }
    return RoastCurve.Sample(
      seconds: seconds, bean: Celsius(bean(seconds)),
      infrared: (0..<10).contains(second) ? nil : Celsius(second < 0 ? 230 : bean(seconds) + 15),
      rateOfRise: CelsiusPerMinute(second < 30 ? -120 : second < 60 ? 0 : second < 300 ? 12 : 9.5),
      heater: second < 0 ? 1 : second < 300 ? 8 : second < 600 ? 5 : 0,
      fan: second < 300 ? 2 : 4, drum: second < 0 ? 0 : 9, state: state)
  }

  static func bean(_ seconds: Double) -> Double {
    160 - 2 * min(max(seconds, 0), 30) + 0.2 * max(seconds - 60, 0)
  }

  static func event(
    _ landmark: Landmark, _ seconds: Double, source: RoastEvent.Source = .estimated
  ) -> RoastCurve.Event {
    RoastCurve.Event(
      name: landmark.name, category: .landmark, source: source, seconds: seconds,
      bean: Celsius(bean(seconds)), infrared: Celsius(bean(seconds) + 15))
  }

  static let curve = RoastCurve(
    spacingSeconds: 10, samples: samples,
    events: [
      event(.charged, 0), event(.turningPoint, 60), event(.yellowing, 180),
      event(.firstCrack, 480, source: .marked),
      RoastCurve.Event(
        name: "readings_frozen", category: .anomaly, source: .machine, seconds: 333),
      event(.dropped, 604),
    ], endSeconds: 600)
}
