import Simulator
import Testing

/// What must hold for any schedule (Specs/physics.md, P13 to P15).
struct PhysicsPropertyTests {
  static let machines: [MachineParameters] = [.m1, .m2]

  @Test("More power never gives a colder bean", arguments: machines)
  func morePower(machine: MachineParameters) throws {
    for seed in UInt64(1)...40 {
      let schedule = RandomSchedule(seed: seed, heaters: 0...8)
      let less = try schedule.beans(machine: machine)
      let more = try schedule.beans(machine: machine, extraHeater: 1)
      let colder = zip(less, more).map { $0 - $1 }.max() ?? .infinity
      #expect(colder <= 1e-6, "seed \(seed): \(colder) C colder")
    }
  }

  @Test("A bigger batch is never warmer", arguments: machines)
  func biggerBatch(machine: MachineParameters) throws {
    for seed in UInt64(1)...20 {
      let schedule = RandomSchedule(seed: seed)
      var smaller: [Double]?
      for grams in [250.0, 350, 450, 700, 1000] {
        let course = try schedule.beans(machine: machine, grams: grams)
        if let smaller {
          let warmer = zip(course, smaller).map { $0 - $1 }.max() ?? .infinity
          #expect(warmer <= 1e-6, "seed \(seed), \(grams) g: \(warmer) C warmer")
        }
        smaller = course
      }
    }
  }

  @Test("Heat in is stored, lost or spent within 1 percent", arguments: machines)
  func balance(machine: MachineParameters) throws {
    for seed in UInt64(1)...40 {
      var random = Seeded(state: seed)
      let step = Double.random(in: 0.02...0.5, using: &random)
      let schedule = RandomSchedule(seed: seed)
      var physics = Physics(
        machine: machine, roomCelsius: 22, drumCelsius: 220, probeCelsius: 150)
      let before = physics.storedJoules
      try physics.load(try Batch(grams: .random(in: 300...1000, using: &random)))
      var seconds = 0.0
      while seconds < 700 {
        if seconds > 600 { physics.openDoor() }
        try physics.advance(schedule.controls(at: seconds), by: step)
        seconds += step
        let gap = physics.storedJoules - before - physics.ledger.net
        #expect(
          abs(gap) <= 0.01 * physics.ledger.turnover,
          "seed \(seed), \(seconds) s: \(gap) J of \(physics.ledger.turnover)")
      }
      #expect(physics.batch == nil)
    }
  }

  @Test("Nothing diverges at any accepted step, weight, level or misuse", arguments: machines)
  func neverDiverges(machine: MachineParameters) throws {
    for seed in UInt64(1)...60 {
      var random = Seeded(state: seed)
      let step = Double.random(in: 0.01...0.5, using: &random)
      var physics = Physics(machine: machine, roomCelsius: 22)
      for _ in 0..<8000 {
        if Int.random(in: 0..<150, using: &random) == 0 {
          try disturb(&physics, random: &random)
        }
        try physics.advance(by: step)
      }
      let all = [
        physics.probeCelsius, physics.infraredCelsius, physics.drumCelsius,
        physics.slowMassCelsius, physics.wallCelsius, physics.beanSurfaceCelsius,
        physics.beanCoreCelsius, physics.gasCelsius, physics.exhaustCelsius,
      ]
      #expect(all.allSatisfy { $0 > -100 && $0 < 1000 }, "seed \(seed): \(all)")
      #expect(physics.moisture >= 0 && physics.moisture <= 0.2, "seed \(seed)")
      #expect(physics.reactionHeat >= 0, "seed \(seed)")
    }
  }

  private func disturb(_ physics: inout Physics, random: inout Seeded) throws {
    physics.set(
      Controls(
        heater: .random(in: 0...9, using: &random), fan: .random(in: 0...12, using: &random),
        drum: .random(in: 0...9, using: &random),
        supply: .random(in: 0.8...1.2, using: &random),
        fanSpeed: .random(in: 0...1.2, using: &random),
        roomCelsius: .random(in: -10...45, using: &random)))
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where physics.batch == nil:
      try physics.load(
        try Batch(
          grams: .random(in: Batch.grams, using: &random),
          factor: .random(in: 0.8...1.2, using: &random),
          moisture: .random(in: 0.05...0.2, using: &random)))
    case 1: physics.openDoor()
    case 2: physics.closeDoor()
    default: physics.holdInfrared()
    }
  }

  @Test(
    "Steps that are not above 0 and at most 0.5 s are refused",
    arguments: [0, -0.1, 0.500_001, 10, Double.nan, .infinity])
  func refusesSteps(seconds: Double) throws {
    var physics = Physics(machine: .m1)
    let before = physics.drumCelsius
    #expect(throws: PhysicsError.self) { try physics.advance(by: seconds) }
    #expect(physics.drumCelsius == before)
  }

  @Test("Beans on top of beans, and absurd batches, are refused")
  func refusesBatches() throws {
    var physics = Physics(machine: .m1)
    let batch = try Batch(grams: 400)
    try physics.load(batch)
    #expect(throws: PhysicsError.drumNotEmpty) { try physics.load(batch) }
    for grams in [0, 49, 1201, -400, Double.nan] {
      #expect(throws: PhysicsError.self) { try Batch(grams: grams) }
    }
  }

  @Test("Steps of 0.1 s and 0.5 s agree within 0.15 C rms")
  func stepSizesAgree() throws {
    func course(step: Double, each: Int) throws -> [Double] {
      var physics = Physics(
        machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
      try physics.load(try Batch(grams: 400))
      let schedule = RandomSchedule(seed: 7)
      var course: [Double] = []
      for second in 0..<600 {
        physics.set(schedule.controls(at: Double(second)))
        for _ in 0..<each { try physics.advance(by: step) }
        course.append(physics.probeCelsius)
      }
      return course
    }
    let fine = try course(step: 0.1, each: 10)
    let coarse = try course(step: 0.5, each: 2)
    let square = zip(fine, coarse).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / 600
    #expect(square.squareRoot() < 0.15)
  }
}
