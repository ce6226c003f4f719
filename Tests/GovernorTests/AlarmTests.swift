import Fixtures
import Governor
import Roaster
import Testing

/// The alarms of Specs/governor.md: each begins and ends.
struct AlarmTests {
  // MARK: - Heat

  @Test func `a preheat that does not heat`() throws {
    for (heater, rise, isTold) in [(5, 1.9, true), (5, 2.1, false), (4, 0, false), (9, -3, true)] {
      var bench = EffectBench(.preheating)
      bench.wire.heater = UInt8(heater)
      bench.run(70, bean: 1, infrared: rise)
      #expect(bench.told.map(\.sign.name) == (isTold ? ["no_heat"] : []))
      guard let first = bench.first("no_heat") else { continue }
      #expect(abs(first - 60) < 0.3)
      _ = bench.look()
      bench.run(70, infrared: 10)
      #expect(bench.look() == ["no no_heat"])
    }
  }

  @Test func `a roast that gets colder with the heater up`() {
    for (heater, bean, infrared, clock, isTold) in [
      (7, -0.5, -0.5, 5, true), (6, -0.5, -0.5, 5, false), (7, 0.5, -0.5, 5, false),
      (7, -0.5, 0.5, 5, false), (7, -0.5, -0.5, 0, false),
    ] {
      var bench = EffectBench()
      bench.wire.heater = UInt8(heater)
      bench.wire.clockMinutes = UInt8(clock)
      bench.wire.clockSeconds = 10
      bench.run(130, bean: bean, infrared: infrared)
      #expect(bench.look() == (isTold ? ["no_heat"] : []))
      bench.run(100, bean: 10, infrared: 10)
      #expect(bench.look() == (isTold ? ["no no_heat"] : []))
    }
  }

  @Test func `what cannot be read is not called cold`() {
    for (state, heater, bean, infrared) in [
      (RoasterState.preheating, 9, Float(180), Float(-10)), (.roasting, 7, -40, 200),
      (.roasting, 7, 180, -10), (.preheating, 10, 180, 200),
    ] {
      var bench = EffectBench(state)
      bench.wire.heater = UInt8(heater)
      bench.wire.bean = bean
      bench.wire.infrared = infrared
      bench.run(130, bean: -0.5, infrared: -0.5)
      #expect(bench.look() == [])
    }
  }

  @Test func `heat with the heater at 0`() {
    for (heater, rise, isTold) in [(0, 20.5, true), (0, 19.5, false), (1, 20.5, false)] {
      var bench = EffectBench()
      bench.wire.heater = UInt8(heater)
      bench.wire.bean = 100
      bench.run(65, bean: rise)
      #expect(bench.told.map(\.sign.name) == (isTold ? ["heat_without_command"] : []))
      if let facts = bench.told.first?.sign.facts {
        #expect(facts["within_seconds"]?.numberValue == 30)
      }
      _ = bench.look()
      bench.run(40)
      #expect(bench.look() == (isTold ? ["no heat_without_command"] : []))
    }
  }

  @Test func `heat in a roaster that is off`() {
    for (state, rise, isTold) in [
      (RoasterState.off, 15.2, true), (.off, 14.8, false), (.shuttingDown, 15.2, true),
      (.cooling, 15.2, false),
    ] {
      var bench = EffectBench(state)
      bench.wire.heater = 0
      bench.run(70, infrared: rise)
      #expect(bench.told.map(\.sign.name) == (isTold ? ["heat_without_command"] : []))
      _ = bench.look()
      bench.run(70)
      #expect(bench.look() == (isTold ? ["no heat_without_command"] : []))
    }
  }

  @Test func `beans that heat up too fast for five seconds`() throws {
    for (rise, isTold) in [(29.8, false), (30.2, true)] {
      var bench = EffectBench()
      bench.wire.bean = 100
      bench.run(30, bean: rise)
      #expect(bench.told.map(\.sign.name) == (isTold ? ["rise_high"] : []))
      guard let first = bench.first("rise_high") else { continue }
      // A rate is known after 7.5 s (Specs/machine.md M25).
      #expect(abs(first - 12.5) < 0.3)
      _ = bench.look()
      bench.run(30)
      #expect(bench.look() == ["no rise_high"])
    }
  }

  @Test func `an empty drum may climb faster`() {
    for (rise, isTold) in [(44.5, false), (45.5, true)] {
      var bench = EffectBench(.ready)
      bench.wire.bean = 60
      bench.run(20)
      bench.wire.state = RoasterState.roasting.code
      bench.wire.clockMinutes = 0
      bench.run(40)
      #expect(bench.look() == ["beans_not_charged"])
      bench.run(60, bean: rise)
      #expect(bench.look() == (isTold ? ["rise_high"] : []))
    }
  }

  // MARK: - Fan and board

  @Test func `a fan that does not follow`() throws {
    let speeds: [Int16] = [0, 810, 915, 1125, 1365, 1560, 1740, 1920]
    for level in 0...12 {
      let measured = speeds.indices.contains(level) ? speeds[level] : 0
      for (share, isAstray) in [(0.74, true), (0.76, false), (1.24, false), (1.26, true)] {
        var bench = EffectBench()
        bench.wire.fan = UInt8(level)
        bench.wire.fanSpeed = Int16(Double(measured) * share)
        bench.run(20)
        let isTold = isAstray && (1...7).contains(level)
        #expect(bench.told.map(\.sign.name) == (isTold ? ["fan_not_following"] : []), "F\(level)")
        guard let first = bench.first("fan_not_following") else { continue }
        #expect(abs(first - 15) < 0.2)
        _ = bench.look()
        bench.wire.fanSpeed = measured
        bench.run(4.9)
        #expect(bench.look() == [])
        bench.run(0.2)
        #expect(bench.look() == ["no fan_not_following"])
      }
    }
  }

