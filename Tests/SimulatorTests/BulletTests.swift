import Roaster
import Testing

@testable import Simulator

/// Specs/twin.md T1 to T11: what the firmware does by itself and lets happen.
struct BulletTests {
  private func bullet(
    _ start: Bullet.Setup.Start = .ready(infrared: 230, bean: 156), seed: UInt64 = 1,
    isNoisy: Bool = false, faults: [TimedFault] = []
  ) -> Bullet {
    Bullet(
      Bullet.Setup(start: start, isNoisy: isNoisy, seed: seed, faults: FaultPlan(faults)))
  }

  private func levels(_ bullet: Bullet) -> [Int] {
    Control.allCases.map { bullet.level(of: $0) }
  }

  @Test func `PRS walks the states, and each sets its levels`() {
    var bullet = bullet(.cold)
    #expect(bullet.state == .off && levels(bullet) == [0, 0, 0])
    bullet.perform(.prs)
    #expect(bullet.state == .preheating && levels(bullet) == [7, 1, 0])
    bullet.perform(.prs)
    #expect(bullet.state == .ready && levels(bullet) == [1, 1, 0])
    bullet.perform(.prs)
    #expect(bullet.state == .roasting && levels(bullet) == [7, 2, 9])
    bullet.perform(.prs)
    #expect(bullet.state == .ending)
    bullet.advance(to: bullet.seconds + 1)
    #expect(bullet.state == .cooling && levels(bullet) == [0, 7, 1])
    bullet.perform(.prs)
    #expect(bullet.state == .shuttingDown && levels(bullet)[0] == 0)
    bullet.perform(.prs)
    #expect(bullet.state == .off && levels(bullet) == [0, 0, 0])
  }

  @Test func `preheating settles at the target within 3 C, and does not run away`() {
    var bullet = bullet(.cold)
    bullet.perform(.prs)
    var highest = 0.0
    while bullet.state != .ready, bullet.seconds < 3600 {
      bullet.advance(to: bullet.seconds + 1)
      highest = max(highest, bullet.shown.infrared)
    }
    #expect(bullet.state == .ready)
    var farthest = 0.0
    for _ in 0..<1200 {
      bullet.advance(to: bullet.seconds + 1)
      farthest = max(farthest, abs(bullet.shown.infrared - 230))
    }
    #expect(farthest <= 3)
    #expect(highest < 240)
  }

  @Test func `shutting down ends by itself`() {
    var bullet = bullet()
    for _ in 0..<2 { bullet.perform(.prs) }
    bullet.advance(to: 2)
    bullet.perform(.prs)
    #expect(bullet.state == .shuttingDown)
    bullet.advance(to: 3 * 3600)
    #expect(bullet.state == .off)
  }

  @Test func `each step is taken where it would be, within 0 to 800 ms, and stops at the ends`() {
    var delays: Set<Int> = []
    for seed in UInt64(0)..<200 {
      var bullet = bullet(seed: seed)
      _ = bullet.answer(Actuation.heaterUp.bytes ?? [])
      bullet.advance(to: 1)
      #expect(bullet.level(of: .heater) <= 3, "ready takes no heater step")
      bullet.perform(.prs)
      let before = bullet.seconds
      #expect(bullet.answer(Actuation.heaterUp.bytes ?? []) == nil)
      while bullet.level(of: .heater) == 7, bullet.seconds < before + 2 {
        bullet.advance(to: bullet.seconds + Bullet.tickSeconds)
      }
      delays.insert(Int(((bullet.seconds - before) * 10).rounded()))
      #expect(bullet.level(of: .heater) == 8, "seed \(seed)")
    }
    #expect(delays.min() == 1 && delays.max() == 8 && delays.count == 8)
    var bullet = bullet()
    bullet.perform(.prs)
    for _ in 0..<20 { _ = bullet.answer(Actuation.fanUp.bytes ?? []) }
    _ = bullet.answer(DrumLevel(4).flatMap { Actuation.drum($0).bytes } ?? [])
    bullet.advance(to: bullet.seconds + 1)
    #expect(levels(bullet) == [7, 12, 4])
    for _ in 0..<20 { _ = bullet.answer(Actuation.heaterDown.bytes ?? []) }
    bullet.advance(to: bullet.seconds + 1)
    #expect(bullet.level(of: .heater) == 0)
  }

