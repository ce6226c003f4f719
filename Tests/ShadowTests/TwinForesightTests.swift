import Governor
import Roaster
import Testing

@testable import Shadow

/// Specs/governor.md, F1 to F4, on the twin and on hostile questions.
struct TwinForesightTests {
  static let foresight = TwinForesight()
  static let noBeans = "the model does not explain the readings"

  private func rehearse(
    _ command: Command, _ past: [Rehearsal.Sample], grams: Double? = 400, seconds: Double = 90
  ) -> Forecast {
    Self.foresight.rehearse(
      Rehearsal(command: command, past: past, grams: grams, seconds: seconds))
  }

  private func grams(_ roast: TwinRoast) -> Double? { roast.bullet.physics.batch?.grams }

  @Test(arguments: UInt64(1)...40)
  func `a random roast comes as forecast, within 2 C for 90 s`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var roast = TwinRoast(seed: seed, isNoisy: false)
    roast.roastAtRandom(until: .random(in: 65...600, using: &random))
    let command = [
      Command.heater(.random(in: 0...9, using: &random)),
      .fan(.random(in: 1...9, using: &random)), .drum(.random(in: 1...9, using: &random)),
      .press(.beginCooling),
    ][Int(seed % 4)]
    let forecast = rehearse(command, roast.past, grams: grams(roast))
    #expect(forecast.problem == nil, "seed \(seed)")
    #expect(forecast.bean.count == 91 && forecast.infrared.count == 91)
    #expect((forecast.misfit ?? 9) < 0.6, "seed \(seed): \(forecast)")
    let outcome = roast.outcome(of: command)
    for (second, shown) in outcome.enumerated() where forecast.problem == nil {
      #expect(
        abs(forecast.bean[second + 1] - shown.bean) < 2
          && abs(forecast.infrared[second + 1] - shown.infrared) < 2,
        "seed \(seed), \(command.text), \(second + 1) s: \(shown)")
    }
  }

  @Test func `noise of the sensors moves the forecast by little`() {
    for seed in UInt64(1)...10 {
      var roast = TwinRoast(seed: seed, isNoisy: true)
      roast.roastAtRandom(until: 300)
      let now = roast.bullet.level(of: .heater)
      let forecast = rehearse(.heater(now), roast.past, grams: grams(roast))
      let last = roast.outcome(of: .heater(now)).last
      #expect(abs((forecast.bean.last ?? 0) - (last?.bean ?? 999)) < 2, "seed \(seed)")
      #expect(abs((forecast.infrared.last ?? 0) - (last?.infrared ?? 999)) < 4, "seed \(seed)")
    }
  }

  /// The twin holds 30 g more than the model is told.
  @Test func `the forecast begins at what is read, whatever the model thinks`() {
    var roast = TwinRoast(seed: 1, grams: 430)
    roast.roast(until: 240)
    let shown = roast.bullet.shown
    let forecast = rehearse(.heater(7), roast.past, grams: 400)
    #expect(abs((forecast.bean.first ?? 0) - shown.bean) < 1)
    #expect(abs((forecast.infrared.first ?? 0) - shown.infrared) < 1)
    #expect((forecast.misfit ?? 0) > 0.05)
  }

  @Test func `full heat on a low fan, late in a hot roast, is a breach, and less heat is none`() {
    var roast = TwinRoast(seed: 1, grams: 400)
    roast.set(.heater, to: 9)
    while roast.bullet.shown.bean < 215 || roast.bullet.seconds < 120 {
      roast.roast(until: roast.bullet.seconds + 1)
    }
    let full = rehearse(.fan(1), roast.past)
    #expect(full.problem == nil && full.isBreach)
    #expect(roast.outcome(of: .fan(1)).contains { $0.bean >= 235 || $0.infrared >= 270 })
    let less = rehearse(.heater(0), roast.past)
    #expect(less.problem == nil && !less.isBreach)
    #expect(rehearse(.fan(1), roast.past, grams: nil).isBreach)
  }

  @Test func `a rise over the limit is a breach of its own`() {
    var roast = TwinRoast(seed: 1, grams: 60, infrared: 250, bean: 175)
    roast.set(.heater, to: 9)
    roast.roast(until: 70)
    let forecast = rehearse(.heater(9), roast.past, grams: 60)
    #expect(forecast.problem == nil && forecast.steepestRise >= 35, "\(forecast.steepestRise)")
  }

  @Test func `without the weight the hottest of those that may be counts`() {
    var roast = TwinRoast(seed: 1, grams: 600)
    roast.roast(until: 200)
    let unknown = rehearse(.heater(8), roast.past, grams: nil)
    let known = TwinForesight.weights.map { rehearse(.heater(8), roast.past, grams: $0) }
    let likely = known.filter { $0.problem == nil }
    #expect(likely.count >= 2)
    for second in 0...90 {
      #expect(unknown.bean[second] == likely.map { $0.bean[second] }.max())
      #expect(unknown.infrared[second] == likely.map { $0.infrared[second] }.max())
    }
    #expect(unknown.steepestRise == likely.map(\.steepestRise).max())
    #expect(unknown.misfit == likely.compactMap(\.misfit).min())
  }

  @Test func `a weight that is wrong by far is found`() {
    for (real, said) in [(250.0, 1000.0), (1000, 250), (100, 800)] {
      var roast = TwinRoast(seed: 1, grams: real)
      for seconds in stride(from: 70.0, through: 600, by: 10) {
        roast.roast(until: seconds)
        let forecast = rehearse(.heater(7), roast.past, grams: said)
        #expect(forecast.problem == Self.noBeans, "\(real) g at \(seconds) s: \(forecast)")
        #expect(forecast.bean.isEmpty && (forecast.misfit ?? -1) >= 0)
      }
    }
  }

  @Test func `beans that were never charged are found, with and without a weight`() {
    for seed in UInt64(1)...5 {
      var random = SeededGenerator(seed: seed)
      var roast = TwinRoast(
        seed: seed, grams: nil, infrared: .random(in: 205...250, using: &random),
        bean: .random(in: 140...175, using: &random))
      for seconds in stride(from: 65.0, through: 600, by: 10) {
        roast.roast(until: seconds)
        for grams in [250, 400, 1000, nil] as [Double?] {
          let forecast = rehearse(.heater(7), roast.past, grams: grams)
          #expect(
            forecast.problem == Self.noBeans, "seed \(seed), \(seconds) s, \(grams ?? 0) g")
        }
      }
    }
  }

  @Test func `the same question has the same answer`() {
    var roast = TwinRoast(seed: 3, isNoisy: true)
    roast.roastAtRandom(until: 400)
    let first = rehearse(.heater(6), roast.past, grams: nil)
    #expect(first.problem == nil && rehearse(.heater(6), roast.past, grams: nil) == first)
    #expect(
      TwinForesight().rehearse(
        Rehearsal(command: .heater(6), past: roast.past, grams: nil)) == first)
  }

  @Test func `a minute of the roast is asked for, and half of its readings`() {
    var roast = TwinRoast(seed: 1, grams: 400)
    roast.roast(until: 59)
    #expect(rehearse(.heater(7), roast.past).problem == "too little of the roast was seen")
    roast.roast(until: 60)
    #expect(rehearse(.heater(7), roast.past).problem == nil)
    let blind = roast.past.enumerated().map { index, sample in
      Rehearsal.Sample(
        seconds: sample.seconds, bean: sample.bean, infrared: index > 19 ? nil : sample.infrared,
        heater: 7, fan: 2, drum: 9)
    }
    #expect(rehearse(.heater(7), blind).problem == "too little was read in the last minute")
  }

  @Test func `only cooling and levels can be rehearsed, and only so far`() {
    var roast = TwinRoast(seed: 1, grams: 400)
    roast.roast(until: 100)
    for press in Press.allCases where press != .beginCooling {
      #expect(
        rehearse(.press(press), roast.past).problem?.contains("nothing that is done") == true)
    }
    for seconds in [0, -1, 601, .infinity, .nan] as [Double] {
      #expect(
        rehearse(.heater(1), roast.past, seconds: seconds).problem == "that is too far to look")
    }
    #expect(rehearse(.heater(1), roast.past, seconds: 600).bean.count == 601)
    for grams in [0, -5, 49, 1201, .infinity, .nan] as [Double] {
      #expect(
        rehearse(.heater(1), roast.past, grams: grams).problem?.hasPrefix("no batch") == true)
    }
  }
}
