import Fixtures
import Governor
import Roaster
import Simulator
import Testing

@testable import Driver

/// Limits hold however somebody goes about it.
@Suite struct DeskEvasionTests {
  private static let agent = SimulatedDesk.agent
  private static let person = SimulatedDesk.person

  @Test(arguments: [0.02, 0.05, 0.1, 0.3])
  func `a rise counts although the command was cancelled before it showed`(gap: Double) async {
    let desk = await SimulatedDesk.roasting(level: .audit)
    desk.at(8.4) { $0.twin.perform(.turn(.heater, by: -8)) }
    let first = desk.heater
    #expect(first > 0)
    for second in stride(from: 20.0, to: 60, by: 1) {
      desk.at(second) { desk in
        desk.ask(.signOfLife)
        desk.propose(.heater, min(9, desk.heater + 1), by: Self.agent)
      }
      var isCancelled = false
      desk.at(second + 0.05) { desk in
        desk.onWrite = { desk in
          guard !isCancelled, let id = desk.desk.executor?.proposal else { return }
          isCancelled = true
          desk.at(desk.seconds + gap) { $0.ask(.cancel(id, reason: nil), from: Self.agent) }
        }
      }
    }
    await desk.run(52)
    let ups = desk.sent.filter { $0.write.actuation == .heaterUp && $0.result == .sent }
    #expect(ups.count <= 6, "\(ups.map(\.at)) \(desk.heater)")
    #expect(ups.count >= 2)
  }

  @Test func `an ordinary write is given no longer than it is worth`() async {
    let desk = await SimulatedDesk.roasting(level: .approve)
    desk.at(9) {
      $0.propose(.fan, 4)
      $0.approve(1)
    }
    desk.at(13) { $0.ask(.abort(reason: nil, fire: false)) }
    await desk.run(8)
    #expect(desk.timeouts.count > 2)
    for (timeout, item) in zip(desk.timeouts, desk.sent) {
      let left = item.write.notAfter.map { ($0.seconds - item.at) * 1000 } ?? 1000
      #expect(timeout >= 1 && timeout <= max(1, Int(left.rounded())))
    }
  }
}
