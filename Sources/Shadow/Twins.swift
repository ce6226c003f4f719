import Simulator

/// The model at one point of its unknowns, and once more for each unknown nudged a little, all in the same
/// roast: their differences tell what each unknown does to the readings (Specs/physics.md, P28).
struct Twins: Sendable {
  /// How far each is nudged, in deviations.
  private static let nudge = 0.3

  /// Where the first of them stands, in deviations.
  let point: [Double]
  private(set) var first: Physics
  private var nudged: [Physics]

  init(_ start: Estimator.Start, at point: [Double], _ levels: LevelPlan.Step)
    throws(PhysicsError)
  {
    self.point = point
    first = try start.charged(at: point, levels)
    nudged = []
    for unknown in Unknown.allCases {
      var moved = point
      moved[unknown.rawValue] += Twins.nudge
      nudged.append(try start.charged(at: moved, levels))
    }
  }

  mutating func set(_ levels: LevelPlan.Step) {
    first.set(levels)
    for index in nudged.indices { nudged[index].set(levels) }
  }

  mutating func advance(by seconds: Double) {
    first.roast(for: seconds)
    for index in nudged.indices { nudged[index].roast(for: seconds) }
  }

  /// What one deviation of each unknown changes at a sensor.
  func slopes(_ sensor: Sensor) -> [Double] {
    let here = sensor.reading(first)
    return nudged.map { (sensor.reading($0) - here) / Twins.nudge }
  }

  /// One twin where the unknowns are as given: cheaper to run on than all, and not bound to straight lines.
  func single(_ start: Estimator.Start, at place: [Double]) -> Physics {
    guard let batch = try? start.batch(at: place) else { return first }
    var controls = first.controls
    controls.roomCelsius = start.roomCelsius + start.measure(.room, place)
    return first.between(
      nudged.indices.map { (nudged[$0], (place[$0] - point[$0]) / Twins.nudge) },
      as: start.parameters(at: place), with: batch, controls: controls)
  }
}

/// The two that read the beans.
enum Sensor: Int, CaseIterable, Sendable {
  case bean, infrared

  func reading(_ physics: Physics) -> Double {
    switch self {
    case .bean: physics.probeCelsius
    case .infrared: physics.infraredCelsius
    }
  }
}

extension Physics {
  /// Sets the levels that are named.
  mutating func set(_ levels: LevelPlan.Step) {
    var controls = controls
    controls.heater = levels.heater ?? controls.heater
    controls.fan = levels.fan ?? controls.fan
    controls.drum = levels.drum ?? controls.drum
    set(controls)
  }

  /// Moves on in equal steps that the model takes; nothing for no time.
  mutating func roast(for seconds: Double) {
    guard seconds > 0, seconds < Estimator.longestSeconds else { return }
    let steps = (seconds / Physics.longestStepSeconds).rounded(.up)
    let step = seconds / steps
    for _ in 0..<Int(steps) { try? advance(by: step) }
  }
}