  @Test func `the infrared value is 25 for 4 s when a roast begins, and the clock runs`() {
    var bullet = bullet(isNoisy: true)
    bullet.advance(to: 5)
    bullet.perform(.prs)
    for tick in 1...39 {
      bullet.advance(to: 5 + Double(tick) * 0.1)
      #expect(bullet.wireStatus.infrared == 25)
    }
    bullet.advance(to: 70)
    #expect(bullet.wireStatus.infrared > 100)
    let wire = bullet.wireStatus
    #expect(Int(wire.clockMinutes) * 60 + Int(wire.clockSeconds) == 65)
  }

  @Test func `while not roasting the first half is another message every 15 s`() {
    var bullet = bullet()
    var others: [Int] = []
    for poll in 1...600 {
      bullet.advance(to: Double(poll) / 10)
      if bullet.answer(Query.status1.bytes)?[41] != 10 { others.append(poll) }
      #expect(bullet.answer(Query.status2.bytes)?.count == 64)
    }
    #expect(others == [150, 300, 450, 600])
    bullet.perform(.prs)
    for poll in 601...1200 {
      bullet.advance(to: Double(poll) / 10)
      #expect(bullet.answer(Query.status1.bytes)?[41] == 10)
    }
  }

  @Test func `every field is plausible through a whole roast`() {
    var bullet = bullet(isNoisy: true)
    bullet.advance(to: 10)
    bullet.perform(.prs)
    bullet.perform(.load(grams: 400))
    for second in 11...900 {
      if second == 520 {
        bullet.perform(.prs)
        bullet.perform(.openDoor)
      }
      bullet.advance(to: Double(second))
      let status = Status(bullet.wireStatus)
      #expect(status.suspicion.notFinite.isEmpty && status.suspicion.implausible.isEmpty)
    }
    #expect(bullet.physics.batch == nil, "the beans have left")
  }

  @Test func `the same seed and inputs give the same bytes, another seed others`() {
    func bytes(seed: UInt64) -> [UInt8] {
      var bullet = bullet(seed: seed, isNoisy: true)
      bullet.perform(.prs)
      bullet.perform(.load(grams: 350))
      return (1...300).flatMap { poll -> [UInt8] in
        bullet.advance(to: Double(poll) / 3)
        if poll % 50 == 0 { _ = bullet.answer(Actuation.heaterDown.bytes ?? []) }
        return (bullet.answer(Query.status1.bytes) ?? [])
          + (bullet.answer(Query.status2.bytes) ?? [])
      }
    }
    #expect(bytes(seed: 5) == bytes(seed: 5))
    #expect(bytes(seed: 5) != bytes(seed: 6))
  }

  @Test func `bytes that are no request have no answer and move nothing`() {
    var bullet = bullet()
    let before = bullet.wireStatus
    for request in [[], [0x30], [0x30, 0x01, 0x00], [0x32, 0x01, 0x0A, 0x00], [0xFF, 0xFF]] {
      #expect(bullet.answer(request.map { UInt8($0) }) == nil)
    }
    bullet.advance(to: 0.05)
    #expect(bullet.wireStatus == before)
  }

  @Test func `identification counts the roasts`() {
    var bullet = bullet()
    func identity() -> Identification? {
      Identification(
        info1: bullet.answer(Query.info1.bytes) ?? [], info2: bullet.answer(Query.info2.bytes) ?? []
      )
    }
    #expect(identity() == Identification(serial: 1001, firmware: 562, roasts: 0))
    bullet.perform(.prs)
    #expect(identity()?.roasts == 1)
  }
}
