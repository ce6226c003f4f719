import Fixtures
import Glibc
import Roaster
import Testing

@testable import Store

/// What is left when the process that writes is killed.
@Suite(.timeLimit(.minutes(Fixtures.effort > 1 ? 20 : 3)))
struct CrashTests {
  private static let writerPath =
    Built.roastPath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/store-crash"

  private struct Said {
    var events: Set<Int64> = []
    var proposals: Set<Int64> = []
    var points: [Int64] = []

    init(_ text: String) {
      // The last line may be cut in two.
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        let words = line.split(separator: " ")
        guard words.count == 2, let id = Int64(words[1]) else { continue }
        if words[0] == "event" { events.insert(id) }
        if words[0] == "proposal" { proposals.insert(id) }
        if words[0] == "point" { points.append(id) }
      }
    }
  }

  private func kill(
    _ room: StoreRoom, afterMilliseconds milliseconds: Int, _ words: [String] = []
  ) async throws -> Said {
    let program = try Program(Self.writerPath, [room.path] + words)
    #expect(await program.until(writes: "run "))
    try await Task.sleep(for: .milliseconds(milliseconds))
    program.send(SIGKILL)
    let outcome = await program.outcome()
    #expect(outcome.end == .signal(SIGKILL), "\(outcome.stdout) \(outcome.stderr)")
    return Said(outcome.stdout)
  }

  @Test func `nothing that was acknowledged is missing after kill -9, at any moment`()
    async throws
  {
    let room = try StoreRoom()
    var random = SeededGenerator(seed: 20)
    var acknowledged: Set<Int64> = []
    var rounds = 0
    var proposals: Set<Int64> = []
    for _ in 0..<(20 * Fixtures.effort) {
      let wait = Int.random(in: 0...250, using: &random)
      let said = try await kill(room, afterMilliseconds: wait)
      acknowledged.formUnion(said.events)
      if !said.events.isEmpty { rounds += 1 }
      let connection = try room.connection()
      #expect(try connection.texts("PRAGMA integrity_check") == ["ok"], "seed 20, \(wait) ms")
      let kept = Set(try connection.texts("SELECT id FROM events").compactMap { Int64($0) })
      #expect(acknowledged.isSubset(of: kept), "seed 20, \(wait) ms")
      // What was given before an acknowledged event is there as well: the order is kept.
      let last = try connection.integer("SELECT max(id) FROM telemetry") ?? 0
      let count = try connection.integer("SELECT count(*) FROM telemetry") ?? 0
      #expect(last == count, "seed 20, \(wait) ms")
      proposals.formUnion(said.proposals)
      try expectDesk(room, proposals, "seed 20, \(wait) ms")
    }
    #expect(rounds > 10, "too few rounds acknowledged anything")
    let (journal, opening) = try room.open()
    #expect(opening.wasUnclean && opening.setAside == nil)
    #expect(opening.openRoast != nil)
    #expect(proposals.count > 10 && proposals.isSubset(of: Set(opening.desk.open.map(\.id))))
    #expect(opening.desk.open.allSatisfy { $0.bytes.map(\.fate) == [.unknown] })
    #expect(await journal.until { $0.check == .passed })
    journal.close()
  }

  /// What was acknowledged is there, each with all that was given with it, and the chain is whole.
  private func expectDesk(
    _ room: StoreRoom, _ acknowledged: Set<Int64>, _ what: String
  ) throws {
    let connection = try room.connection()
    let kept = Set(
      try connection.texts("SELECT id FROM proposals WHERE state = 'executing'").compactMap {
        Int64($0)
      })
    #expect(acknowledged.isSubset(of: kept), "\(what)")
    let check = try AuditCheck.of(connection)
    guard case .whole(_, let rows, _) = check else {
      Issue.record("\(what): \(check)")
      return
    }
    #expect(rows == 2 * Int64(kept.count), "\(what)")
    let state = try connection.settings()[Scribe.deskKey].flatMap { Int64($0) }
    #expect(state == kept.max(), "\(what)")
  }

  /// Telemetry alone is never waited for: half a second of it may be on its way.
  @Test func `telemetry alone is at most a second behind`() async throws {
    let room = try StoreRoom()
    let said = try await kill(room, afterMilliseconds: 1500, ["quiet"])
    let connection = try room.connection()
    let kept = try connection.integer("SELECT max(id) FROM telemetry") ?? 0
    let given = try #require(said.points.last)
    let missing = given - kept
    #expect(kept > 0)
    // A point every 3 ms at most.
    #expect(missing < 334, "\(missing) of \(given)")
  }

  @Test func `a lock dies with its holder, who is named while it lives`() async throws {
    let room = try StoreRoom()
    let program = try Program(Self.writerPath, [room.path])
    #expect(await program.until(writes: "run "))
    let fault = #expect(throws: StoreFault.self) { try room.openAtOnce() }
    guard case .inUse(room.path, let holder?) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(holder != getpid() && Glibc.kill(holder, 0) == 0)
    program.send(SIGKILL)
    _ = await program.outcome()
    let (journal, _) = try room.open()
    journal.close()
  }
}
