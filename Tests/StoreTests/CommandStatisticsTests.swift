import Fixtures
import Roaster
import Testing

@testable import Governor
@testable import Store

/// What the store counts, against what is counted in plain Swift.
@Suite(.timeLimit(.minutes(2)))
struct CommandStatisticsTests {
  /// A proposal and how it went, as the tests made it up.
  private struct Life {
    let proposal: Proposal
    let level: Autonomy
    var rules: Set<Rule> = []
    var state = ProposalState.proposed
    var since: Double
    var approvedAfter: Double?
    var executedIn: Double?

    var kind: String {
      proposal.steps.count == 1 ? proposal.steps[0].command.kind.rawValue : "sequence"
    }
    var made: Int64 { proposal.made.wall.milliseconds }
  }

  private static let rules: [Rule] = [.staleTelemetry, .fanFloor, .busy, .stepLimit]

  /// A random life of a proposal, and what the desk writes of it.
  private func live(
    _ id: Int64, at seconds: Double, _ random: inout SeededGenerator
  ) -> (Life, [Entry]) {
    let actors = [DeskSample.person, DeskSample.agent, Actor(.agent, name: "other")]
    let steps = [
      DeskSample.heater(5), DeskSample.heater(4, 5), [Proposal.Step(.press(.beginCooling))],
    ]
    let proposal = DeskSample.proposal(
      id, at: seconds, by: actors.randomElement(using: &random) ?? DeskSample.agent,
      steps: steps.randomElement(using: &random) ?? [])
    let level = Autonomy.allCases.randomElement(using: &random) ?? .approve
    var life = Life(proposal: proposal, level: level, since: seconds)
    func verdict() -> Verdict {
      let spoke = Self.rules.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      life.rules.formUnion(spoke)
      return Verdict(spoke.map { Finding($0, "no") })
    }
    var entries = [DeskSample.made(proposal, level: level, verdict: verdict())]
    while let next = life.state.successors.sorted(by: { $0.rawValue < $1.rawValue })
      .randomElement(using: &random), Int.random(in: 0..<12, using: &random) > 0
    {
      let step = Double(Int.random(in: 0...40_000, using: &random)) / 1000
      life.since += step
      if next == .approved { life.approvedAfter = life.since - seconds }
      if next == .completed, let approved = life.approvedAfter {
        life.executedIn = life.since - seconds - approved
      }
      entries.append(
        DeskSample.transition(
          id, life.state, next, at: life.since, [("verdict", verdict().json)]))
      life.state = next
    }
    return (life, entries)
  }

  private func filled(
    _ count: Int, hours: Double, seed: UInt64
  ) async throws -> (StoreRoom, [Life]) {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    var random = SeededGenerator(seed: seed)
    var lives: [Life] = []
    var entries: [Entry] = []
    for id in 1...Int64(count) {
      let seconds = Double(Int.random(in: 0...Int(hours * 3_600_000), using: &random)) / 1000
      let (life, told) = live(id, at: seconds, &random)
      lives.append(life)
      entries += told
    }
    await journal.writeAll(entries)
    journal.close()
    return (room, lives)
  }

  private func percentiles(_ durations: [Double]) -> [Double] {
    let sorted = durations.sorted()
    // The least that so many in a hundred do not exceed.
    return [50, 90, 99].compactMap { part in
      sorted.first { limit in
        sorted.filter { $0 <= limit }.count * 100 >= part * sorted.count
      }
    }
  }

