import Analysis
import Fixtures
import Roaster
import Testing

@testable import Governor
@testable import Store

/// A database whose rows hold what no daemon ever wrote. It is opened, or refused; nothing ends the
/// process.
@Suite(.timeLimit(.minutes(5)))
struct HostileRowsTests {
  /// A column and what its table lets into it.
  private struct Column {
    let table: String
    let name: String
    let type: String
    let isKey: Bool

    /// Statements that put extremes into it: a key's into the last row, another's into all rows in
    /// turn, so that every one of them meets one of any two rows.
    var updates: [String] {
      let values = extremes
      if isKey {
        return values.map {
          "UPDATE \(table) SET \(name) = \($0) WHERE rowid = (SELECT max(rowid) FROM \(table))"
        }
      }
      return stride(from: 0, to: values.count, by: 2).map { shift in
        let cases = values.enumerated().map { "WHEN \($0) THEN \($1)" }.joined(separator: " ")
        return """
          UPDATE OR IGNORE \(table)
          SET \(name) = CASE (rowid + \(shift)) % \(values.count) \(cases) END
          """
      }
    }

    /// As SQL.
    var extremes: [String] {
      switch type {
      case "INTEGER":
        [
          "9223372036854775807", "-9223372036854775807 - 1", "-1", "4611686018427387904",
          "-4611686018427387905", "253402300800000",
        ]
      case "REAL": ["9e999", "-9e999", "1.7e308", "-1e18", "5e-324"]
      case "TEXT":
        [
          "''", "replace(hex(zeroblob(50000)), '00', 'é')", "char(0) || 'x'", "'{\"title\":'",
          "CAST(x'c3280aff' AS TEXT)", "'{\"grams_in\":9e999,\"title\":[1]}'",
        ]
      default: ["zeroblob(0)", "zeroblob(128)", "randomblob(100000)", "x'00'"]
      }
    }
  }

  /// A small database with two rows at least in every table that is read.
  private func filled() async throws -> StoreRoom {
    let room = try StoreRoom()
    for id in Int64(1)...2 {
      let (journal, _) = try room.open()
      let first = id * 100
      await journal.write(
        [.roastBegan(Sample.roast(id, beganSeconds: Double(first) / 10, batch: Int(id)))]
          + Sample.telemetry(first...(first + 60), roast: id))
      await journal.write([
        Sample.event(id * 10, .roastBegan, at: Double(first) / 10, source: .machine, roast: id),
        Sample.event(id * 10 + 1, .yellowing, at: Double(first) / 10 + 2, roast: id),
        Sample.event(
          id * 10 + 2,
          .levelChanged(
            LevelChange(
              control: .fan, from: 1, to: 2, at: MonotonicTime(seconds: 3), origin: .panel)),
          source: .machine, roast: id),
        Sample.event(
          id * 10 + 3, .anomaly(.clockBackwards(from: 9, to: 3)), source: .machine, roast: id),
        .gap(roast: id, from: StoreRoom.now, to: StoreRoom.now),
        .roastFigures(id: id, RoastFigures(durationSeconds: 5, dropBean: Celsius(200))),
        .roastChanged(id: id, RoastEdit(gramsIn: .set(400), gramsOut: .set(350))),
      ])
      if id == 1 { await journal.write([.roastEnded(id: 1, at: Sample.moment(15), .ended)]) }
      await journal.write([
        .tokenAdded(
          TokenRow(
            id: id, kind: .token, name: "t", role: "viewer", hash: SHA256.hash([UInt8(id)]),
            created: StoreRoom.now)),
        .link(LinkRow(at: Sample.moment(1), state: "up")),
        .nextBatch(BatchDetails(title: "n")), .setting(key: "s", value: "1"),
      ])
      await journal.write([
        DeskSample.made(
          DeskSample.proposal(id, key: "k"), verdict: Verdict([Finding(.busy, "busy")]),
          forecast: .cannot("no beans")),
        DeskSample.transition(
          id, .proposed, .executing,
          [
            ("approval", .object([("approver", .string("level"))])), ("outcome", .string("lost")),
            ("readback", .null),
          ]),
        DeskSample.transition(id, .proposed, .approved),
        DeskSample.audit(.bytesMeant, proposal: id, by: DeskSample.agent, [("a", .null)]),
        DeskSample.audit(.abort), .desk(.state(.object([]))),
      ])
      journal.close()
      try await room.untilReleased()
    }
    let connection = try room.connection()
    // Half of the polls are rebuilt from their columns.
    try connection.execute("DELETE FROM frames WHERE telemetry_id % 2 = 0")
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return room
  }

  private func columns(_ room: StoreRoom) throws -> [Column] {
    try room.connection(.reading).texts(
      """
      SELECT t.name || ' ' || c.name || ' ' || c.type || ' ' || c.pk
      FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
      WHERE t.type = 'table' ORDER BY t.name, c.cid
      """
    ).map { line in
      let words = line.split(separator: " ").map(String.init)
      return Column(table: words[0], name: words[1], type: words[2], isKey: words[3] != "0")
    }
    .filter { !Self.unread.contains($0.table) }
  }

  /// Whoever edits migrations is told so (`MigrationTests`).
  private static let unread: Set = ["migrations"]

