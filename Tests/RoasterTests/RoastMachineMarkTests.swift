import Roaster
import Testing

@Suite struct RoastMachineMarkTests {
  /// A bench so many seconds into a roast, and when that roast began.
  static func roasting(
    _ duration: Double, _ settings: RoastMachine.Settings = .init()
  ) -> (RoastMachineBench, began: Double) {
    var bench = RoastMachineBench(settings)
    bench.roast(duration)
    return (bench, 5)
  }

  static func goOn(_ bench: inout RoastMachineBench, from: Double, to: Double) {
    bench.run(to - from) { wire, seconds in wire.roast(at: from + seconds) }
  }

  @Test func `a mark before the estimate is announced, and no estimate follows`() throws {
    var (bench, began) = Self.roasting(500)
    let at = MonotonicTime(seconds: began + 495)
    let events = try bench.machine.mark(.firstCrack, at: at)
    #expect(events.map(\.kind) == [.firstCrack])
    #expect(events.first?.source == .marked)
    #expect(events.first?.change == .announced)
    #expect(events.first?.roastSeconds == 495)
    let bean = events.first?.bean?.degrees ?? 0
    #expect(abs(bean - WireStatus.beanCurve(495)) < 0.1)
    Self.goOn(&bench, from: 500, to: 650)
    #expect(!bench.names.contains("first_crack"))
    let development = bench.machine.progress.phases?.developmentSeconds ?? 0
    #expect(abs(development - 154.9) < 0.01)
  }

  @Test func `a mark after the estimate revises it`() throws {
    var (bench, began) = Self.roasting(600)
    #expect(bench.first(.firstCrack)?.source == .estimated)
    let events = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 590))
    #expect(events.map(\.change) == [.revised])
    #expect(bench.machine.progress.landmarks[.firstCrack]?.source == .marked)
    Self.goOn(&bench, from: 600, to: 650)
    #expect(bench.names.filter { $0 == "first_crack" }.count == 1)
  }

  @Test func `a mark taken back lets the estimate stand again`() throws {
    var (bench, began) = Self.roasting(600)
    let estimate = bench.machine.progress.landmarks[.firstCrack]
    _ = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 590))
    let events = bench.machine.unmark(.firstCrack)
    #expect(events.map(\.change) == [.revised])
    #expect(events.first?.source == .estimated)
    #expect(bench.machine.progress.landmarks[.firstCrack] == estimate)
    #expect(bench.machine.unmark(.firstCrack).isEmpty)
  }

  @Test func `a mark taken back before the estimate is withdrawn, and the estimate comes`() throws {
    var (bench, began) = Self.roasting(500)
    _ = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 495))
    let events = bench.machine.unmark(.firstCrack)
    #expect(events.map(\.change) == [.withdrawn])
    #expect(bench.machine.progress.landmarks[.firstCrack] == nil)
    Self.goOn(&bench, from: 500, to: 600)
    #expect(bench.first(.firstCrack)?.change == .announced)
  }

  @Test func `an estimate hidden by a mark comes back at its own time`() throws {
    var (bench, began) = Self.roasting(500)
    _ = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 495))
    Self.goOn(&bench, from: 500, to: 600)
    let events = bench.machine.unmark(.firstCrack)
    #expect(events.map(\.change) == [.revised])
    let found = events.first?.roastSeconds ?? 0
    #expect(abs(found - WireStatus.beanReaches(187)) < 0.5)
  }

  @Test func `a mark withdraws an estimate of another landmark that it contradicts`() throws {
    var (bench, began) = Self.roasting(300)
    let yellow = WireStatus.beanReaches(123)
    let events = try bench.machine.mark(
      .firstCrack, at: MonotonicTime(seconds: began + yellow - 20))
    #expect(events.map(\.kind) == [.yellowing, .firstCrack])
    #expect(events.map(\.change) == [.withdrawn, .announced])
    #expect(bench.machine.unmark(.firstCrack).map(\.change) == [.announced, .withdrawn])
  }

  @Test func `the end of first crack, second crack and yellowing may be marked`() throws {
    var (bench, began) = Self.roasting(650, .init(yellowing: nil, firstCrack: nil))
    for (landmark, seconds) in [
      (Landmark.yellowing, 200.0), (.firstCrack, 540), (.firstCrackEnd, 600), (.secondCrack, 640),
    ] {
      let events = try bench.machine.mark(landmark, at: MonotonicTime(seconds: began + seconds))
      #expect(events.map(\.kind.name) == [landmark.name])
    }
    bench.cool(30)
    let again = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 545))
    #expect(again.map(\.change) == [.revised])
    #expect(bench.machine.progress.phases?.developmentSeconds == 105)
  }

  @Test func `marks that cannot be are refused`() throws {
    var idle = RoastMachineBench()
    #expect(throws: MarkFault.noRoast) {
      try idle.machine.mark(.firstCrack, at: MonotonicTime(seconds: 1))
    }
    idle.stay(.ready, 5)
    #expect(throws: MarkFault.noRoast) {
      try idle.machine.mark(.firstCrack, at: MonotonicTime(seconds: 1))
    }
    var (bench, began) = Self.roasting(600)
    func refused(_ landmark: Landmark, _ seconds: Double, _ fault: MarkFault) {
      #expect(throws: fault) {
        try bench.machine.mark(landmark, at: MonotonicTime(seconds: began + seconds))
      }
    }
    refused(.firstCrack, -1, .outsideRoast)
    refused(.firstCrack, 700, .outsideRoast)
    refused(.firstCrack, 20, .outOfOrder(with: .turningPoint))
    for landmark in [Landmark.charged, .turningPoint, .dropped] {
      refused(landmark, 500, .notMarkable(landmark))
    }
    _ = try bench.machine.mark(.firstCrack, at: MonotonicTime(seconds: began + 550))
    refused(.secondCrack, 540, .outOfOrder(with: .firstCrack))
    refused(.yellowing, 560, .outOfOrder(with: .firstCrack))
    bench.cool(30)
    refused(.secondCrack, 620, .outsideRoast)
  }
}