  @Test func `a fan that was just moved, or whose speed is not known, may be anything`() {
    var bench = EffectBench()
    bench.wire.fanSpeed = 0
    for _ in 0..<5 {
      bench.wire.fan = bench.wire.fan == 3 ? 4 : 3
      bench.run(14.9)
    }
    bench.wire.fanSpeed = 5000
    bench.run(60)
    bench.wire.fan = 13
    bench.run(60)
    #expect(bench.look() == [])
  }

  @Test func `a hot control board`() throws {
    for (celsius, isTold) in [(Float(75), false), (75.5, true), (151, false)] {
      var bench = EffectBench()
      bench.wire.controlBoard = celsius
      bench.run(29)
      #expect(bench.look() == [])
      bench.run(2)
      #expect(bench.look() == (isTold ? ["board_hot"] : []))
      bench.wire.controlBoard = 74
      bench.run(6)
      #expect(bench.look() == (isTold ? ["no board_hot"] : []))
    }
  }

  // MARK: - Beans

  /// A roast that begins with no beans, until the machine says so.
  static func empty() -> EffectBench {
    var bench = EffectBench(.ready)
    bench.run(20)
    bench.wire.state = RoasterState.roasting.code
    bench.wire.clockMinutes = 0
    bench.run(20)
    #expect(bench.look() == [] && bench.watch.hasBeans)
    bench.run(10)
    #expect(bench.look() == ["beans_not_charged"] && !bench.watch.hasBeans)
    return bench
  }

  @Test func `beans that were not charged, until they are`() {
    var bench = Self.empty()
    bench.run(16, bean: -120)
    #expect(bench.look() == ["no beans_not_charged"] && bench.watch.hasBeans)
  }

  @Test func `beans that were not charged, until the roast ends`() {
    var bench = Self.empty()
    bench.wire.state = RoasterState.cooling.code
    bench.run(6)
    #expect(bench.look() == ["no beans_not_charged"] && !bench.watch.hasBeans)
  }

  /// A roast that ended with the beans in the drum, until the machine says so.
  static func leftIn() -> EffectBench {
    var bench = EffectBench()
    bench.run(30)
    bench.wire.state = RoasterState.cooling.code
    bench.run(26)
    #expect(bench.look() == [])
    bench.run(2)
    #expect(bench.look() == ["beans_still_in_drum"])
    return bench
  }

  @Test func `beans still in the drum, until they are not`() {
    var bench = Self.leftIn()
    bench.run(11, infrared: 80)
    #expect(bench.look() == ["no beans_still_in_drum"])
  }

  @Test func `beans still in the drum, until the roaster is off or begins again`() {
    for state in [RoasterState.off, .preheating] {
      var bench = Self.leftIn()
      bench.wire.heater = 0
      bench.run(60)
      bench.wire.state = RoasterState.shuttingDown.code
      bench.run(5)
      #expect(bench.look() == [])
      bench.wire.state = RoasterState.cooling.code
      bench.run(5)
      bench.wire.state = state.code
      bench.run(6)
      #expect(bench.look() == ["no beans_still_in_drum"])
    }
  }

  // MARK: - Roasts

  @Test func `every alarm of the readings begins and ends somewhere above`() {
    let ofTheDesk: Set<Alarm.Kind> = [
      .heatUnattended, .levelLowered, .abortWaits, .auditBroken, .stateLost,
    ]
    let ofTheReadings: Set<Alarm.Kind> = [
      .noHeat, .heatWithoutCommand, .riseHigh, .fanNotFollowing, .boardHot, .beansNotCharged,
      .beansStillInDrum,
    ]
    #expect(ofTheDesk.union(ofTheReadings) == Set(Alarm.Kind.allCases))
  }

  @Test(.enabled(if: RealRoasts.arePresent, "skipped: ../shared/roasts is not there"))
  func `no real roast gives one sign`() {
    for roast in RealRoasts.all {
      for parts in [1, 5] {
        var bench = EffectBench(.off)
        for (row, next) in zip(roast.rows, roast.rows.dropFirst()) {
          for part in 0..<parts {
            bench.wire = row.wire(towards: next, Double(part) / Double(parts))
            bench.time = row.seconds + (next.seconds - row.seconds) * Double(part) / Double(parts)
            bench.poll()
          }
        }
        #expect(bench.told.isEmpty, "\(roast.name): \(bench.told)")
      }
    }
  }
}

extension RealRoasts.Row {
  /// What the roaster would have sent on the way to the next row. Where the fan was not recorded, it
  /// turns as measured.
  func wire(towards next: RealRoasts.Row, _ part: Double) -> WireStatus {
    let measured: [Int16] = [0, 810, 915, 1125, 1365, 1560, 1740, 1920]
    var wire = WireStatus()
    let isSteady = state == next.state && infrared != 25
    wire.bean = Float(isSteady ? bean + (next.bean - bean) * part : bean)
    wire.infrared = Float(isSteady ? infrared + (next.infrared - infrared) * part : infrared)
    wire.heater = heater
    wire.fan = fan
    wire.drum = drum
    wire.state = state
    wire.fanSpeed = fanSpeed ?? (measured.indices.contains(Int(fan)) ? measured[Int(fan)] : 0)
    if state == RoasterState.roasting.code {
      wire.clockMinutes = UInt8(clamping: Int(seconds) / 60)
      wire.clockSeconds = UInt8(max(0, Int(seconds)) % 60)
    }
    return wire
  }
}
