import BenchPeer
import Governor
import Roaster

/// The governor's verdict with every rule on circumstances in which none speaks.
enum VerdictBench {
  /// Prints the median nanoseconds of a verdict.
  static func run() {
    var wire = WireStatus()
    (wire.bean, wire.infrared, wire.state, wire.clockMinutes) = (180, 200, 6, 5)
    (wire.heater, wire.fan, wire.drum) = (5, 3, 9)
    let now = MonotonicTime(seconds: 10_000)
    var all = Circumstances(now: now, level: .audit)
    all.isLinkUp = true
    all.identification = Identification(serial: 1234, firmware: 562, roasts: 10)
    all.isCommissioned = true
    all.status = Status(wire)
    all.heard = now
    all.rateOfRise = CelsiusPerMinute(10)
    all.hasBeans = true
    all.personSeen = now
    all.pilotSeen = now
    guard let level = HeaterLevel(6) else { return }
    let (policy, actor) = (Policy(), Actor(.agent, name: "pilot"))
    let count = 10_000
    var rounds: [Double] = []
    for _ in 0..<31 {
      let start = ContinuousClock.now
      for _ in 0..<count {
        var verdict = policy.review(
          .heater(level), by: actor, approver: nil, words: [], all)
        withUnsafeBytes(of: &verdict) { peer_black_hole($0.baseAddress) }
        precondition(verdict.isAllowed)
      }
      rounds.append((ContinuousClock.now - start) / .nanoseconds(1) / Double(count))
    }
    print("verdict", rounds.sorted()[rounds.count / 2])
  }
}
