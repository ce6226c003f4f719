import Simulator
import Testing

/// A day at the machine: preheating, charging, dropping, again (Specs/physics.md, P7 to P12).
struct PhysicsSessionTests {
  static let machines: [MachineParameters] = [.m1, .m2]

  /// Moves time on with constant controls, in steps of 0.25 s.
  private func run(_ physics: inout Physics, _ controls: Controls, seconds: Double) throws {
    physics.set(controls)
    for _ in 0..<Int(seconds * 4) { try physics.advance(by: 0.25) }
  }

  /// What any thermostat would do: full towards the target, then just enough.
  private func preheat(_ physics: inout Physics, to celsius: Double, seconds: Int) throws {
    for _ in 0..<seconds {
      let short = celsius - physics.infraredCelsius
      let level = max(0, min(7, Int(short.rounded(.up)) + 2))
      try run(&physics, Controls(heater: level, fan: 1), seconds: 1)
    }
  }

  private func roast(_ physics: inout Physics) throws {
    physics.holdInfrared()
    try physics.load(try Batch(grams: 400))
    try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 300)
    try run(&physics, Controls(heater: 6, fan: 3, drum: 9), seconds: 180)
    physics.openDoor()
    try run(&physics, Controls(fan: 7, drum: 1), seconds: 60)
    physics.closeDoor()
  }

  @Test("Preheating settles at its target and does not run away", arguments: machines)
  func preheatingSettles(machine: MachineParameters) throws {
    var physics = Physics(machine: machine)
    try preheat(&physics, to: 230, seconds: 2000)
    for _ in 0..<30 {
      try preheat(&physics, to: 230, seconds: 60)
      #expect(abs(physics.infraredCelsius - 230) < 6)
      #expect(abs(physics.drumCelsius - 230) < 6)
    }
    // Real machines show 144 to 173 C on the probe at such drums.
    #expect((135...180).contains(physics.probeCelsius), "\(physics.probeCelsius)")
  }

  @Test("Preheating takes minutes, not seconds and not an hour", arguments: machines)
  func preheatingTakesTime(machine: MachineParameters) throws {
    var physics = Physics(machine: machine)
    var seconds = 0.0
    while physics.drumCelsius < 230, seconds < 3600 {
      try run(&physics, Controls(heater: 7, fan: 1), seconds: 1)
      seconds += 1
    }
    #expect((240...1800).contains(seconds), "\(seconds) s")
  }

  @Test("A forgotten empty drum at P9 levels off below 400 C, which is a guess")
  func emptyDrumLevelsOff() throws {
    for machine in Self.machines {
      for fan in [1, 2, 5, 12] {
        var physics = Physics(machine: machine)
        try run(&physics, Controls(heater: 9, fan: fan), seconds: 3 * 3600)
        let late = physics.drumCelsius
        try run(&physics, Controls(heater: 9, fan: fan), seconds: 3600)
        #expect(late < 400 && physics.drumCelsius < 400, "F\(fan): \(physics.drumCelsius)")
        #expect(physics.drumCelsius - late < 1)
      }
    }
  }

  @Test("A second batch starts warmer", arguments: machines)
  func secondBatchStartsWarmer(machine: MachineParameters) throws {
    var physics = Physics(machine: machine)
    try preheat(&physics, to: 230, seconds: 1200)
    let first = (probe: physics.probeCelsius, wall: physics.wallCelsius)
    try roast(&physics)
    let firstBeans = physics.beanCelsius
    #expect(physics.batch == nil)
    try run(&physics, Controls(fan: 7), seconds: 120)
    try preheat(&physics, to: 230, seconds: 600)
    #expect(physics.probeCelsius > first.probe + 1)
    #expect(physics.wallCelsius > first.wall)
    try roast(&physics)
    #expect(physics.beanCelsius > firstBeans)
  }

  @Test("The heat of a day with two batches balances within 1 percent", arguments: machines)
  func dayBalances(machine: MachineParameters) throws {
    var physics = Physics(machine: machine)
    let before = physics.storedJoules
    for _ in 0..<2 {
      try preheat(&physics, to: 230, seconds: 1500)
      try roast(&physics)
    }
    let gap = physics.storedJoules - before - physics.ledger.net
    #expect(abs(gap) < 0.01 * physics.ledger.turnover, "\(gap) J")
    #expect(abs(physics.ledger.chargeLaw) < 0.06 * physics.ledger.turnover)
    #expect(physics.ledger.beansOut > physics.ledger.beansIn)
  }

  @Test("A preheated roast looks like a roast", arguments: machines)
  func looksLikeARoast(machine: MachineParameters) throws {
    var physics = Physics(machine: machine)
    try preheat(&physics, to: 230, seconds: 1200)
    physics.holdInfrared()
    try physics.load(try Batch(grams: 400))
    var course: [Double] = []
    for _ in 0..<400 {
      try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 1)
      course.append(physics.probeCelsius)
    }
    let turning = try #require(course.indices.min { course[$0] < course[$1] })
    #expect((45...80).contains(turning), "\(turning) s")
    #expect((75...120).contains(course[turning]), "\(course[turning]) C")
    #expect((160...215).contains(course[399]), "\(course[399]) C")
  }

  @Test("The infrared reading is held at exactly 25 C for 4 s when told")
  func holdsInfrared() throws {
    var physics = Physics(
      machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
    physics.holdInfrared()
    try physics.load(try Batch(grams: 400))
    for _ in 0..<40 {
      try physics.advance(by: 0.1)
      #expect(physics.infraredCelsius == 25)
    }
    try physics.advance(by: 0.1)
    #expect(physics.infraredCelsius > 25)
  }

  @Test("Without beans the probe does not fall and the infrared sees the drum")
  func beansNeverLoaded() throws {
    var physics = Physics(machine: .m1)
    try preheat(&physics, to: 230, seconds: 1200)
    physics.holdInfrared()
    let before = physics.probeCelsius
    try run(&physics, Controls(heater: 7, fan: 2, drum: 9), seconds: 30)
    #expect(physics.probeCelsius > before - 5)
    #expect(abs(physics.infraredCelsius - physics.drumCelsius) < 5)
  }

  @Test("At the drop the infrared reading turns back to the hotter drum, or not, if nobody opens")
  func infraredAfterTheDrop() throws {
    for isOpened in [true, false] {
      var physics = Physics(
        machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
      try physics.load(try Batch(grams: 400))
      try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 300)
      try run(&physics, Controls(heater: 6, fan: 3, drum: 9), seconds: 180)
      let before = physics.infraredCelsius
      if isOpened { physics.openDoor() }
      try run(&physics, Controls(fan: 7, drum: 1), seconds: 25)
      let rise = physics.infraredCelsius - before
      #expect(isOpened ? (10...50).contains(rise) : rise < 3, "\(isOpened): \(rise)")
    }
  }

  @Test("Beans behind a door closed too early stay and go on roasting")
  func doorClosedEarly() throws {
    var physics = Physics(
      machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
    try physics.load(try Batch(grams: 400))
    try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 200)
    physics.openDoor()
    try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 10)
    physics.closeDoor()
    #expect(physics.presence > 0.2 && physics.presence < 0.9)
    try run(&physics, Controls(heater: 8, fan: 2, drum: 9), seconds: 60)
    #expect(physics.batch != nil)
    physics.openDoor()
    try run(&physics, Controls(fan: 7, drum: 1), seconds: 15)
    #expect(physics.batch == nil)
  }

  @Test("The same calls always give the same numbers, however a copy was made")
  func isDeterministic() throws {
    var physics = Physics(machine: .m2)
    try preheat(&physics, to: 220, seconds: 900)
    var copy = physics
    try roast(&physics)
    try roast(&copy)
    #expect(physics.probeCelsius == copy.probeCelsius)
    #expect(physics.wallCelsius == copy.wallCelsius)
    #expect(physics.ledger == copy.ledger)
  }

  @Test("A weak fan carries off less heat and a stuck heater heats on")
  func faults() throws {
    func beans(_ controls: Controls) throws -> Double {
      var physics = Physics(
        machine: .m1, roomCelsius: 22, drumCelsius: 230, probeCelsius: 155)
      try physics.load(try Batch(grams: 400))
      try run(&physics, controls, seconds: 400)
      return physics.exhaustCelsius
    }
    let sound = try beans(Controls(heater: 7, fan: 4, drum: 9))
    let weak = try beans(Controls(heater: 7, fan: 4, drum: 9, fanSpeed: 0.6))
    let stuck = try beans(Controls(heater: 9, fan: 4, drum: 9))
    #expect(weak > sound)
    #expect(stuck > sound)
  }
}
