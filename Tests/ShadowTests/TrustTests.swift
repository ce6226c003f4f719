import Governor
import Roaster
import Testing

@testable import Shadow
@testable import Simulator

/// Specs/physics.md, P33: on the twin, with what goes wrong from 200 s on.
struct TrustTests {
  /// What the shadow said first, and the shadow at the end.
  private func follow(
    _ faults: [Fault], grams: Double? = 400, until end: Double = 480,
    opensDoorAt door: Double = .infinity
  ) throws -> (seconds: Double, reason: Distrust, estimator: Estimator)? {
    var bullet = Bullet(
      Bullet.Setup(
        start: .ready(infrared: 235, bean: 157), isNoisy: true, seed: 1,
        faults: FaultPlan(faults.map { TimedFault($0, from: 200) })))
    bullet.perform(.prs)
    if let grams { bullet.perform(.load(grams: grams)) }
    bullet.perform(.turn(.fan, by: 4 - bullet.level(of: .fan)))
    var estimator = try Estimator(Estimator.Start(drumCelsius: 235, probeCelsius: 157))
    var first: (Double, Distrust)?
    while bullet.seconds < end {
      if bullet.seconds >= door { bullet.perform(.openDoor) }
      bullet.advance(to: bullet.seconds + 1)
      let shown = bullet.shown
      estimator.observe(
        Rehearsal.Sample(
          seconds: bullet.seconds, bean: Celsius(shown.bean), infrared: Celsius(shown.infrared),
          heater: bullet.level(of: .heater), fan: bullet.level(of: .fan),
          drum: bullet.level(of: .drum)))
      if first == nil, case .notTrusted(let reason) = estimator.trust {
        first = (estimator.seconds, reason)
      }
    }
    let ahead = estimator.outlook(until: estimator.seconds + 120).points
    #expect(ahead.allSatisfy { abs($0.bean) < 1000 && abs($0.infrared) < 1000 })
    #expect(ahead.allSatisfy { $0.beanBand > 0 && $0.beanBand < 100 && $0.infraredBand > 0 })
    return first.map { ($0, $1, estimator) }
  }

  @Test func `a roast without faults is trusted from a minute on`() throws {
    #expect(try follow([]) == nil)
  }

  @Test func `a broken, stuck, drifting or noisy probe is said within 15 s`() throws {
    for fault in [
      Fault.probeOpen, .probeStuck, .probeDrift(degreesPerMinute: 20),
      .probeDrift(degreesPerMinute: -20), .probeNoisy(degrees: 3),
    ] {
      let said = try follow([fault])
      #expect(said?.reason == .beanProbe, "\(fault)")
      #expect((200...215).contains(said?.seconds ?? 0), "\(fault): \(said?.seconds ?? 0)")
    }
  }

  @Test func `a dirty window is said within 5 s`() throws {
    let said = try follow([.windowDirty(share: 0.8)])
    #expect(said?.reason == .infrared && (200...205).contains(said?.seconds ?? 0))
  }

  @Test func `a fan at a third of its speed and a stuck heater are said within four minutes`()
    throws
  {
    for fault in [Fault.fanWeak(share: 0.3), .heaterStuck(level: 0), .heaterStuck(level: 9)] {
      let said = try follow([fault])
      #expect((200...440).contains(said?.seconds ?? 0), "\(fault): \(said?.seconds ?? 0)")
    }
  }

  @Test func `beans that were never charged are said after a minute`() throws {
    let said = try follow([], grams: nil)
    #expect(said?.reason == .notCharged && said?.seconds == 60, "\(said?.seconds ?? 0)")
  }

  @Test func `an open door is said within 30 s`() throws {
    let said = try follow([], opensDoorAt: 300)
    #expect((300...330).contains(said?.seconds ?? 0), "\(said?.seconds ?? 0)")
  }

  @Test func `a minute is asked for, and no gap`() throws {
    var estimator = try Estimator(Estimator.Start(drumCelsius: 235, probeCelsius: 157))
    func sample(_ seconds: Double) -> Rehearsal.Sample {
      Rehearsal.Sample(seconds: seconds, bean: nil, infrared: nil, heater: 7, fan: 2, drum: 9)
    }
    estimator.observe(sample(30))
    #expect(estimator.trust == .tooEarly)
    estimator.observe(sample(100))
    #expect(estimator.trust == .notTrusted(reason: .unseen))
  }
}
