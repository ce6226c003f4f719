import Governor
import Roaster
import Simulator

/// The twins and the belief on their way through one roast, along one set of straight lines.
struct Follower: Sendable {
  /// Sooner the beans are still falling and the sensors show the charge (P29).
  static let firstSeconds = 40.0
  /// Readings that no sensor has are none.
  static let readable = -60.0...600.0

  private(set) var twins: Twins
  private(set) var belief = Belief()
  /// Of the last sample.
  private(set) var seconds = 0.0
  /// Of the last reading that was learned from.
  private(set) var learnedSeconds = 0.0
  private(set) var watch = Watch()
  private var jitters = [Jitter](repeating: Jitter(), count: 2)
  private let spacing: Double

  /// At the charge, with the levels that hold from then on: the charge sets them by itself
  /// (Specs/twin.md, T5), so those of the first sample do.
  init(
    _ start: Estimator.Start, at point: [Double], spacing: Double,
    levels: LevelPlan.Step = LevelPlan.Step(seconds: 0)
  ) throws(PhysicsError) {
    twins = try Twins(start, at: point, levels)
    self.spacing = spacing
  }

  var trust: Trust { watch.trust(at: seconds, heat: belief.mean[Unknown.heater.rawValue]) }

  /// Where a sensor would read by what is known, and how unsure that is (1 sd).
  func expected(_ sensor: Sensor) -> (celsius: Double, weights: [Double]) {
    let slopes = twins.slopes(sensor)
    var celsius = sensor.reading(twins.first)
    for index in slopes.indices {
      celsius += slopes[index] * (belief.mean[index] - twins.point[index])
    }
    let read = Drift.read[sensor.rawValue]
    for index in read.indices { celsius += read[index] * belief.mean[Unknown.count + index] }
    return (celsius, slopes + read)
  }

  /// How far a reading is from the model with its unknowns as they are now thought to be.
  private func beside(_ sensor: Sensor, _ reading: Double) -> Double {
    let slopes = twins.slopes(sensor)
    return slopes.indices.reduce(reading - sensor.reading(twins.first)) {
      $0 - slopes[$1] * (belief.mean[$1] - twins.point[$1])
    }
  }

  /// Moves on to a later sample and learns from it.
  mutating func observe(_ sample: Rehearsal.Sample) {
    twins.advance(by: sample.seconds - seconds)
    twins.set(LevelPlan.Step(sample))
    seconds = sample.seconds
    watch.see(sample)
    let span = seconds - learnedSeconds
    guard seconds >= Follower.firstSeconds, span >= spacing - 0.25 else { return }
    let readings = [sample.bean, sample.infrared].map { reading in
      reading.map(\.degrees).flatMap { Follower.readable.contains($0) ? $0 : nil }
    }
    guard readings.contains(where: { $0 != nil }) else { return }
    belief.drift(by: Drift(seconds: span))
    learnedSeconds = seconds
    for sensor in Sensor.allCases {
      guard let reading = readings[sensor.rawValue] else { continue }
      let (celsius, weights) = expected(sensor)
      let noise = jitters[sensor.rawValue].noise(usual: Drift.noise[sensor.rawValue])
      jitters[sensor.rawValue].see(reading)
      let deviations = belief.learn(reading - celsius, of: weights, noise: noise * noise)
      watch.learned(
        sensor, at: seconds, beside: beside(sensor, reading), deviations: deviations)
    }
  }
}

extension LevelPlan.Step {
  /// The levels of a sample.
  init(_ sample: Rehearsal.Sample) {
    self.init(
      seconds: sample.seconds, heater: sample.heater, fan: sample.fan, drum: sample.drum)
  }
}