  @Test func `an extreme value in any column ends nothing, and the next roast is kept`()
    async throws
  {
    let good = try await filled()
    let columns = try columns(good)
    #expect(columns.count > 100)
    var count = 0
    for column in columns {
      for update in column.updates {
        let room = try StoreRoom()
        try room.folder.put(try #require(good.bytes[""]), as: "roast.db")
        do {
          let connection = try room.tamperer()
          guard (try? connection.execute(update)) != nil, connection.changes > 0 else { continue }
        }
        try await use(room, update)
        count += 1
      }
    }
    #expect(count > 250, "\(count)")
  }

  @Test func `extreme values in many columns at once end nothing`() async throws {
    let good = try await filled()
    let columns = try columns(good)
    var random = SeededGenerator(seed: 30)
    for _ in 0..<(20 * Fixtures.effort) {
      let room = try StoreRoom()
      try room.folder.put(try #require(good.bytes[""]), as: "roast.db")
      do {
        let connection = try room.tamperer()
        for _ in 0..<Int.random(in: 2...12, using: &random) {
          let column = try #require(columns.randomElement(using: &random))
          let value = try #require(column.extremes.randomElement(using: &random))
          let part = Int.random(in: 1...3, using: &random)
          try? connection.execute(
            """
            UPDATE \(column.table) SET \(column.name) = \(value)
            WHERE rowid % \(part) = 0
            """)
        }
      }
      try await use(room, "seed 30")
    }
  }

  /// Opens it, writes what comes next, reads all there is, and hears the open roast again.
  private func use(_ room: StoreRoom, _ what: String) async throws {
    let (journal, opening) = try room.open()
    defer { journal.close() }
    let next = Sample.roast(opening.nextRoast, beganSeconds: 5000)
    let written = await journal.write(
      [
        .roastBegan(next), Sample.event(opening.nextEvent, roast: next.id),
        .nextBatch(opening.nextBatch),
        .telemetry(
          id: opening.nextTelemetry, Sample.point(50_001), roast: next.id, rateOfRise: nil),
        DeskSample.made(DeskSample.proposal(opening.desk.nextProposal)),
        DeskSample.transition(opening.desk.nextProposal, .proposed, .approved),
        DeskSample.audit(.bytesMeant, proposal: opening.desk.nextProposal),
      ])
    #expect(written.isSuccess, "\(what): \(written)")
    let archive = room.archive
    #expect(try archive.roast(next.id)?.row == next, "\(what)")
    let kept = try archive.proposal(opening.desk.nextProposal)
    #expect(kept?.proposal.state == .approved, "\(what)")
    #expect(kept?.transitions.last?.to == .approved, "\(what)")
    readDesk(archive)
    read(archive)
    if let open = opening.openRoast { rehear(archive, open.row.id) }
  }

  /// What cannot be read is a fault that says so.
  private func read(_ archive: Archive) {
    let ids = ((try? archive.roasts()) ?? []).map(\.row.id) + [1, 2, .max, .min]
    for id in ids {
      _ = try? archive.events(of: id).map(\.json.text)
      _ = try? archive.losses(of: id)
      _ = try? archive.telemetry(ofRoast: id, stepSeconds: 0)
      _ = try? archive.telemetry(ofRoast: id, fromSeconds: -1e300, toSeconds: 1e300)
      if let curve = try? archive.curve(id) { show(curve) }
      rehear(archive, id)
    }
    _ = try? archive.telemetry(
      from: WallTime(milliseconds: .min), to: WallTime(milliseconds: .max), limit: .max)
    for roast in (try? archive.roasts(RoastFilter(from: WallTime(milliseconds: .min)))) ?? [] {
      _ = [roast.row.began, roast.ended, roast.heard].map { $0?.wall.text }
      _ = roast.weightLossRatio
    }
    for token in (try? archive.tokens()) ?? [] { _ = token.created.text }
    _ = try? archive.settings()
    _ = try? archive.counts()
  }

  private func readDesk(_ archive: Archive) {
    _ = try? archive.verifyAudit().json.text
    _ = try? archive.verifyAudit(from: .max)
    _ = try? archive.audit().map(\.json.text)
    for proposal in (try? archive.proposals()) ?? [] {
      _ = proposal.json.text
      _ = try? archive.proposal(proposal.id)?.transitions.map(\.json.text)
    }
    let (first, last) = (WallTime(milliseconds: .min), WallTime(milliseconds: .max))
    _ = try? archive.commandStatistics(from: first, to: last).json.text
    for level in Autonomy.allCases {
      _ = try? archive.readiness(at: level, on: "m1", now: StoreRoom.now)
    }
  }

  private func show(_ curve: RoastCurve) {
    _ = curve.json.text
    _ = CurveCSV(curve).text
    _ = RoastSummary(curve).json.text
    _ = Chart(curve, title: "", subtitle: "").svg
  }

  private func rehear(_ archive: Archive, _ id: Int64) {
    var machine = RoastMachine()
    var recorder = CurveRecorder()
    for step in (try? archive.replay(of: id)) ?? [] {
      switch step {
      case .telemetry(let point):
        let news = machine.step(point)
        _ = recorder.step(point, news, machine.progress)
        _ = news.map(\.json.text)
      case .mark(let landmark, let at): _ = try? machine.mark(landmark, at: at)
      case .unmark(let landmark): _ = machine.unmark(landmark)
      }
    }
    show(recorder.curve)
  }
}
