import Simulator

/// A seeded generator (SplitMix64): the seed in a failure replays it.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Levels that change every now and then, as an operator's would.
struct RandomSchedule {
  struct Change {
    var seconds: Double
    var heater: Int
    var fan: Int
  }

  var changes: [Change]

  init(seed: UInt64, seconds: Double = 600, heaters: ClosedRange<Int> = 1...9) {
    var random = Seeded(state: seed)
    changes = []
    var at = 0.0
    while at < seconds {
      changes.append(
        Change(
          seconds: at, heater: .random(in: heaters, using: &random),
          fan: .random(in: 1...6, using: &random)))
      at += .random(in: 15...120, using: &random)
    }
  }

  func controls(at seconds: Double) -> Controls {
    let change = changes.last { $0.seconds <= seconds + 1e-9 } ?? changes[0]
    return Controls(heater: change.heater, fan: change.fan, drum: 9)
  }

  /// Mean bean temperature at every whole second of a roast.
  func beans(
    machine: MachineParameters, grams: Double = 400, extraHeater: Int = 0, seconds: Int = 600
  ) throws -> [Double] {
    var physics = Physics(
      machine: machine, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
    try physics.load(try Batch(grams: grams))
    var course: [Double] = []
    for second in 0..<seconds {
      var controls = controls(at: Double(second))
      controls.heater = min(9, controls.heater + extraHeater)
      physics.set(controls)
      for _ in 0..<4 { try physics.advance(by: 0.25) }
      course.append(physics.beanCelsius)
    }
    return course
  }
}
