import Driver
import Fixtures
import Governor
import Roaster
import Simulator
import Testing

/// Whatever is asked, and whatever goes wrong, nothing moves that may not (issue's properties).
@Suite struct DeskPropertyTests {
  private static let slices = 20
  private static let runs = 100 * Fixtures.effort

  @Test(arguments: 0..<slices)
  func `nothing leaves but what was permitted, written down and within the envelope`(
    slice: Int
  ) async {
    for run in 0..<Self.runs {
      let seed = UInt64(slice * Self.runs + run)
      let chaos = RandomChaos(seed: seed)
      let desk = await chaos.run()
      let problems = Self.problems(of: desk)
      #expect(problems.isEmpty, "seed \(seed): \(problems.joined(separator: "; "))")
    }
  }

  @Test func `the random runs are not all refusals`() async {
    var outcomes: [String: Int] = [:]
    var kinds: [Actuation: Int] = [:]
    for seed in UInt64(0)..<200 {
      let desk = await RandomChaos(seed: seed).run()
      for outcome in desk.outcomes { outcomes[outcome, default: 0] += 1 }
      for item in desk.sent where item.write.purpose != .abort && item.result == .sent {
        kinds[item.write.actuation, default: 0] += 1
      }
    }
    for outcome in ["confirmed", "refused", "aborted", "timed_out"] {
      #expect(outcomes[outcome, default: 0] > 2, "\(outcomes)")
    }
    for actuation in [Actuation.heaterUp, .heaterDown, .fanUp, .fanDown, .prs] {
      #expect(kinds[actuation, default: 0] > 2, "\(kinds)")
    }
  }

  /// What is wrong with what a desk did.
  static func problems(of desk: SimulatedDesk) -> [String] {
    var problems: [String] = []
    let bytes = desk.sent.filter { $0.result == .sent }.map(\.write.bytes)
    if bytes != desk.received { problems.append("bytes reached the twin that no write was for") }
    let told = desk.audit(.bytesSent).compactMap { $0.detail["bytes"]?.stringValue }
    if told != desk.received.map(hex) { problems.append("the audit does not replay to the bytes") }
    for item in desk.sent where item.result == .sent { problems += self.problems(of: item, desk) }
    problems += chains(of: desk)
    return problems
  }

  private static func problems(
    of item: SimulatedDesk.Sent, _ desk: SimulatedDesk
  ) -> [String] {
    guard case .proposal(let id, let ticket) = item.write.purpose else {
      return item.write.actuation == .heaterDown ? [] : ["an abort did more than step down"]
    }
    var problems: [String] = []
    func check(_ isRight: Bool, _ problem: String) { if !isRight { problems.append(problem) } }
    check(item.level > .assist, "an ordinary write at L1")
    check(!item.isLatched, "an ordinary write after an abort")
    check(item.age <= 0.5, "a write on stale telemetry")
    check(item.isRecorded, "ticket \(ticket) was not on the disk")
    check(desk.states(id).contains(.approved), "proposal \(id) was never approved")
    guard let status = item.shown, let state = status.state, let heater = status.heater?.number,
      let fan = status.fan?.number
    else { return problems + ["a write on an unknown status"] }
    switch item.write.actuation {
    case .heaterUp:
      check(state == .roasting && heater < 9, "heater up at \(heater) in \(state)")
      check((status.bean?.degrees ?? 999) < 230, "heater up with hot beans")
      check(fan >= (heater + 1 == 9 ? 2 : 1), "heater up under the fan's floor")
      check(status.drum?.number != 0, "heater up with the drum standing")
    case .heaterDown: check(state == .roasting && heater > 0, "heater down in \(state)")
    case .fanUp, .fanDown:
      check([.ready, .roasting, .cooling].contains(state), "fan in \(state)")
      check(item.write.actuation == .fanUp ? fan < 12 : fan > 1, "fan past its end")
    case .drum: check([.roasting, .cooling].contains(state), "drum in \(state)")
    case .prs: check([.off, .ready, .roasting, .cooling].contains(state), "PRS in \(state)")
    }
    return problems
  }

  /// Each proposal goes by the table, and ends with everything told.
  private static func chains(of desk: SimulatedDesk) -> [String] {
    var last: [Int64: ProposalState] = [:]
    for transition in desk.transitions() {
      if transition.from != last[transition.proposal] {
        return ["proposal \(transition.proposal) jumped from \(transition.from as Any)"]
      }
      if let from = transition.from, !from.successors.contains(transition.to) {
        return ["\(from) became \(transition.to)"]
      }
      last[transition.proposal] = transition.to
    }
    return []
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
