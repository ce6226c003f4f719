import Fixtures
import Roaster
import Testing

/// The acceptance of the machine on roasts that people roasted (Specs/machine.md).
@Suite(.enabled(if: RealRoasts.arePresent, "skipped: ../shared/roasts is not there"))
struct RealRoastsTests {
  /// All roasts, through machines of their own.
  static let runs: [(roast: RealRoasts.Roast, events: [RoastEvent])] = RealRoasts.all.map {
    ($0, events(of: $0.rows.map { ($0.seconds, $0.wire) }))
  }

  static func events(of rows: [(seconds: Double, wire: WireStatus)]) -> [RoastEvent] {
    var machine = RoastMachine()
    return rows.enumerated().flatMap { index, row in
      machine.step(.at(row.seconds, row.wire, sequence: UInt64(index)))
    }
  }

  static func first(_ kind: RoastEvent.Kind, in events: [RoastEvent]) -> RoastEvent? {
    events.first { $0.kind == kind }
  }

  @Test func `turning points are within 4 s of the index in 95 of 100 roasts`() {
    var errors: [Double] = []
    var lateness = 0.0
    for (roast, events) in Self.runs {
      guard let expected = roast.turningSeconds else { continue }
      let found = Self.first(.turningPoint, in: events)
      errors.append(found?.roastSeconds.map { $0 - expected } ?? .infinity)
      if let found { lateness = max(lateness, found.announced.monotonic - found.at) }
    }
    let near = errors.filter { abs($0) <= 4 }.count
    let share = Double(near) / Double(errors.count)
    let mean = errors.reduce(0, +) / Double(errors.count)
    let worst = errors.map(abs).max() ?? 0
    print(
      "turning point: \(near) of \(errors.count) within 4 s, mean error \(mean) s, worst",
      "\(worst) s, announced at most \(lateness) s late")
    #expect(!errors.isEmpty)
    #expect(share >= 0.95)
    #expect(lateness <= 20)
  }

  @Test func `no event is out of order or told twice`() {
    for (roast, events) in Self.runs { expectOrder(events, "\(roast.name)") }
  }

  @Test func `no anomaly and no warning is raised`() {
    for (roast, events) in Self.runs {
      let alarms = events.filter { $0.kind.category == .anomaly || $0.kind.category == .warning }
      #expect(alarms.isEmpty, "\(roast.name): \(alarms.map(\.json.text))")
    }
  }

  @Test func `no level change near a change of state is the panel's`() {
    var counts: [LevelChange.Origin: Int] = [:]
    for (roast, events) in Self.runs {
      let transitions = zip(roast.rows, roast.rows.dropFirst()).filter { $0.state != $1.state }
        .map { MonotonicTime(seconds: $1.seconds) }
      for case .levelChanged(let change) in events.map(\.kind) {
        if let origin = change.origin { counts[origin, default: 0] += 1 }
        let isNear = transitions.contains { abs($0 - change.at) <= 3 }
        #expect(!isNear || change.origin != .panel, "\(roast.name): \(change)")
      }
    }
    print("level changes: \(counts.map { "\($0.key) \($0.value)" }.sorted())")
  }

  @Test func `every roast is charged, turns, yellows and cracks`() {
    var charged: [Double] = []
    var drops: [Double] = []
    for (roast, events) in Self.runs {
      for kind in [RoastEvent.Kind.turningPoint, .yellowing, .firstCrack] {
        #expect(Self.first(kind, in: events) != nil, "\(roast.name): \(kind)")
      }
      if roast.rows.first?.state != RoasterState.roasting.code {
        let at = Self.first(.charged, in: events)?.roastSeconds
        #expect(at != nil, "\(roast.name)")
        charged.append(at ?? .infinity)
      }
      let after = roast.rows.last { $0.state == RoasterState.cooling.code }?.seconds
      if let after, let drop = roast.dropSeconds, after - drop >= 20 {
        let at = Self.first(.dropped, in: events)?.roastSeconds
        #expect(at != nil, "\(roast.name)")
        drops.append((at ?? .infinity) - drop)
      }
    }
    print(
      "charged \(charged.min() ?? 0) to \(charged.max() ?? 0) s after the roast began;",
      "dropped \(drops.min() ?? 0) to \(drops.max() ?? 0) s after cooling began (\(drops.count))")
  }

  @Test func `the first crack of the settings is a fair guess`() {
    var errors: [Double] = []
    for (roast, events) in Self.runs {
      guard let heard = roast.crackSeconds, let bean = roast.crackBean, abs(bean - 190) > 0.25
      else { continue }
      errors.append(abs((Self.first(.firstCrack, in: events)?.roastSeconds ?? .infinity) - heard))
    }
    let median = errors.sorted()[errors.count / 2]
    print("first crack by temperature: \(errors.count) roasts, median error \(median) s")
    #expect(median <= 20)
  }

  @Test func `the yellowing of the settings is a fair guess`() {
    let errors = Self.runs.compactMap { roast, events in
      roast.yellowSeconds.map {
        abs((Self.first(.yellowing, in: events)?.roastSeconds ?? .infinity) - $0)
      }
    }.sorted()
    let median = errors[errors.count / 2]
    print("yellowing by temperature: \(errors.count) roasts, median error \(median) s")
    #expect(median <= 45)
  }

  @Test func `the same roast polled at 10 Hz tells the same story`() {
    for (roast, events) in Self.runs {
      let fast = Self.events(of: Self.atTenHertz(roast.rows))
      expectOrder(fast, "\(roast.name)")
      let alarms = fast.filter { $0.kind.category == .anomaly || $0.kind.category == .warning }
      #expect(alarms.isEmpty, "\(roast.name): \(alarms.map(\.json.text))")
      for kind in [RoastEvent.Kind.turningPoint, .yellowing, .firstCrack] {
        guard let slow = Self.first(kind, in: events)?.roastSeconds,
          let quick = Self.first(kind, in: fast)?.roastSeconds
        else {
          Issue.record("\(roast.name): \(kind)")
          continue
        }
        #expect(abs(slow - quick) <= 2, "\(roast.name): \(kind) at \(slow) and \(quick)")
      }
    }
  }

  /// Temperatures on straight lines between the rows, everything else as in the row before.
  static func atTenHertz(
    _ rows: [RealRoasts.Row]
  ) -> [(seconds: Double, wire: WireStatus)] {
    zip(rows, rows.dropFirst()).flatMap { row, next in
      let count = max(1, Int(((next.seconds - row.seconds) * 10).rounded()))
      return (0..<count).map { index in
        let part = Double(index) / Double(count)
        var wire = row.wire
        if row.state == next.state {
          wire.bean = Float(row.bean + (next.bean - row.bean) * part)
          if row.infrared != 25 {
            wire.infrared = Float(row.infrared + (next.infrared - row.infrared) * part)
          }
        }
        return (row.seconds + (next.seconds - row.seconds) * part, wire)
      }
    }
  }
}
