import Analysis
import Governor
import Roaster
import Shadow
import Simulator

/// The shadow and a pilot beside a roast at one reading a second.
enum ShadowBench {
  private static let seconds = 510.0

  /// Prints microseconds a simulated second: following, with an outlook every ten seconds, and a
  /// pilot that plans.
  static func run() throws {
    let samples = try roast()
    let start = Estimator.Start(drumCelsius: 230, probeCelsius: 156)
    print("following", try median { try follow(samples, start, outlooks: false) })
    print("outlooks", try median { try follow(samples, start, outlooks: true) })
    print("pilot", try median { try fly(samples) })
  }

  private static func median(_ body: () throws -> Void) rethrows -> Double {
    var rounds: [Double] = []
    for _ in 0..<21 {
      rounds.append(try ContinuousClock().measure(body) / .microseconds(1) / seconds)
    }
    return rounds.sorted()[rounds.count / 2]
  }

  private static func follow(
    _ samples: [Rehearsal.Sample], _ start: Estimator.Start, outlooks: Bool
  ) throws {
    var estimator = try Estimator(start)
    for sample in samples {
      estimator.observe(sample)
      guard outlooks, Int(sample.seconds) % 10 == 0 else { continue }
      precondition(estimator.outlook(until: seconds).points.allSatisfy { $0.bean.isFinite })
    }
  }

  private static func fly(_ samples: [Rehearsal.Sample]) throws {
    var target = Target(name: "bench")
    target.course = samples.enumerated().compactMap { index, sample in
      guard index % 30 == 29, let bean = sample.bean else { return nil }
      // A little beside what comes, so that there is something to plan.
      return Target.Point(seconds: sample.seconds, bean: Celsius(bean.degrees + 4))
    }
    var pilot = Steersman(target: target, start: PilotStart(grams: 400, charge: Celsius(230)))
    for sample in samples { _ = pilot.step(PilotSight(sample: sample, state: .roasting)) }
  }

  /// A medium roast of the model itself, with somewhat heavier beans than it thinks.
  private static func roast() throws -> [Rehearsal.Sample] {
    var physics = Physics(machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 156)
    physics.set(Controls(heater: 7, fan: 2, drum: 9, roomCelsius: 22))
    try physics.load(Batch(grams: 400, factor: 1.04))
    physics.holdInfrared()
    var samples: [Rehearsal.Sample] = []
    for second in 1...Int(seconds) {
      let (heater, fan) = second < 250 ? (7, 2) : second < 330 ? (6, 3) : (4, 4)
      physics.set(Controls(heater: heater, fan: fan, drum: 9, roomCelsius: 22))
      for _ in 0..<2 { try physics.advance(by: 0.5) }
      samples.append(
        Rehearsal.Sample(
          seconds: Double(second), bean: Celsius(physics.probeCelsius),
          infrared: Celsius(physics.infraredCelsius), heater: heater, fan: fan, drum: 9))
    }
    return samples
  }
}