  private func isClose(
    _ stored: CommandStatistics.Percentiles?, to durations: [Double]
  ) -> Bool {
    guard let stored else { return durations.isEmpty }
    return stored.count == durations.count
      && zip([stored.p50, stored.p90, stored.p99], percentiles(durations)).allSatisfy {
        abs($0 - $1) < 1e-6
      }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `statistics are what is counted by hand`(seed: UInt64) async throws {
    let (room, lives) = try await filled(600, hours: 30, seed: seed)
    let start = StoreRoom.now.milliseconds
    for (from, to) in [(0, 108_000_000), (3_600_000, 90_000_001), (5, 6), (Int64.min, Int64.max)] {
      let window = (
        WallTime(milliseconds: from == .min ? from : start + from),
        WallTime(milliseconds: to == .max ? to : start + to)
      )
      let some = lives.filter {
        $0.made >= window.0.milliseconds && $0.made < window.1.milliseconds
      }
      let found = try room.archive.commandStatistics(from: window.0, to: window.1)
      #expect(found.total == some.count, "seed \(seed)")
      #expect(found.byState == count(some, by: \.state), "seed \(seed)")
      #expect(found.byKind == count(some, by: \.kind), "seed \(seed)")
      let actors = Dictionary(
        found.byActor.map { ($0.kind + $0.name, $0.count) }, uniquingKeysWith: +)
      #expect(actors == count(some) { $0.proposal.actor.kind.rawValue + $0.proposal.actor.name })
      #expect(found.byActor.map(\.count) == found.byActor.map(\.count).sorted(by: >))
      for rule in Rule.allCases {
        let expected = some.filter { $0.rules.contains(rule) }.count
        #expect(found.byRule[rule.rawValue] ?? 0 == expected, "seed \(seed): \(rule)")
      }
      #expect(isClose(found.approvalSeconds, to: some.compactMap(\.approvedAfter)))
      let single = some.filter { $0.proposal.steps.count == 1 }
      #expect(isClose(found.executionSeconds, to: single.compactMap(\.executedIn)))
      expectHours(found, some)
      let (done, failed) = (found.byState[.completed] ?? 0, found.byState[.failed] ?? 0)
      let whole = Double(done + failed)
      #expect(found.successRatio == (whole == 0 ? nil : Double(done) / whole))
      _ = found.json.text
    }
  }

  private func count<Key: Hashable>(_ lives: [Life], by key: (Life) -> Key) -> [Key: Int] {
    Dictionary(grouping: lives, by: key).mapValues(\.count)
  }

  private func expectHours(_ found: CommandStatistics, _ lives: [Life]) {
    let hours = Dictionary(grouping: lives) { $0.made / 3_600_000 }
    #expect(found.hours.map { $0.from.milliseconds / 3_600_000 } == hours.keys.sorted())
    for hour in found.hours {
      let some = hours[hour.from.milliseconds / 3_600_000] ?? []
      #expect(hour.from.milliseconds % 3_600_000 == 0 && hour.made == some.count)
      #expect(hour.completed == some.filter { $0.state == .completed }.count)
      #expect(hour.failed == some.filter { $0.state == .failed }.count)
      #expect(hour.rejected == some.filter { $0.state == .rejected }.count)
    }
  }

  @Test func `statistics of nothing have no rates`() throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    journal.close()
    let found = try room.archive.commandStatistics(
      from: WallTime(milliseconds: 0), to: StoreRoom.now)
    #expect(found.total == 0 && found.successRatio == nil && found.rejectionRatio == nil)
    #expect(found.approvalSeconds == nil && found.hours.isEmpty)
    #expect(found.json["by_status"]?["completed"] == .integer(0))
  }

  // MARK: Readiness

  @Test func `readiness is the record of 30 days at the level or above`() async throws {
    let (room, lives) = try await filled(400, hours: 40 * 24, seed: 9)
    let now = WallTime(milliseconds: StoreRoom.now.milliseconds + 40 * 86_400_000)
    let recent = lives.filter { $0.made >= now.milliseconds - 30 * 86_400_000 }
    for level in Autonomy.allCases {
      let some = recent.filter { $0.level >= level }
      let record = try room.archive.readiness(at: level, on: "m1", now: now)
      #expect(record.level == level)
      #expect(record.confirmed == some.filter { $0.state == .completed }.count)
      #expect(record.failed == some.filter { $0.state == .failed }.count)
      #expect(record.vetoed == some.filter { $0.state == .vetoed }.count)
      #expect(record.commandsSinceAbort == nil && record.commandsSinceTrip == nil)
    }
  }

  @Test func `the commands since the last abort and the last trip are counted`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    func ran(_ id: Int64, at seconds: Double, _ state: ProposalState = .completed) -> [Entry] {
      [
        DeskSample.made(DeskSample.proposal(id, at: seconds)),
        DeskSample.transition(id, .executing, state, at: seconds + 1),
      ]
    }
    let day = 86_400.0
    await journal.write(
      [DeskSample.audit(.abort, at: 0)] + ran(1, at: 10) + ran(2, at: 20, .failed)
        + [DeskSample.audit(.trip, at: 25)] + ran(3, at: 30) + ran(4, at: 40, .rejected))
    journal.close()
    func record(_ level: Autonomy, days: Double) throws -> ReadinessRecord {
      try room.archive.readiness(at: level, on: "m1", now: Sample.moment(days * day).wall)
    }
    let fresh = try record(.approve, days: 1)
    #expect(fresh.commandsSinceAbort == 3 && fresh.commandsSinceTrip == 1)
    #expect(fresh.confirmed == 2 && fresh.failed == 1)
    let above = try record(.veto, days: 1)
    #expect(above.commandsSinceAbort == 0 && above.confirmed == 0)
    #expect(try record(.approve, days: 31).commandsSinceAbort == nil)
  }
}
