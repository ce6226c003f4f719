import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// A daemon that dies when the roast has ended and the beans have just left the drum, or not yet.
struct ResumingEndedTests {
  /// Killed with the first reading after the roast.
  private static let left = Task {
    let folder = try TemporaryFolder()
    let roast = try await InterruptedRoast(in: folder) { $0.ended.isEmpty }
    return (bytes: folder.bytes("roast.db"), rest: roast.rest)
  }

  private func ended(in folder: borrowing TemporaryFolder) async throws -> (
    path: String, rest: ArraySlice<InterruptedRoast.Report>
  ) {
    let left = try await Self.left.value
    return (try folder.put(left.bytes, as: "roast.db"), left.rest)
  }

  private func gaps(_ heard: HeardRoast) -> [(from: WallTime, to: WallTime)] {
    heard.entries.compactMap { if case .gap(_, let from, let to) = $0 { (from, to) } else { nil } }
  }

  private func drops(_ heard: HeardRoast) -> [Int64?] {
    heard.events.filter { $0.event.kind == .dropped }.map(\.roast)
  }

  @Test func `the drop and the tail of a roast that has ended are kept with it`() async throws {
    let folder = try TemporaryFolder()
    let left = try await ended(in: folder)
    let end = try #require(try Archive(path: left.path).roast(1)?.ended)
    var (heard, journal) = try InterruptedRoast.next(left.path)
    heard.hear(left.rest.dropFirst(3))
    #expect(heard.begun.isEmpty && gaps(heard).count == 1)
    #expect(heard.ended.isEmpty, "it ended before")
    #expect(drops(heard) == [1])
    #expect(heard.figures.last?.figures.dropBean != nil)
    let tail = heard.points.filter { $0.roast == 1 }.count
    // Ten minutes at 10 Hz.
    #expect((5900...6001).contains(tail), "\(tail)")
    #expect(heard.points.last?.roast == nil)
    await InterruptedRoast.keep(heard.entries, in: journal)
    journal.close()
    let archive = Archive(path: left.path)
    let roast = try #require(try archive.roast(1))
    #expect(roast.status == .ended && roast.ended == end)
    let last = try #require(roast.heard).monotonic - end.monotonic
    #expect(last > 595 && last <= 600, "\(last)")
    let names = try #require(try archive.curve(1)).events.map(\.name)
    #expect(names.filter { $0 == "dropped" }.count == 1)
  }

  @Test func `a roast whose end was heard is never said to be interrupted`() async throws {
    var gone = HeardRoast.origin
    gone.outlivesUs = false
    let all = try await HeardRoast.medium.value
    let isRoasting = { (report: InterruptedRoast.Report) in
      if case .telemetry(let point) = report.0 { point.status.state == .roasting } else { false }
    }
    let another = InterruptedRoast.later(
      all.drop { !isRoasting($0) }.prefix(50), seconds: 1200)
    for (name, origin, reports) in [
      ("a device that died with us", gone, another),
      ("the next roast goes on", HeardRoast.origin, another),
    ] {
      let folder = try TemporaryFolder()
      let left = try await ended(in: folder)
      var (heard, journal) = try InterruptedRoast.next(left.path, origin: origin)
      defer { journal.close() }
      heard.hear(reports)
      #expect(heard.ended.isEmpty && gaps(heard).isEmpty, "\(name)")
      #expect(heard.begun.map(\.id) == [2], "\(name)")
      #expect(heard.points.allSatisfy { $0.roast == 2 }, "\(name)")
    }
  }

  @Test func `an end that was heard but not written is written`() async throws {
    let folder = try TemporaryFolder()
    let left = try await ended(in: folder)
    let end = try #require(try Archive(path: left.path).roast(1)?.ended)
    do {
      let connection = try Connection(path: left.path, .writing)
      try connection.execute("UPDATE roasts SET status = 'roasting', ended_ms = NULL")
    }
    var (heard, journal) = try InterruptedRoast.next(left.path)
    defer { journal.close() }
    heard.hear(left.rest.dropFirst(3).prefix(100))
    #expect(heard.ended.map(\.id) == [1])
    #expect(heard.ended.first?.status == .ended)
    #expect(heard.ended.first?.at.monotonic == end.monotonic)
  }

  @Test func `what was missed of a tail ends with the tail`() async throws {
    let folder = try TemporaryFolder()
    let left = try await ended(in: folder)
    let roast = try #require(try Archive(path: left.path).roast(1))
    let end = try #require(roast.ended)
    var (heard, journal) = try InterruptedRoast.next(left.path)
    defer { journal.close() }
    heard.hear(InterruptedRoast.later(left.rest.prefix(50), seconds: 1200))
    let gap = try #require(gaps(heard).first)
    #expect(gap.from == roast.heard?.wall)
    #expect(gap.to.milliseconds == end.wall.milliseconds + 600_000)
    #expect(heard.ended.isEmpty)
    #expect(heard.points.allSatisfy { $0.roast == nil })
    #expect(heard.chronicle.currentRoast == 1)
  }
}
