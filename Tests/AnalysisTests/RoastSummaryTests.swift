import Analysis
import Roaster
import Testing

struct RoastSummaryTests {
  private let summary = RoastSummary(SmallRoast.curve, gramsIn: 400, gramsOut: 342)

  @Test func `figures are those worked out by hand`() throws {
    #expect(summary.duration == 600)
    #expect(summary.turningPoint?.seconds == 60)
    #expect(summary.turningPoint?.bean == Celsius(100))
    #expect(summary.firstCrack?.bean == Celsius(184))
    #expect(summary.firstCrack?.infrared == Celsius(199))
    #expect(summary.firstCrack?.rateOfRise == CelsiusPerMinute(9.5))
    #expect(summary.drop?.seconds == 604)
    #expect(summary.steepest?.rateOfRise == CelsiusPerMinute(12))
    #expect(summary.parts.map(\.seconds) == [180, 300, 120])
    #expect(summary.parts.map(\.ratio) == [0.3, 0.5, 0.2])
    // Drying from the turning point: 24 degrees in 2 minutes.
    for part in summary.parts {
      #expect(abs(try #require(part.meanRateOfRise?.degreesPerMinute) - 12) < 1e-9)
    }
    #expect(summary.weightLossRatio == 0.145)
  }

  @Test func `JSON keeps its names and is Celsius`() {
    #expect(
      summary.json.text
        == """
        {"duration_seconds":600,"ended":true,\
        "charge":{"seconds":0,"bean_celsius":160,"ibts_celsius":175,\
        "rate_of_rise_celsius_per_minute":-120},\
        "turning_point":{"seconds":60,"bean_celsius":100,"ibts_celsius":115,\
        "rate_of_rise_celsius_per_minute":12},\
        "yellowing":{"seconds":180,"bean_celsius":124,"ibts_celsius":139,\
        "rate_of_rise_celsius_per_minute":12},\
        "first_crack":{"seconds":480,"bean_celsius":184,"ibts_celsius":199,\
        "rate_of_rise_celsius_per_minute":9.5},\
        "first_crack_end":null,"second_crack":null,\
        "drop":{"seconds":604,"bean_celsius":208.8,"ibts_celsius":223.8,\
        "rate_of_rise_celsius_per_minute":9.5},\
        "steepest_rise":{"seconds":70,"bean_celsius":102,"ibts_celsius":117,\
        "rate_of_rise_celsius_per_minute":12},\
        "phases":{"drying":{"seconds":180,"ratio":0.3,"mean_rate_of_rise_celsius_per_minute":12},\
        "maillard":{"seconds":300,"ratio":0.5,"mean_rate_of_rise_celsius_per_minute":12},\
        "development":{"seconds":120,"ratio":0.2,"mean_rate_of_rise_celsius_per_minute":12}},\
        "grams_in":400,"grams_out":342,"weight_loss_ratio":0.145}
        """)
  }

  @Test func `people read their own unit, rates without the 32`() {
    #expect(
      summary.lines(in: .fahrenheit) == [
        "Charge            0:00  BT 320.0 F  IBTS 347.0 F",
        "Turning point     1:00  BT 212.0 F  IBTS 239.0 F",
        "Steepest rise     1:10  BT 215.6 F  IBTS 242.6 F  21.6 F/min",
        "Yellowing         3:00  BT 255.2 F  IBTS 282.2 F  21.6 F/min",
        "First crack       8:00  BT 363.2 F  IBTS 390.2 F  17.1 F/min",
        "Drop             10:04  BT 407.8 F  IBTS 434.8 F  17.1 F/min",
        "Drying            3:00  30.0 %  mean 21.6 F/min",
        "Maillard          5:00  50.0 %  mean 21.6 F/min",
        "Development       2:00  20.0 %  mean 21.6 F/min",
        "Roasted for      10:00",
        "Weight           400 g in, 342 g out, 14.5 % lost",
      ])
  }

  @Test func `what is unknown is null and left out`() {
    let empty = RoastSummary(RoastCurve(), gramsIn: 0, gramsOut: .nan)
    #expect(empty.lines(in: .celsius).isEmpty)
    #expect(empty.json.text.contains(#""drop":null"#))
    #expect(!empty.json.text.contains("nan"))
    let running = RoastSummary(
      RoastCurve(
        spacingSeconds: 10, samples: SmallRoast.samples.filter { $0.seconds < 100 },
        events: [SmallRoast.event(.turningPoint, 60)]), gramsIn: 400)
    #expect(
      running.lines(in: .celsius).suffix(2)
        == ["Roasting for      1:30", "Weight           400 g in"])
    #expect(running.drop == nil)
  }

  @Test func `where no drop was seen, the end of the roast stands for it`() {
    let curve = RoastCurve(spacingSeconds: 10, samples: SmallRoast.samples, endSeconds: 600)
    let drop = RoastSummary(curve).drop
    #expect(drop?.seconds == 600)
    #expect(drop?.bean == Celsius(208))
    #expect(drop?.infrared == Celsius(223))
  }
}
