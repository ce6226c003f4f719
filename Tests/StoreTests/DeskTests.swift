import Fixtures
import Glibc
import Roaster
import Testing

@testable import Governor
@testable import Store

/// What the desk writes down, and what the next life of the daemon is told of it
/// (Specs/governor.md L3, T1).
@Suite(.timeLimit(.minutes(2)))
struct DeskTests {
  private static let refused = Verdict([
    Finding(.staleTelemetry, "the last status is 2 s old", [("age_seconds", .number(2))]),
    Finding(.fanFloor, "fan 0 at heater 7", []),
  ])

  @Test func `a proposal is kept with all that became of it`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let forecast = Forecast(
      bean: [200, 201], infrared: [190], steepestRise: 9.04, misfit: 1.5)
    let proposal = DeskSample.proposal(1, at: 3, key: "k")
    let readback: JSON = .object([("control", .string("heater")), ("to", .integer(7))])
    await journal.write([
      .roastBegan(Sample.roast(4, beganSeconds: 2)),
      DeskSample.made(proposal, level: .veto, verdict: Self.refused, forecast: forecast),
      DeskSample.transition(1, nil, .proposed, at: 3, by: DeskSample.agent),
      DeskSample.transition(
        1, .proposed, .awaitingVeto, at: 4, by: .watch, [("verdict", Verdict().json)]),
      DeskSample.transition(
        1, .awaitingVeto, .approved, at: 5,
        [("approval", .object([("approver", .string("person"))])), ("reason", .string("hot"))]),
      DeskSample.transition(1, .approved, .executing, at: 6, by: .watch),
      DeskSample.transition(
        1, .executing, .completed, at: 7.5, by: .watch,
        [
          ("outcome", .string("confirmed")), ("readback", readback), ("verdict", .null),
          ("reason", .string("done")),
        ]),
    ])
    let (stored, transitions) = try #require(try room.archive.proposal(1))
    #expect(stored.actor == proposal.actor && stored.level == .veto && stored.kind == "heater")
    #expect(stored.steps == proposal.stepsJSON && stored.reason == proposal.reason)
    #expect(stored.key == "k" && stored.roast == 4 && stored.batch == 1 && stored.run == 1)
    #expect(stored.made == proposal.made && stored.state == .completed)
    #expect(stored.since == Sample.moment(7.5) && stored.outcome == "confirmed")
    #expect(stored.ending == "done" && stored.json["end"]?.stringValue == "done")
    #expect(stored.readback == readback && stored.approver == .string("person"))
    #expect(stored.verdict == Verdict().json && stored.forecast == forecast.json)
    #expect(
      transitions.map(\.to) == [.proposed, .awaitingVeto, .approved, .executing, .completed])
    #expect(transitions.map(\.from) == [nil, .proposed, .awaitingVeto, .approved, .executing])
    #expect(transitions[0].actor == DeskSample.agent && transitions[2].actor == DeskSample.person)
    #expect(transitions[4].detail["outcome"]?.stringValue == "confirmed")
    #expect(stored.json["command"] == .object([("kind", "heater".json), ("level", .integer(7))]))
    #expect(stored.json["status"]?.stringValue == "completed")
    #expect(try room.archive.proposal(2) == nil)
    let rules = try room.connection(.reading).texts("SELECT rule FROM findings ORDER BY rule")
    #expect(rules == ["fan_floor", "stale_telemetry"])
  }

  @Test func `proposals are listed by what is asked for`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let (agent, person) = (DeskSample.agent, DeskSample.person)
    await journal.write([
      DeskSample.made(DeskSample.proposal(1, at: 1, by: person, key: "a")),
      DeskSample.made(DeskSample.proposal(2, at: 2, steps: DeskSample.heater(7, 8))),
      DeskSample.made(
        DeskSample.proposal(3, at: 3, batch: 2, steps: [Proposal.Step(.press(.shutDown))])),
      .roastBegan(Sample.roast(1, beganSeconds: 4)),
      DeskSample.made(DeskSample.proposal(4, at: 5, key: "a")),
      DeskSample.transition(3, .proposed, .rejected, at: 6),
    ])
    func ids(_ filter: ProposalFilter) throws -> [Int64] {
      try room.archive.proposals(filter).map(\.id)
    }
    #expect(try ids(ProposalFilter()) == [4, 3, 2, 1])
    #expect(try ids(ProposalFilter(limit: 2, before: 4)) == [3, 2])
    #expect(try ids(ProposalFilter(state: .rejected)) == [3])
    #expect(try ids(ProposalFilter(actorKind: .person)) == [1])
    #expect(try ids(ProposalFilter(actorName: agent.name)) == [4, 3, 2])
    #expect(try ids(ProposalFilter(kind: "sequence")) == [2])
    #expect(try ids(ProposalFilter(kind: "shut_down")) == [3])
    #expect(try ids(ProposalFilter(actorName: person.name, key: "a")) == [1])
    // What was proposed in the batch before its roast began is the roast's.
    #expect(try ids(ProposalFilter(roast: 1)) == [4, 2, 1])
    #expect(
      try ids(ProposalFilter(from: Sample.moment(2).wall, to: Sample.moment(5).wall)) == [3, 2])
  }

  @Test func `an earlier life's open proposals are told with the bytes that were meant`()
    async throws
  {
    let room = try StoreRoom()
    let meant: [(key: String, value: JSON)] = [("bytes", .string("3001010000"))]
    do {
      let (journal, opening) = try room.open()
      #expect(opening.desk.nextProposal == 1 && opening.desk.nextAudit == 1)
      #expect(opening.desk.open.isEmpty && opening.desk.state == nil)
      await journal.write([
        DeskSample.made(DeskSample.proposal(1)),
        DeskSample.transition(1, .proposed, .rejected),
        DeskSample.made(
          DeskSample.proposal(2, steps: DeskSample.heater(5, 6, 7), key: "k"), level: .audit),
        DeskSample.transition(2, .proposed, .approved),
        DeskSample.transition(2, .approved, .executing, at: 2),
        DeskSample.audit(.bytesMeant, proposal: 2, at: 2, meant),
        DeskSample.audit(.bytesSent, proposal: 2, at: 3),
        DeskSample.audit(.bytesMeant, proposal: 2, at: 4),
        DeskSample.audit(.bytesMeant, proposal: 9, at: 4),
        DeskSample.audit(.bytesNotSent, proposal: 2, at: 5),
        DeskSample.audit(.bytesMeant, proposal: 2, at: 6),
        DeskSample.audit(.bytesUnsure, proposal: 2, at: 6),
        DeskSample.made(DeskSample.proposal(3, at: 7, by: DeskSample.person)),
        .desk(.state(.object([("level", .string("L3"))]))),
        .desk(.state(.object([("level", .string("L4"))]))),
      ])
      journal.close()
      try await room.untilReleased()
    }
    let (journal, opening) = try room.open()
    defer { journal.close() }
    let desk = opening.desk
    #expect(desk.nextProposal == 4 && desk.nextAudit == 8 && desk.audit.brokenRow == nil)
    #expect(desk.state == .object([("level", .string("L4"))]))
    // The one that is under way.
    #expect(desk.commandsToday == 1)
    #expect(desk.open.map(\.id) == [2, 3])
    #expect(desk.open.map(\.state) == [.executing, .proposed])
    let first = try #require(desk.open.first)
    #expect(first.actor == DeskSample.agent && first.key == "k" && first.level == .audit)
    #expect(first.steps == DeskSample.proposal(2, steps: DeskSample.heater(5, 6, 7)).stepsJSON)
    #expect(first.made == Sample.moment(0) && first.since == Sample.moment(2))
    #expect(first.bytes.map(\.audit) == [1, 3, 6])
    #expect(first.bytes.map(\.fate) == [.sent, .notSent, .unknown])
    #expect(first.bytes.first?.detail == .object(meant))
    #expect(desk.open[1].bytes.isEmpty && desk.open[1].actor == DeskSample.person)
  }

  @Test func `commands of more than a day ago are not today's`() async throws {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      for (id, seconds) in [(Int64(1), -86_401.0), (2, -86_399), (3, -1)] {
        await journal.write([
          DeskSample.audit(.outcome, proposal: id, at: seconds),
          DeskSample.audit(.outcome, at: seconds), DeskSample.audit(.bytesSent, proposal: id),
        ])
      }
      journal.close()
      try await room.untilReleased()
    }
    let (journal, opening) = try room.open()
    journal.close()
    #expect(opening.desk.commandsToday == 2)
  }

  @Test func `a proposal of an id that is taken is refused, and the chain goes on`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([DeskSample.made(DeskSample.proposal(1)), DeskSample.audit(.proposed)])
    let answer = await journal.write([
      DeskSample.audit(.proposed), DeskSample.made(DeskSample.proposal(1)),
    ])
    #expect(answer.fault?.failure?.kind == .row)
    #expect(await journal.write([DeskSample.audit(.decided)]).isSuccess)
    guard case .whole(1, 3, _) = try room.archive.verifyAudit() else {
      Issue.record("\(try room.archive.verifyAudit())")
      return
    }
  }

  // MARK: Copies, other files, making room

  @Test func `a backup has the whole audit, and a restored one goes on with it`() async throws {
    let room = try StoreRoom()
    let copy = room.folder.file("copy.db")
    do {
      let (journal, _) = try room.open()
      await journal.write(DeskSample.rows(50, seed: 1))
      try Backup.make(from: room.path, to: copy)
      await journal.write(DeskSample.rows(7, seed: 2))
      journal.close()
      try await room.untilReleased()
    }
    guard case .whole(1, 50, _) = try Archive(path: copy).verifyAudit() else {
      Issue.record("\(try Archive(path: copy).verifyAudit())")
      return
    }
    let old = try #require(try Backup.restore(from: copy, to: room.path, now: StoreRoom.now))
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.desk.audit.brokenRow == nil && opening.desk.nextAudit == 52)
    await journal.write(DeskSample.rows(3, seed: 3))
    #expect(try room.archive.verifyAudit().brokenRow == nil)
    guard case .whole(1, 57, let head) = try Archive(path: old).verifyAudit() else {
      Issue.record("\(try Archive(path: old).verifyAudit())")
      return
    }
    // The rows that the backup does not have are missed by nobody who reads on.
    let row = try #require(try room.archive.audit(AuditFilter(limit: 1, after: 50)).first)
    let detail = try JSON(reading: row.detail.utf8)
    #expect(detail["restored_from"] == .string(copy) && detail["earlier_audit"] == head.json)
  }

  @Test func `making room leaves what the desk wrote`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write(
      DeskSample.rows(20, seed: 1) + [DeskSample.made(DeskSample.proposal(1))]
        + Sample.telemetry(1...500))
    let retention = Retention(
      keepFramesDays: 0, keepIdleDays: 0,
      now: WallTime(milliseconds: StoreRoom.now.milliseconds + 365 * 86_400_000))
    #expect(await journal.write([.vacuum(retention)]).isSuccess)
    #expect(try room.count("telemetry") < 500 && room.count("proposals") == 1)
    guard case .whole(1, 20, _) = try room.archive.verifyAudit() else {
      Issue.record("\(try room.archive.verifyAudit())")
      return
    }
  }

  @Test func `a file that takes another's place knows what is open, and where the audit ended`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    await journal.write(
      DeskSample.rows(9, seed: 1) + [
        DeskSample.made(DeskSample.proposal(5)), DeskSample.made(DeskSample.proposal(6)),
        DeskSample.transition(5, .proposed, .recommended),
        DeskSample.transition(6, .proposed, .rejected), .desk(.state(.integer(7))),
      ])
    guard case .whole(_, _, let head) = try room.archive.verifyAudit() else {
      Issue.record("\(try room.archive.verifyAudit())")
      return
    }
    for suffix in Database.suffixes { remove(room.path + suffix) }
    #expect(await journal.write([DeskSample.audit(.decided, proposal: 5)]).isSuccess)
    journal.close()
    try await room.untilReleased()
    let rows = try room.archive.audit(AuditFilter(after: 0))
    #expect(rows.map(\.action) == ["restart", "decided"])
    let detail = try JSON(reading: try #require(rows.first).detail.utf8)
    #expect(detail["earlier_audit"] == head.json)
    #expect(try room.archive.verifyAudit().brokenRow == nil)
    let (next, opening) = try room.open()
    next.close()
    #expect(opening.desk.open.map(\.id) == [5] && opening.desk.open[0].state == .recommended)
    #expect(opening.desk.state == .integer(7) && opening.desk.nextProposal == 6)
  }

  @Test func `a damaged file's last words are passed on`() async throws {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      await journal.write(
        DeskSample.rows(9, seed: 1) + [DeskSample.made(DeskSample.proposal(5))]
          + [.desk(.state(.object([("aborted", .bool(true))])))])
      await journal.writeAll(Sample.telemetry(1...3000))
      journal.close()
      try await room.untilReleased()
      let connection = try room.connection()
      try connection.execute("UPDATE runs SET ended_ms = NULL; PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try Garbage.write(into: room.path, at: 100 * 4096, count: 20_000)
    let (journal, opening) = try room.open()
    journal.close()
    let setAside = try #require(opening.setAside)
    #expect(opening.desk.state == .object([("aborted", .bool(true))]))
    #expect(opening.desk.nextProposal == 6 && opening.desk.nextAudit == 2)
    let row = try #require(try room.archive.audit().first)
    let detail = try JSON(reading: row.detail.utf8)
    #expect(row.action == "restart" && detail["set_aside"]?.stringValue == setAside)
    #expect(detail["earlier_audit"]?["id"] == .integer(9))
    #expect(try room.archive.verifyAudit().brokenRow == nil)
  }
}

extension String {
  fileprivate var json: JSON { .string(self) }
}
